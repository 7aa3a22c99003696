// SPDX-License-Identifier: BSD-2-Clause
#include "zone_internal.h"
#include <mm/zone_grow.h>

unsigned long zone_metadata_size(u32 blocks)
{
	return blocks * (sizeof(struct block) + sizeof(struct page_map));
}

void zone_attach(u32 index, u16 first, u16 count, void *descriptors, void *maps)
{
	struct gib *gib = &gibs[index];

	gib->first = first;
	gib->count = count;
	gib->blocks = descriptors;
	gib->maps = maps;
}

/* The part of a GiB's blocks from @first to @last joins zone @type. */
static void grow_part(struct gib *gib, u32 first, u32 last, enum zone_type type)
{
	if (!gib->split) {
		/* The first to come, or the whole of it: one word says it for all. */
		gib->whole.zone = (u8)type;
		if (first > 0 || last < BLOCKS_PER_GIB - 1)
			gib_split(gib);
		return;
	}
	/* Nothing was said of its blocks but what the first to come said of all. */
	if (gib->whole.zone == type)
		return;
	for (; first <= last; first++) {
		struct block *block = &gib->blocks[first - gib->first];

		if (block->state == BLOCK_ABSENT)
			block->zone = (u8)type;
	}
}

void zone_grow(phys_addr_t base, phys_addr_t end, enum zone_type type)
{
	block_id id = block_of(base), last = block_of(end - 1);

	while (id <= last) {
		block_id gib_last = id | (BLOCKS_PER_GIB - 1);

		if (gib_last > last)
			gib_last = last;
		grow_part(gib_of(id), id % BLOCKS_PER_GIB, gib_last % BLOCKS_PER_GIB, type);
		id = gib_last + 1;
	}
}

enum zone_type zone_type_of(phys_addr_t pa)
{
	return pa < (phys_addr_t)1 << 32 ? ZONE_DMA32 : ZONE_NORMAL;
}
