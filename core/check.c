// SPDX-License-Identifier: BSD-2-Clause
#include <arch/paging.h>
#include <core/check.h>
#include <core/harts.h>
#include <core/report.h>
#include <core/run.h>
#include <lib/printf.h>
#include <mm/wx.h>
#include <molt/init.h>
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

/* A panic, if it is not. With what there is, so that leaves are seen to be as large as they can. */
static bool check_mappings(void)
{
	char figures[160];

	wx_check();
	snprintf(figures, sizeof(figures),
		",\"tables\":%lu,\"1G\":%lu,\"2M\":%lu,\"4K\":%lu,"
		"\"executable\":%lu,\"constant\":%lu,\"writable\":%lu",
		wx_counts.tables, wx_counts.leaves[2], wx_counts.leaves[1], wx_counts.leaves[0],
		wx_counts.executable, wx_counts.constant, wx_counts.writable);
	return check_report("mappings", true, figures);
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
	if (IS_ENABLED(CONFIG_UACCESS_CHECK))
		ok &= check_uaccess();
	ok &= check_harts();
	if (IS_ENABLED(CONFIG_DEBUG_WX))
		ok &= check_mappings();
	ok &= check_ledger();
	if (IS_ENABLED(CONFIG_TEST_FAULTS) && run_options.fault == FAULT_CHECK)
		ok &= check_report("on_request", false, "");
	return ok;
}

#ifdef CONFIG_MEMORY_HOTPLUG
LIFETIME_REFERENCE("meminit stays", checks_run, check_hotplug);
#endif
#ifndef CONFIG_ARCH_DISCARD_MEMBLOCK
LIFETIME_REFERENCE("memblock stays", checks_run, check_memblock);
#endif
