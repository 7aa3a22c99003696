// SPDX-License-Identifier: BSD-2-Clause
/* The nodes of the machine, for people: one line each. */
#include <core/boot.h>
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/numa.h>
#include <molt/initcall.h>
#include <molt/printk.h>

static unsigned int harts_of(unsigned int node)
{
	unsigned int i, harts = 0;

	for (i = 0; i < boot_harts.count; i++)
		harts += boot_harts.nodes[i] == node;
	return harts;
}

static u64 bytes_of(unsigned int node)
{
	const struct memblock_region *region;
	u64 bytes = 0;

	for_each_mem_region(region)
		bytes += memory_nid(region) == node ? region->size : 0;
	return bytes;
}

/* Its ranges, those that touch as one. */
static void print_ranges(unsigned int node)
{
	const struct memblock_region *region;
	phys_addr_t end = 0;

	for_each_mem_region(region) {
		if (memory_nid(region) != node)
			continue;
		if (!end)
			pr_info(" %lx", region->base);
		else if (end != region->base)
			pr_info(" - %lx, %lx", end, region->base);
		end = region->base + region->size;
	}
	if (end)
		pr_info(" - %lx", end);
}

static int nodes_print(void)
{
	unsigned int node, to;

	numa_check();
	if (console_loglevel <= LOGLEVEL_INFO)
		return 0;
	for (node = 0; node < numa_nodes; node++) {
		pr_info("node %u: harts: %u, memory: %lu KiB", node, harts_of(node),
			bytes_of(node) / 1024);
		print_ranges(node);
		for (to = 0; numa_nodes > 1 && to < numa_nodes; to++)
			pr_info("%s %u", to ? "" : ", distances:", numa_distance(node, to));
		pr_info("\n");
	}
	return 0;
}
postcore_initcall(nodes_print);
