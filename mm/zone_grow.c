// SPDX-License-Identifier: BSD-2-Clause
#include "zone_internal.h"
#include <mm/zone_grow.h>
#include <molt/init.h>

unsigned long __init zone_metadata_size(u32 blocks)
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

/* [base, end) lies in one GiB. */
static void grow_part(phys_addr_t base, phys_addr_t end, enum zone_type type)
{
	struct gib *gib = gib_of(block_of(base));

	if (!gib->split) {
		/* The first to come, or the whole of it: one word says it for all. */
		gib->whole.zone = (u8)type;
		if (end - base < GIB_SIZE)
			gib_split(gib);
		return;
	}
	/* Nothing was said of its blocks but what the first to come said of all. */
	if (gib->whole.zone == type)
		return;
	base = ALIGN_UP(base, BLOCK_SIZE);
	for (; base + BLOCK_SIZE <= end; base += BLOCK_SIZE) {
		struct block *block = block_at(block_of(base));

		if (block->state == BLOCK_ABSENT)
			block->zone = (u8)type;
	}
}

void zone_grow(phys_addr_t base, phys_addr_t end, enum zone_type type)
{
	while (base < end) {
		phys_addr_t gib_end = ALIGN_DOWN(base, GIB_SIZE) + GIB_SIZE;

		if (gib_end > end)
			gib_end = end;
		grow_part(base, gib_end, type);
		base = gib_end;
	}
}

enum zone_type __init zone_type_of(phys_addr_t pa)
{
	return pa < (phys_addr_t)1 << 32 ? ZONE_DMA32 : ZONE_NORMAL;
}
