// SPDX-License-Identifier: BSD-2-Clause
/* hotplug: what the FDT marked hotpluggable comes in, and every page of it can be used. */
#include <core/check.h>
#include <core/report.h>
#include <lib/printf.h>
#include <mm/hotplug.h>
#include <mm/zone.h>
#include <molt/printk.h>

static bool bring_in(const struct memory_range *range)
{
	phys_addr_t size = range->end - range->base;
	int err = memory_add(range->base, size);

	if (!err)
		err = memory_online(range->base, size);
	if (err)
		pr_err("memory [%lx, %lx) stays offline: error %d\n", range->base, range->end, err);
	return !err;
}

bool check_hotplug(void)
{
	u64 before = zone_free_in(1U << ZONE_MOVABLE), gained = 0;
	const struct memory_range *range;
	unsigned int index;
	bool ok = true;
	char figures[64];

	for (index = 0; ok && (range = hotplug_range(index)); index++) {
		ok = bring_in(range) && memory_add(range->base, range->end - range->base) < 0;
		gained += range->end - range->base;
	}
	/* Every page of it, and all into the zone that only holds what can be moved. */
	ok = ok && zone_free_in(1U << ZONE_MOVABLE) - before == gained;
	snprintf(figures, sizeof(figures), ",\"bytes\":%lu,\"ranges\":%u", gained, index);
	ok = check_report("hotplug", ok, figures);
	if (gained) {
		report_ledger_online();
		ok = check_alloc_all() && ok;
	}
	return ok;
}
