// SPDX-License-Identifier: BSD-2-Clause
#include "zone_internal.h"
#include <mm/zone_grow.h>

void zone_attach(u32 index, u16 first, u16 count, void *descriptors, void *maps)
{
	struct gib *gib = &gibs[index];

	gib->whole.first = first;
	gib->whole.count = count;
	gib_attach(gib, descriptors, maps);
}

/* [base, end), whole blocks, lies in one GiB. */
static void grow_part(phys_addr_t base, phys_addr_t end, u8 zone)
{
	struct gib *gib = gib_of(block_of(base));

	if (!gib_is_split(gib)) {
		bool first = gib->whole.zone == ZONE_NONE;

		/* The first to come, or the whole of it: one word says it for all. */
		if (first || end - base == GIB_SIZE)
			gib->whole.zone = zone;
		if (end - base < GIB_SIZE)
			gib_split(block_of(base));
	}
	/* Nothing was said of its blocks but what the first to come said of all. */
	if (gib->whole.zone == zone)
		return;
	gib->mixed = true;
	for (; base < end; base += BLOCK_SIZE) {
		struct block *block = block_at(block_of(base));

		if (block->state == BLOCK_ABSENT)
			block->zone = zone;
	}
}

/* Whole GiBs of [base, end) that nobody else has any of; returns the end of them. */
static phys_addr_t grow_gibs(phys_addr_t base, phys_addr_t end, u8 zone)
{
	struct gib *gib = gib_of(block_of(base));
	const struct gib *stop = gib + (end - base) / GIB_SIZE;

	for (; gib < stop && gib->whole.what == block_absent(ZONE_NONE); gib++) {
		gib->whole.zone = zone;
		base += GIB_SIZE;
	}
	return base;
}

void zone_grow(phys_addr_t base, phys_addr_t end, u8 zone)
{
	while (base < end) {
		phys_addr_t gib_end;

		if (IS_ALIGNED(base, GIB_SIZE))
			base = grow_gibs(base, end, zone);
		if (base == end)
			break;
		gib_end = ALIGN_DOWN(base, GIB_SIZE) + GIB_SIZE;
		if (gib_end > end)
			gib_end = end;
		grow_part(base, gib_end, zone);
		base = gib_end;
	}
}
