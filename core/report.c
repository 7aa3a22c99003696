// SPDX-License-Identifier: BSD-2-Clause
/* The `@molt` lines: recorded as things happen, printed when nothing is counted any more. */
#include "record.h"
#include <arch/page.h>
#include <core/harts.h>
#include <core/report.h>
#include <core/run.h>
#include <mm/molt.h>
#include <mm/zone.h>
#include <molt/printk.h>

struct record {
	u64 instret;
	u64 ram;
	u64 bytes[OWNER_COUNT];
};

static struct record records[STAGE_COUNT];
static unsigned int records_harts;

static void record_ledger(struct record *record)
{
	record->ram = ledger_ram;
	ledger_read(record->bytes);
}

void record_stage(enum stage stage, u64 instret)
{
	records[stage].instret = instret;
	if (stage == STAGE_RUNNING)
		records_harts = harts_online();
	if (stage > STAGE_ENTRY)
		record_ledger(&records[stage]);
}

/* A line for a program: passes whatever the log level is. */
#define line(...) printk(LOGLEVEL_EMERG, __VA_ARGS__)

static void print_ledger(const char *stage, const struct record *record)
{
	int owner;

	line("@molt {\"type\":\"ledger\",\"stage\":\"%s\",\"ram\":%lu,\"owners\":{", stage,
		record->ram);
	for (owner = 0; owner < OWNER_COUNT; owner++)
		line("%s\"%s\":%lu", owner ? "," : "", ledger_names[owner], record->bytes[owner]);
	line("}}\n");
}

void report_ledger_online(void)
{
	struct record record;

	if (!run_options.report_json)
		return;
	record_ledger(&record);
	print_ledger("online", &record);
}

static void print_zones(void)
{
	struct zone_info zone;
	unsigned int index;

	for (index = 0; zone_info(index, &zone); index++) {
		if (zone.pages)
			line("@molt {\"type\":\"zone\",\"node\":%u,\"name\":\"%s\","
			     "\"bytes\":%lu,\"free\":%lu}\n",
				zone.node, zone_names[zone.type], zone.pages * PAGE_SIZE,
				zone.free_pages * PAGE_SIZE);
	}
}

void report_print(void)
{
	int stage;

	if (!run_options.report_json)
		return;
	for (stage = 0; stage < STAGE_COUNT; stage++) {
		const struct record *record = &records[stage];

		line("@molt {\"type\":\"stage\",\"name\":\"%s\",\"instret\":%lu,\"free\":%lu}\n",
			stage_names[stage], record->instret, record->bytes[OWNER_FREE]);
	}
	for (stage = STAGE_MEMBLOCK; stage < STAGE_COUNT; stage++)
		print_ledger(stage_names[stage], &records[stage]);
	line("@molt {\"type\":\"freed\",\"init\":%lu,\"memblock\":%lu,\"meminit\":%lu,"
	     "\"tables\":%lu,\"stack\":%lu,\"other\":%lu,\"total\":%lu}\n",
		molt_freed.init, molt_freed.memblock, molt_freed.meminit, molt_freed.tables,
		molt_freed.stack, molt_freed.other, molt_freed.total);
	print_zones();
	line("@molt {\"type\":\"harts\",\"online\":%u}\n", records_harts);
}
