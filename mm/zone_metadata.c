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

/* The GiB's descriptors cover blocks [first, end) of it too. Returns how many more there are. */
static u32 cover_part(struct gib *gib, u32 first, u32 end)
{
	struct block *whole = &gib->whole;
	u32 before = whole->count;

	if (before && whole->first < first)
		first = whole->first;
	if (before && whole->first + before > end)
		end = whole->first + before;
	whole->first = (u16)first;
	whole->count = (end - first) & 0x7fff;
	return end - first - before;
}

/* The same for blocks [id, end), in whole GiBs of which nobody else has any. */
static u32 cover_gibs(block_id id, block_id end)
{
	struct gib *gib = gib_of(id), *stop = gib_of(end);

	for (; gib < stop; gib++) {
		gib->whole.first = 0;
		gib->whole.count = BLOCKS_PER_GIB;
	}
	return end - id;
}

/* The same for a region of RAM. */
static u32 cover(const struct memblock_region *region)
{
	block_id id = block_of(region->base), blocks = 0;
	block_id end = block_of(region->base + region->size - 1) + 1;

	while (id < end) {
		block_id stop = ALIGN_DOWN(end, BLOCKS_PER_GIB);

		if (IS_ALIGNED(id, BLOCKS_PER_GIB) && id < stop) {
			blocks += cover_gibs(id, stop);
		} else {
			stop = ALIGN_DOWN(id, BLOCKS_PER_GIB) + BLOCKS_PER_GIB;
			if (stop > end)
				stop = end;
			blocks += cover_part(
				gib_of(id), id % BLOCKS_PER_GIB, (stop - 1) % BLOCKS_PER_GIB + 1);
		}
		id = stop;
	}
	return blocks;
}

/*
 * Offline memory has descriptors from the start where it shares a GiB with boot's, and is
 * another zone's. Returns how many more there are.
 */
static u32 cover_offline(const struct memblock_region *region)
{
	block_id id = block_of(region->base), stop, blocks = 0;
	block_id end = block_of(region->base + region->size - 1) + 1;

	for (; id < end; id = stop) {
		struct gib *gib = gib_of(id);

		stop = ALIGN_DOWN(id, BLOCKS_PER_GIB) + BLOCKS_PER_GIB;
		if (stop > end)
			stop = end;
		if (gib->whole.count)
			blocks += cover_part(
				gib, id % BLOCKS_PER_GIB, (stop - 1) % BLOCKS_PER_GIB + 1);
		gib->whole.mixed = true;
	}
	return blocks;
}

/* Which blocks have descriptors; returns how many. */
static u32 cover_all(void)
{
	const struct memblock_region *region;
	u32 blocks = 0;

	for_each_mem_region(region) {
		if (!memory_is_offline(region))
			blocks += cover(region);
	}
	if (!IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		return blocks;
	for_each_mem_region(region) {
		if (memory_is_offline(region))
			blocks += cover_offline(region);
	}
	return blocks;
}

void *zone_metadata_alloc(unsigned long size)
{
	phys_addr_t pa = boot_alloc(size, SMP_CACHE_BYTES, OWNER_ZONES);

	if (!pa)
		panic("zones: no room for %lu bytes of metadata", size);
	return __va(pa);
}

/* Each GiB's descriptors, and its maps behind them. */
static void attach_all(char *memory)
{
	const struct gib *end = gibs + gib_count;
	struct gib *gib;

	for (gib = gibs; gib < end; gib++) {
		if (!gib->whole.count)
			continue;
		gib_attach(gib, memory, memory + gib->whole.count * sizeof(struct block));
		memory += gib->whole.count * BLOCK_METADATA;
	}
}

void zone_metadata_init(void)
{
	u8 wanted[NODES_MAX] = {0};
	unsigned long size;
	char *memory;

	zone_base = ALIGN_DOWN(memblock_start_of_DRAM(), GIB_SIZE);
	gib_count = (u32)((memblock_end_of_DRAM() - zone_base + GIB_SIZE - 1) / GIB_SIZE);
	want_zones(wanted);
	size = gib_count * sizeof(struct gib);
	memory = zone_metadata_alloc(size + zones_size(wanted));
	gibs = memset(memory, 0, size);
	zones_make(wanted, memory + size);

	attach_all(zone_metadata_alloc(cover_all() * BLOCK_METADATA));
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_reserve();
}
