// SPDX-License-Identifier: BSD-2-Clause
/* Add and online ranges, through the code that boot used for all RAM. */
#include "zone_internal.h"
#include <arch/hart.h>
#include <arch/paging.h>
#include <mm/hotplug.h>
#include <mm/ledger.h>
#include <mm/zone_grow.h>
#include <molt/err.h>
#include <molt/init.h>

static struct memory_range *ranges;
static unsigned int range_count, range_max;

void __init hotplug_reserve(struct memory_range *room, unsigned int max)
{
	ranges = room;
	range_max = max;
}

void __init hotplug_record(phys_addr_t base, phys_addr_t end, u8 zone)
{
	if (range_count < range_max)
		ranges[range_count++] = (struct memory_range){base, end, MEMORY_OFFLINE, zone};
}

const struct memory_range *hotplug_range(unsigned int index)
{
	return index < range_count ? &ranges[index] : NULL;
}

static struct memory_range *find_range(phys_addr_t base, phys_addr_t size)
{
	unsigned int i;

	for (i = 0; i < range_count; i++) {
		if (ranges[i].base == base && ranges[i].end == base + size)
			return &ranges[i];
	}
	return NULL;
}

#define BLOCKS_ORDER 1 /* 512 descriptors of 16 bytes */
#define MAPS_ORDER   4 /* 512 page maps of 128 bytes */
_Static_assert(BLOCKS_PER_GIB * sizeof(struct block) == PAGE_SIZE << BLOCKS_ORDER, "2 pages");
_Static_assert(BLOCKS_PER_GIB * sizeof(struct page_map) == PAGE_SIZE << MAPS_ORDER, "16 pages");

/* Metadata for a GiB that boot had none for. */
static int attach_gib(u32 index)
{
	void *blocks, *maps;

	blocks = page_alloc(BLOCKS_ORDER, GFP_KERNEL);
	if (!blocks)
		return -ENOMEM;
	maps = page_alloc(MAPS_ORDER, GFP_KERNEL);
	if (!maps) {
		page_free(blocks, BLOCKS_ORDER);
		return -ENOMEM;
	}
	ledger_add(OWNER_ZONES, (PAGE_SIZE << BLOCKS_ORDER) + (PAGE_SIZE << MAPS_ORDER));
	zone_attach(index, 0, BLOCKS_PER_GIB, blocks, maps);
	gibs[index].mixed = true;
	return 0;
}

static int attach_range(const struct memory_range *range)
{
	u32 index, last = block_of(range->end - 1) / BLOCKS_PER_GIB;

	for (index = block_of(range->base) / BLOCKS_PER_GIB; index <= last; index++) {
		int err = gibs[index].whole.count ? 0 : attach_gib(index);

		if (err)
			return err;
	}
	return 0;
}

int memory_add(phys_addr_t base, phys_addr_t size)
{
	struct memory_range *range = find_range(base, size);
	int err;

	if (!range)
		return -EINVAL;
	if (range->state != MEMORY_OFFLINE)
		return -EEXIST;
	err = attach_range(range);
	if (err)
		return err;
	err = paging_map(
		&kernel_space, (virt_addr_t)__va(base), base, size, PROT_READ | PROT_WRITE);
	if (err)
		return err;
	paging_fence();
	err = hart_fence_others();
	if (err) {
		paging_unmap(&kernel_space, (virt_addr_t)__va(base), size);
		paging_fence();
		return err;
	}
	/* Its blocks are whole but for what lay in them at boot: they are all hotplug's. */
	zone_grow(ALIGN_DOWN(base, BLOCK_SIZE), ALIGN_UP(range->end, BLOCK_SIZE), range->zone);
	range->state = MEMORY_ADDED;
	return 0;
}

int memory_online(phys_addr_t base, phys_addr_t size)
{
	struct memory_range *range = find_range(base, size);

	if (!range)
		return -EINVAL;
	if (range->state != MEMORY_ADDED)
		return -EBUSY;
	range->state = MEMORY_ONLINE;
	ledger_add(OWNER_OFFLINE, -(s64)size);
	zone_release(range->base, range->end);
	return 0;
}
