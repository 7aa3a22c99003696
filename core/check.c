// SPDX-License-Identifier: BSD-2-Clause
#include <arch/paging.h>
#include <core/check.h>
#include <core/harts.h>
#include <core/report.h>
#include <core/run.h>
#include <lib/printf.h>
#include <molt/printk.h>

bool check_report(const char *name, bool ok, const char *figures)
{
	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		paging_fence_check(name);
	if (run_options.report_json)
		printk(LOGLEVEL_EMERG, "@molt {\"type\":\"check\",\"name\":\"%s\",\"ok\":%s%s}\n",
			name, ok ? "true" : "false", figures);
	else if (ok)
		pr_info("check %s: ok\n", name);
	if (!ok)
		pr_err("check %s failed%s\n", name, figures);
	return ok;
}

static bool check_harts(void)
{
	char figures[40];

	snprintf(figures, sizeof(figures), ",\"online\":%u,\"known\":%u", harts_online(),
		hart_count);
	return check_report("harts", harts_online() == hart_count, figures);
}

static bool check_ledger(void)
{
	char figures[40];

	snprintf(figures, sizeof(figures), ",\"difference\":%ld", ledger_difference());
	return check_report("ledger", ledger_difference() == 0, figures);
}

bool checks_run(void)
{
	bool ok = check_alloc_all();

	ok &= check_slab();
	if (IS_ENABLED(CONFIG_STRESS_CHECK) && (harts_online() > 1 || run_options.stress))
		ok &= check_stress();
	ok &= check_stack();
	if (IS_ENABLED(CONFIG_CONTIG_ALLOC))
		ok &= check_contig();
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		ok &= check_hotplug();
	if (!IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		ok &= check_memblock();
	ok &= check_harts();
	ok &= check_ledger();
	if (IS_ENABLED(CONFIG_TEST_FAULTS) && run_options.fault == FAULT_CHECK)
		ok &= check_report("on_request", false, "");
	return ok;
}
