// SPDX-License-Identifier: BSD-2-Clause
/* Room for the zones' metadata, drawn from memblock: only for blocks that have RAM. */
#include "zone_internal.h"
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/cma.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/numa.h>
#include <mm/page_owner.h>
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

/* Blocks [id, stop) of a region that ends at block @end: whole GiBs, or all within one. */
struct part {
	block_id id, stop, end;
};

static struct part first_part(const struct memblock_region *region)
{
	block_id id = block_of(region->base);

	return (struct part){id, id, block_of(region->base + region->size - 1) + 1};
}

/* The next part of the region; false behind the last. */
static bool next_part(struct part *part)
{
	block_id gib_end = ALIGN_DOWN(part->stop, BLOCKS_PER_GIB) + BLOCKS_PER_GIB;

	part->id = part->stop;
	part->stop = gib_end < part->end ? gib_end : part->end;
	if (IS_ALIGNED(part->id, BLOCKS_PER_GIB) && gib_end < part->end)
		part->stop = ALIGN_DOWN(part->end, BLOCKS_PER_GIB);
	return part->id < part->end;
}

static bool is_whole(const struct part *part)
{
	return IS_ALIGNED(part->id | part->stop, BLOCKS_PER_GIB);
}

/* Descriptors for a part of a GiB, beside those that it has; returns how many more. */
static u32 cover(const struct part *part)
{
	struct block *whole = &gib_of(part->id)->whole;
	u32 first = part->id % BLOCKS_PER_GIB, end = first + (part->stop - part->id);
	u32 before = whole->count;

	if (before && whole->first < first)
		first = whole->first;
	if (before && whole->first + before > end)
		end = whole->first + before;
	whole->first = (u16)first;
	whole->count = (u16)(end - first);
	return end - first - before;
}

/* For all of boot's memory; returns how many. */
static u32 cover_boots(void)
{
	const struct memblock_region *region;
	u32 blocks = 0;

	for_each_mem_region(region) {
		struct part part = first_part(region);

		while (!memory_is_offline(region) && next_part(&part))
			blocks += is_whole(&part) ? part.stop - part.id : cover(&part);
	}
	return blocks;
}

/*
 * Offline memory has descriptors from the start where it shares a GiB with boot's, and is
 * another zone's. Returns how many more there are.
 */
static u32 cover_offline(void)
{
	const struct memblock_region *region;
	u32 blocks = 0;

	for_each_mem_region(region) {
		struct part part = first_part(region);

		while (memory_is_offline(region) && next_part(&part)) {
			struct gib *gib = gib_of(part.id), *stop = gib_of(part.stop - 1);

			if (!is_whole(&part) && gib->whole.count)
				blocks += cover(&part);
			for (; gib <= stop; gib++)
				gib->mixed = true;
		}
	}
	return blocks;
}

/* Whole GiBs: descriptors of all blocks, and their maps behind them. Returns the end. */
static char *attach_gibs(const struct part *part, char *memory)
{
	struct gib *gib = gib_of(part->id), *stop = gib_of(part->stop);

	for (; gib < stop; gib++) {
		gib->whole.first = 0;
		gib->whole.count = BLOCKS_PER_GIB;
		gib_attach(gib, memory, memory + BLOCKS_PER_GIB * sizeof(struct block));
		memory += BLOCKS_PER_GIB * BLOCK_METADATA;
	}
	return memory;
}

/* A GiB of which there is a part, for as many blocks as are covered; only once. */
static char *attach_part(struct gib *gib, char *memory)
{
	if (gib->blocks)
		return memory;
	gib_attach(gib, memory, memory + gib->whole.count * sizeof(struct block));
	return memory + gib->whole.count * BLOCK_METADATA;
}

static void attach_boots(char *memory)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		struct part part = first_part(region);

		while (!memory_is_offline(region) && next_part(&part))
			memory = is_whole(&part) ? attach_gibs(&part, memory)
						 : attach_part(gib_of(part.id), memory);
	}
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
	unsigned long size;
	char *memory;
	u32 blocks;

	zone_base = ALIGN_DOWN(memblock_start_of_DRAM(), GIB_SIZE);
	zone_start = __va(zone_base);
	gib_count = (u32)((memblock_end_of_DRAM() - zone_base + GIB_SIZE - 1) / GIB_SIZE);
	want_zones(wanted);
	size = gib_count * sizeof(struct gib);
	memory = zone_metadata_alloc(size + zones_size(wanted));
	gibs = memset(memory, 0, size);
	zones_make(wanted, memory + size);

	blocks = cover_boots();
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		blocks += cover_offline();
	attach_boots(zone_metadata_alloc(blocks * BLOCK_METADATA));
	if (IS_ENABLED(CONFIG_CONTIG_ALLOC) && reserved_any_lent)
		cma_init();
	if (IS_ENABLED(CONFIG_PAGE_OWNER))
		page_owner_init();
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_reserve();
}
