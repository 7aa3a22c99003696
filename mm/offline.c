// SPDX-License-Identifier: BSD-2-Clause
/* Hotpluggable memory at boot: what of it can be added later is noted for hotplug.c. */
#include "zone_internal.h"
#include <mm/boot.h>
#include <mm/hotplug.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/zone_grow.h>

/* Whether offline memory of @region's node goes on without a gap from its end to a block's. */
static bool fills_block_above(const struct memblock_region *region)
{
	const struct memblock_region *stop = memblock.memory.regions + memblock.memory.cnt;
	unsigned int node = memory_nid(region);
	phys_addr_t end = region->base + region->size, block_end = ALIGN_UP(end, BLOCK_SIZE);

	while (end < block_end) {
		if (++region == stop || region->base != end || !memory_is_offline(region) ||
			memory_nid(region) != node)
			return false;
		end = region->base + region->size;
	}
	return true;
}

/* The same, from a block's begin to that of @region. */
static bool fills_block_below(const struct memblock_region *region)
{
	unsigned int node = memory_nid(region);
	phys_addr_t base = region->base, block_base = ALIGN_DOWN(base, BLOCK_SIZE);

	while (base > block_base) {
		if (region == memblock.memory.regions)
			return false;
		region--;
		if (region->base + region->size != base || !memory_is_offline(region) ||
			memory_nid(region) != node)
			return false;
		base = region->base;
	}
	return true;
}

/*
 * Call @fn with each part of offline memory that nothing lies in: as it is, and as
 * whole pages of blocks that are wholly offline memory's.
 */
static void for_each_offline_part(void (*fn)(phys_addr_t base, phys_addr_t end, phys_addr_t bytes))
{
	const struct memblock_region *region, *taken;

	for_each_mem_region(region) {
		phys_addr_t at = region->base, end = at + region->size;
		phys_addr_t low, high;

		if (!memory_is_offline(region))
			continue;
		low = fills_block_below(region) ? at : ALIGN_UP(at, BLOCK_SIZE);
		high = fills_block_above(region) ? end : ALIGN_DOWN(end, BLOCK_SIZE);
		for_each_reserved_mem_region(taken) {
			phys_addr_t taken_end = taken->base + taken->size;

			if (taken_end <= at || taken->base >= end)
				continue;
			if (taken->base > at)
				fn(at > low ? at : low, taken->base < high ? taken->base : high,
					taken->base - at);
			at = taken_end;
		}
		if (at < end)
			fn(at > low ? at : low, high, end - at);
	}
}

static unsigned int offline_count;

static void count_offline(phys_addr_t base, phys_addr_t end, phys_addr_t bytes)
{
	(void)base;
	(void)end;
	(void)bytes;
	offline_count++;
}

static void record_offline(phys_addr_t base, phys_addr_t end, phys_addr_t bytes)
{
	phys_addr_t usable = 0;

	base = ALIGN_UP(base, PAGE_SIZE);
	end = ALIGN_DOWN(end, PAGE_SIZE);
	if (base < end) {
		hotplug_record(base, end, zone_index(memory_nid_at(base), ZONE_MOVABLE));
		usable = end - base;
	}
	ledger_add(OWNER_OFFLINE, -(s64)(bytes - usable));
	ledger_add(OWNER_UNUSABLE, (s64)(bytes - usable));
}

void offline_reserve(void)
{
	unsigned long size;

	for_each_offline_part(count_offline);
	if (!offline_count)
		return;
	/* Two more: a part of a range comes first, and needs no page for that. */
	size = (offline_count + 2) * sizeof(struct memory_range);
	hotplug_reserve(zone_metadata_alloc(size), offline_count + 2);
}

void offline_record(void)
{
	for_each_offline_part(record_offline);
}
