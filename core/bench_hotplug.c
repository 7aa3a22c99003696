// SPDX-License-Identifier: BSD-2-Clause
/*
 * What it costs to bring in the first hotpluggable range, up to its last page being free, and
 * to take it out again.
 */
#include "bench.h"
#include <lib/printf.h>
#include <mm/hotplug.h>
#include <molt/printk.h>

/* The third argument is where metadata goes, 0 elsewhere; or where to tell what is pinned. */
static struct counted on_range(
	counted_fn function, phys_addr_t base, phys_addr_t size, struct range_pin *pin)
{
	return count_call(base, size, (unsigned long)pin, 0, 0, function);
}

bool bench_hotplug(void)
{
	const struct memory_range *range = hotplug_range(0);
	struct counted add, online, offline, removed;
	struct range_pin pin;
	phys_addr_t base, size;
	char name[48];

	if (!range) {
		pr_err("bench: the device tree marks no memory hotpluggable\n");
		return false;
	}
	base = range->base;
	size = range->end - base;
	add = on_range((counted_fn)memory_add, base, size, NULL);
	online = on_range((counted_fn)memory_online, base, size, NULL);
	offline = on_range((counted_fn)memory_offline, base, size, &pin);
	removed = on_range((counted_fn)memory_remove, base, size, NULL);
	if (add.result || online.result || offline.result || removed.result) {
		pr_err("bench: memory [%lx, %lx) does not come and go\n", base, base + size);
		return false;
	}
	snprintf(name, sizeof(name), "hotplug.add.%luM", size >> 20);
	bench_report(name, 1, add.instructions + online.instructions);
	snprintf(name, sizeof(name), "hotplug.remove.%luM", size >> 20);
	bench_report(name, 1, offline.instructions + removed.instructions);
	return true;
}
