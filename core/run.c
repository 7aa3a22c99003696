// SPDX-License-Identifier: BSD-2-Clause
#include <arch/hart.h>
#include <core/bench.h>
#include <core/check.h>
#include <core/power.h>
#include <core/report.h>
#include <core/run.h>
#include <mm/molt.h>
#include <molt/printk.h>
#include <molt/sections.h>

struct run_options run_options;

/* Who has RAM now, for people. */
static void show_ledger(void)
{
	int owner;

	pr_info("memory: %lu KiB, held by\n", ledger_ram / 1024);
	for (owner = 0; owner < OWNER_COUNT; owner++) {
		u64 bytes = ledger_bytes((enum ledger_owner)owner);

		if (bytes)
			pr_info("  %-13s %12lu bytes\n", ledger_label(owner), bytes);
	}
}

void run(void)
{
	bool ok = true;

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
	show_ledger();
	if (!run_options.stay)
		power_off(ok ? 0 : 1);
	pr_info("idle\n");
	idle();
}
