// SPDX-License-Identifier: BSD-2-Clause
#include <arch/hart.h>
#include <core/bench.h>
#include <core/check.h>
#include <core/harts.h>
#include <core/power.h>
#include <core/report.h>
#include <core/run.h>
#include <mm/fault_inject.h>
#include <mm/ledger.h>
#include <mm/meminfo.h>
#include <mm/molt.h>
#include <mm/page_owner.h>
#include <molt/init.h>
#include <molt/printk.h>
#include <molt/sections.h>

struct run_options run_options;

/* So many holders are told by page_owner=dump. */
#define HOLDERS_TOLD 20

/* What was asked for is said, however quiet the rest is. */
static void show_memory(void)
{
	bool meminfo = IS_ENABLED(CONFIG_MEMINFO) && run_options.meminfo;

	if (meminfo) {
		zones_print(LOGLEVEL_EMERG);
		caches_print(LOGLEVEL_EMERG);
	}
	ledger_print(meminfo ? LOGLEVEL_EMERG : LOGLEVEL_INFO);
	if (IS_ENABLED(CONFIG_PAGE_OWNER) && run_options.page_owner)
		page_owner_print(LOGLEVEL_EMERG, HOLDERS_TOLD);
}

static void show_faults(const struct fault_attr *attr)
{
	if (attr->interval)
		printk(LOGLEVEL_EMERG,
			"@molt "
			"{\"type\":\"faults\",\"name\":\"%s\",\"calls\":%lu,\"failures\":%lu}\n",
			attr->name, attr->calls, attr->failures);
}

void run(void)
{
	bool ok = true;

	harts_leave_window();
	if (IS_ENABLED(CONFIG_TEST_FAULTS))
		fault_molt();
	else
		molt();
	stage_enter(STAGE_MOLTED);

	pr_info("Freeing init memory: %luK\n", SECTION_SIZE(init) / 1024);
	if (IS_ENABLED(CONFIG_REPORT_JSON))
		report_print();
	if (IS_ENABLED(CONFIG_TEST_FAULTS))
		fault_commit();
	if (IS_ENABLED(CONFIG_BENCH))
		ok = bench_run();
	if (IS_ENABLED(CONFIG_SELF_CHECKS) && !run_options.skip_checks)
		ok &= checks_run();
	show_memory();
	if (IS_ENABLED(CONFIG_FAULT_INJECTION)) {
		show_faults(&fail_page_alloc);
		show_faults(&failslab);
	}
	if (!run_options.stay)
		power_off(ok ? 0 : 1);
	pr_info("idle\n");
	idle();
}
LIFETIME_REFERENCE("before the molt", run, harts_leave_window);
