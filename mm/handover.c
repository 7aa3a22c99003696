// SPDX-License-Identifier: BSD-2-Clause
/* What memblock knows goes over: free memory to the zones, what only boot holds follows at the
 * molt. */
#include "zone_internal.h"
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/molt.h>
#include <molt/panic.h>

void memblock_free_all(void)
{
	phys_addr_t start, end;
	u64 i;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		phys_addr_t up = ALIGN_UP(start, PAGE_SIZE), down = ALIGN_DOWN(end, PAGE_SIZE);

		if (up < down)
			zone_release(up, down);
		else
			up = down = start;
		ledger_add(OWNER_UNUSABLE, (s64)((up - start) + (end - down)));
	}
}

/* Whether memory from @pa on, in one region, can go to the zone of its block. */
static bool is_boot_memory(phys_addr_t pa)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		/* Another node's part of a block is at the beginning of a region. */
		if (pa >= region->base && pa - region->base < region->size)
			return memory_is_boots(region) && zone_of(pa)->node == memory_nid(region);
	}
	return false;
}

/* Whole pages that the molt gives back. */
struct pages {
	phys_addr_t base, end;
};

/* Whether a reservation is @owner's and has @pages that a zone can have. */
static bool find_pages(
	const struct memblock_region *region, enum ledger_owner owner, struct pages *pages)
{
	if (memblock_region_owner(region) != owner)
		return false;
	pages->base = ALIGN_UP(region->base, PAGE_SIZE);
	pages->end = ALIGN_DOWN(region->base + region->size, PAGE_SIZE);
	return pages->base < pages->end &&
	       memblock_is_region_memory(pages->base, pages->end - pages->base) &&
	       is_boot_memory(pages->base);
}

bool handover_releases(phys_addr_t pa)
{
	const struct memblock_region *region;
	struct pages pages;

	for_each_reserved_mem_region(region) {
		if (find_pages(region, OWNER_FDT, &pages) ||
			(IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK) &&
				find_pages(region, OWNER_MEMBLOCK, &pages))) {
			if (pa >= pages.base && pa < pages.end)
				return true;
		}
	}
	return false;
}

void handover_release(enum ledger_owner owner)
{
	const struct memblock_region *region;
	struct pages pages;

	for_each_reserved_mem_region(region) {
		if (find_pages(region, owner, &pages))
			molt_release(owner, pages.base, pages.end);
	}
}

/* One for each set, one for all that boot made room for, and as many to spare. */
#define TABLES_MAX 8

void memblock_discard(void)
{
	const struct memblock_region *region;
	struct pages tables[TABLES_MAX + 1];
	unsigned int count = 0, i;

	if (!IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		return;
	/* All are found before the first is gone: then there is nothing to look in. */
	for_each_reserved_mem_region(region) {
		count += find_pages(region, OWNER_MEMBLOCK, &tables[count]);
		if (count > TABLES_MAX)
			panic("memblock has more tables than it can: [%lx, %lx)", region->base,
				region->base + region->size);
	}
	for (i = 0; i < count; i++)
		molt_release(OWNER_MEMBLOCK, tables[i].base, tables[i].end);
}
