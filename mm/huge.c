// SPDX-License-Identifier: BSD-2-Clause
/*
 * The short way of order 9: one whole block, a huge page, from the loose ones of the first
 * zone, and back to them. Whatever is not as usual goes the long way, as in page.c.
 */
#include "hart_pages.h"
#include <molt/compiler.h>

void *huge_alloc(unsigned int order, gfp_t gfp)
{
	u8 first = claim_for(gfp)->first;
	struct zone *zone = &zones[first];
	block_id id;

	if (unlikely(first == ZONE_NONE || gfp & __GFP_ZERO))
		return zone_alloc(order, gfp);
	spin_lock(&zone->lock);
	id = block_take_loose(zone);
	spin_unlock(&zone->lock);
	if (unlikely(id == BLOCK_NONE))
		return zone_alloc(order, gfp);
	zone_count(zone, -PAGES_PER_BLOCK);
	return zone_start + id * BLOCK_SIZE;
}

/* The descriptor of the block at @offset from the zones' start, if it speaks for itself. */
static inline struct block *block_of_its_own(unsigned long offset)
{
	const struct gib *gib = &gibs[offset / GIB_SIZE];
	unsigned long at = offset / BLOCK_SIZE % BLOCKS_PER_GIB;

	if (unlikely(offset / GIB_SIZE >= gib_count || offset % BLOCK_SIZE || !gib_is_split(gib) ||
		     at - gib->whole.first >= gib->whole.count))
		return NULL;
	return &gib->blocks[at];
}

void huge_free(void *pages, unsigned int order)
{
	unsigned long offset = (unsigned long)pages - (unsigned long)zone_start;
	struct block *block = block_of_its_own(offset);
	struct zone *zone;
	bool used;

	if (unlikely(!block)) {
		zone_free(pages, order);
		return;
	}
	zone = &zones[READ_ONCE(block->zone)];
	spin_lock(&zone->lock);
	used = block->state == BLOCK_USED && block->order == BLOCK_ORDER &&
	       zone->loose_count < LOOSE_MAX;
	if (likely(used)) {
		block_put_loose(zone, block, (block_id)(offset / BLOCK_SIZE));
		zone_count(zone, PAGES_PER_BLOCK);
	}
	spin_unlock(&zone->lock);
	if (unlikely(!used))
		zone_free(pages, order);
}
