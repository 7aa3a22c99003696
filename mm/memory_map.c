// SPDX-License-Identifier: BSD-2-Clause
/* The map of memory, for people: each range of RAM, and who holds what of it. */
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/printk.h>

static void print_range(phys_addr_t base, phys_addr_t end, const char *holder, const char *note)
{
	pr_info("  %10lx - %10lx %10lu KiB  %s%s\n", base, end, (end - base) / 1024, holder, note);
}

/* What is taken of [base, end), and what is free between. */
static void print_parts(phys_addr_t base, phys_addr_t end, const char *unheld)
{
	const struct memblock_region *taken;

	for_each_reserved_mem_region(taken) {
		phys_addr_t from = taken->base, to = from + taken->size;
		unsigned int held_by = memblock_region_owner(taken);

		if (to <= base || from >= end)
			continue;
		if (from > base)
			print_range(base, from, unheld, "");
		print_range(from > base ? from : base, to < end ? to : end,
			memory_holder_name(held_by),
			memory_is_unmapped(held_by) ? ", not mapped" : "");
		base = to;
	}
	if (base < end)
		print_range(base, end, unheld, "");
}

void memory_map_print(void)
{
	const struct memblock_region *region;

	if (console_loglevel <= LOGLEVEL_INFO)
		return;
	pr_info("memory: %lu KiB\n", memblock_phys_mem_size() / 1024);
	for_each_mem_region(region)
		print_parts(region->base, region->base + region->size,
			memory_is_offline(region) ? "offline" : "free");
}
