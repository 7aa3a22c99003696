// SPDX-License-Identifier: BSD-2-Clause
/* What is free, counted from the metadata. */
#include "zone_internal.h"
#include <lib/string.h>

static bool is_of(const struct block *block, unsigned int index)
{
	return index == ZONE_NONE || block->zone == index;
}

/*
 * Count what is free of @gib and of zone @index; ZONE_NONE: of any. All zones are locked.
 * Returns how many blocks are claimed.
 */
static u32 add_gib(const struct gib *gib, unsigned int index, struct zone_summary *summary)
{
	u32 i, claimed = 0;

	if (!gib_is_split(gib)) {
		if (gib->whole.state == BLOCK_FREE && is_of(&gib->whole, index)) {
			summary->free[ZONE_ORDER_MAX]++;
			summary->bytes += GIB_SIZE;
		}
		return 0;
	}
	for (i = gib->whole.first; i < gib->whole.first + gib->whole.count; i++) {
		const struct block *block = &gib->blocks[i];

		if (!is_of(block, index)) {
			continue;
		} else if (block->state == BLOCK_BROKEN) {
			page_map_summarise(&gib->maps[i], summary);
			claimed += block->use == BLOCK_CLAIMED;
		} else if (block->state == BLOCK_LOOSE) {
			summary->free[BLOCK_ORDER]++;
			summary->bytes += BLOCK_SIZE;
		} else if (block->state == BLOCK_FREE) {
			summary->free[block->order]++;
			summary->bytes += PAGE_SIZE << block->order;
		}
	}
	return claimed;
}

/* All zones are locked; they no longer are. */
static u32 summarise(unsigned int index, struct zone_summary *summary)
{
	struct zone *zone = zones + zone_total;
	u32 i, claimed = 0;

	memset(summary, 0, sizeof(*summary));
	for (i = 0; i < gib_count; i++)
		claimed += add_gib(&gibs[i], index, summary);
	while (zone > zones)
		spin_unlock(&(--zone)->lock);
	return claimed;
}

void zone_summarise(struct zone_summary *summary)
{
	struct zone *zone;

	for (zone = zones; zone < zones + zone_total; zone++) {
		spin_lock(&zone->lock);
		claims_drain(zone);
		blocks_merge(zone);
	}
	summarise(ZONE_NONE, summary);
}

u32 zone_summarise_one(unsigned int index, struct zone_summary *summary)
{
	struct zone *zone;

	for (zone = zones; zone < zones + zone_total; zone++)
		spin_lock(&zone->lock);
	return summarise(index, summary);
}
