// SPDX-License-Identifier: BSD-2-Clause
/* Room for the zones' metadata, drawn from memblock: only for blocks that have RAM. */
#include "zone_internal.h"
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/numa.h>
#include <mm/reserved.h>
#include <mm/zone_grow.h>
#include <molt/panic.h>

/* Note in @wanted the types of zone that each node has memory for: bit n stands for type n. */
static void want_zones(u8 *wanted)
{
	const phys_addr_t dma32_end = (phys_addr_t)1 << 32;
	const struct memblock_region *region;
	phys_addr_t base, end = 0;

	for_each_mem_region(region) {
		u8 *types = &wanted[memory_nid(region)];

		if (memory_is_offline(region))
			*types |= 1 << ZONE_MOVABLE;
		if (!memory_is_boots(region))
			continue;
		if (region->base < dma32_end)
			*types |= 1 << ZONE_DMA32;
		if (region->base + region->size > dma32_end)
			*types |= 1 << ZONE_NORMAL;
	}
	while (cma_next(&base, &end))
		wanted[memory_nid_at(base)] |= 1 << ZONE_CMA;
}

/* Call @fn with each part, within one GiB, of boot's memory or of what is @offline. */
static void for_each_part(bool offline, void (*fn)(struct gib *gib, u32 first, u32 last))
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		block_id id = block_of(region->base);
		block_id last = block_of(region->base + region->size - 1);

		if (memory_is_offline(region) != offline)
			continue;
		while (id <= last) {
			block_id end = id | (BLOCKS_PER_GIB - 1);

			fn(gib_of(id), id % BLOCKS_PER_GIB,
				(end < last ? end : last) % BLOCKS_PER_GIB);
			id = end + 1;
		}
	}
}

/* Let a GiB's descriptors cover blocks @first to @last too. */
static void widen(struct gib *gib, u32 first, u32 last)
{
	struct block *whole = &gib->whole;
	u32 end = whole->first + whole->count;

	if (!whole->count || first < whole->first)
		whole->first = (u16)first;
	if (last + 1 > end)
		end = last + 1;
	whole->count = (u16)(end - whole->first);
}

/* Offline memory has descriptors from the start where it shares a GiB with boot's. */
static void widen_if_used(struct gib *gib, u32 first, u32 last)
{
	if (gib->whole.count)
		widen(gib, first, last);
}

/* What comes later may be another zone's. */
static void will_be_mixed(struct gib *gib, u32 first, u32 last)
{
	(void)first;
	(void)last;
	gib->whole.use |= GIB_MIXED;
}

void *zone_metadata_alloc(unsigned long size)
{
	phys_addr_t pa = boot_alloc(size, SMP_CACHE_BYTES, OWNER_ZONES);

	if (!pa)
		panic("zones: no room for %lu bytes of metadata", size);
	return __va(pa);
}

void zone_metadata_init(void)
{
	u8 wanted[NODES_MAX] = {0};
	unsigned long size, blocks = 0;
	char *memory;
	u32 i;

	zone_base = ALIGN_DOWN(memblock_start_of_DRAM(), GIB_SIZE);
	gib_count = (u32)((memblock_end_of_DRAM() - zone_base + GIB_SIZE - 1) / GIB_SIZE);
	want_zones(wanted);
	size = gib_count * sizeof(struct gib);
	memory = zone_metadata_alloc(size + zones_size(wanted));
	gibs = memset(memory, 0, size);
	zones_make(wanted, memory + size);

	for_each_part(false, widen);
	for_each_part(true, widen_if_used);
	for (i = 0; i < gib_count; i++)
		blocks += gibs[i].whole.count;
	memory = zone_metadata_alloc(zone_metadata_size((u32)blocks));
	for (i = 0; i < gib_count; i++) {
		struct gib *gib = &gibs[i];

		if (!gib->whole.count)
			continue;
		zone_attach(i, gib->whole.first, gib->whole.count, memory,
			memory + gib->whole.count * sizeof(struct block));
		memory += zone_metadata_size(gib->whole.count);
	}
	for_each_part(true, will_be_mixed);
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_reserve();
}
