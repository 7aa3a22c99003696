// SPDX-License-Identifier: BSD-2-Clause
/* What it costs to bring in the first hotpluggable range, up to its last page being free. */
#include "bench.h"
#include <lib/printf.h>
#include <mm/hotplug.h>
#include <molt/printk.h>

static struct counted on_range(counted_fn function, phys_addr_t base, phys_addr_t size)
{
	return count_call(base, size, 0, 0, 0, function);
}

bool bench_hotplug(void)
{
	const struct memory_range *range = hotplug_range(0);
	struct counted add, online;
	phys_addr_t base, size;
	char name[48];

	if (!range) {
		pr_err("bench: the device tree marks no memory hotpluggable\n");
		return false;
	}
	base = range->base;
	size = range->end - base;
	add = on_range((counted_fn)memory_add, base, size);
	online = on_range((counted_fn)memory_online, base, size);
	if (add.result || online.result) {
		pr_err("bench: memory [%lx, %lx) does not join\n", base, base + size);
		return false;
	}
	snprintf(name, sizeof(name), "hotplug.add.%luM", size >> 20);
	bench_report(name, 1, add.instructions + online.instructions);
	return true;
}
