// SPDX-License-Identifier: BSD-2-Clause
/* The hand-over: memblock's free ranges become the zones' blocks. */
#include "zone_internal.h"
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/molt.h>
#include <mm/tables.h>
#include <mm/zone_grow.h>
#include <molt/panic.h>
#include <molt/stage.h>

static void grow_all(void)
{
	const phys_addr_t dma32_end = (phys_addr_t)1 << 32;
	const struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t base = region->base, end = base + region->size;

		if (memory_is_offline(region))
			continue;
		if (base < dma32_end && end > dma32_end) {
			zone_grow(base, dma32_end, ZONE_DMA32);
			base = dma32_end;
		}
		zone_grow(base, end, zone_type_of(base));
	}
}

/* Free memory goes over; bytes of pages that are free in part are lost. */
static void release_all(void)
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

static bool is_boot_memory(phys_addr_t pa)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		if (pa >= region->base && pa - region->base < region->size)
			return !memory_is_offline(region) && !memblock_is_nomap(region);
	}
	return false;
}

/* Pages that the molt gives back besides the init window: wholly theirs alone. */
static void note_shed(void)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		unsigned int owner = memblock_region_owner(region);
		phys_addr_t base = ALIGN_UP(region->base, PAGE_SIZE);
		phys_addr_t end = ALIGN_DOWN(region->base + region->size, PAGE_SIZE);

		if (owner != OWNER_FDT &&
			!(IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK) && owner == OWNER_MEMBLOCK))
			continue;
		if (base < end && memblock_is_region_memory(base, end - base) &&
			is_boot_memory(base))
			molt_note((enum ledger_owner)owner, base, end);
	}
}

void zone_init(void)
{
	memblock_own_tables(OWNER_MEMBLOCK);
	ledger_count_memblock();
	note_shed();
	stage_now = STAGE_ZONES;
	grow_all();
	release_all();
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_record();
	kernel_space.source = &zone_page_source;
}
