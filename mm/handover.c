// SPDX-License-Identifier: BSD-2-Clause
/* What memblock knows goes over: free memory to the zones, what only boot holds to the molt. */
#include "zone_internal.h"
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/molt.h>

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

void handover_note(enum ledger_owner owner)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		phys_addr_t base = ALIGN_UP(region->base, PAGE_SIZE);
		phys_addr_t end = ALIGN_DOWN(region->base + region->size, PAGE_SIZE);

		if (memblock_region_owner(region) != owner)
			continue;
		if (base < end && memblock_is_region_memory(base, end - base) &&
			is_boot_memory(base))
			molt_note(owner, base, end);
	}
}

void memblock_discard(void)
{
	bool doubled = memblock.memory.max > INIT_MEMBLOCK_MEMORY_REGIONS ||
		       memblock.reserved.max > INIT_MEMBLOCK_RESERVED_REGIONS;

	if (IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK) && doubled)
		handover_note(OWNER_MEMBLOCK);
}
