// SPDX-License-Identifier: BSD-2-Clause
/* Room for the zones' metadata, drawn from memblock: only for blocks that have RAM. */
#include "zone_internal.h"
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/zone_grow.h>
#include <molt/panic.h>

/* Call @fn with each part of boot's memory that lies within one GiB. */
static void for_each_part(void (*fn)(u32 gib, u32 first, u32 last))
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		block_id id, last;

		if (!region->size || memory_is_offline(region))
			continue;
		id = block_of(region->base);
		last = block_of(region->base + region->size - 1);
		while (id <= last) {
			block_id end = id | (BLOCKS_PER_GIB - 1);

			fn(id / BLOCKS_PER_GIB, id % BLOCKS_PER_GIB,
				(end < last ? end : last) % BLOCKS_PER_GIB);
			id = end + 1;
		}
	}
}

/* Widen a GiB's span to hold blocks @first to @last. Regions ascend. */
static void widen_span(u32 index, u32 first, u32 last)
{
	struct gib *gib = &gibs[index];

	if (!gib->count)
		gib->first = (u16)first;
	if (last + 1 - gib->first > gib->count)
		gib->count = (u16)(last + 1 - gib->first);
}

/* Offline memory that shares a GiB with boot's is covered by the same descriptors. */
static void widen_for_offline(void)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		block_id first = block_of(region->base), last, id;

		if (!memory_is_offline(region))
			continue;
		last = block_of(region->base + region->size - 1);
		for (id = first; id <= last; id = (id | (BLOCKS_PER_GIB - 1)) + 1) {
			block_id end = id | (BLOCKS_PER_GIB - 1);
			struct gib *gib = gib_of(id);
			u32 stop = gib->first + gib->count;

			if (!gib->count)
				continue;
			if (id % BLOCKS_PER_GIB < gib->first)
				gib->first = (u16)(id % BLOCKS_PER_GIB);
			end = (end < last ? end : last) % BLOCKS_PER_GIB + 1;
			gib->count = (u16)((end > stop ? end : stop) - gib->first);
		}
	}
}

void *zone_metadata_alloc(unsigned long size)
{
	void *memory = memblock_alloc_raw(size, SMP_CACHE_BYTES);

	if (!memory)
		panic("zones: no room for %lu bytes of metadata", size);
	memblock_set_owner(__pa(memory), size, OWNER_ZONES);
	return memory;
}

void zone_metadata_init(void)
{
	phys_addr_t start = memblock_start_of_DRAM(), end = memblock_end_of_DRAM();
	unsigned long size, blocks = 0;
	char *memory;
	u32 i;

	zone_base = ALIGN_DOWN(start, GIB_SIZE);
	if (end - zone_base > linear_window_size)
		end = zone_base + linear_window_size;
	gib_count = (u32)((end - zone_base + GIB_SIZE - 1) / GIB_SIZE);
	size = gib_count * sizeof(struct gib);
	gibs = memblock_alloc(size, SMP_CACHE_BYTES);
	if (!gibs)
		panic("zones: no room for a root table of %lu bytes", size);
	memblock_set_owner(__pa(gibs), size, OWNER_ZONES);

	for_each_part(widen_span);
	widen_for_offline();
	for (i = 0; i < gib_count; i++)
		blocks += gibs[i].count;
	memory = zone_metadata_alloc(zone_metadata_size((u32)blocks));
	for (i = 0; i < gib_count; i++) {
		struct gib *gib = &gibs[i];

		if (!gib->count)
			continue;
		zone_attach(i, gib->first, gib->count, memory,
			memory + gib->count * sizeof(struct block));
		memory += zone_metadata_size(gib->count);
	}
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_reserve();
}
