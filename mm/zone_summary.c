// SPDX-License-Identifier: BSD-2-Clause
/* What is free, counted from the metadata. */
#include "zone_internal.h"
#include <lib/string.h>

static void add_gib(struct gib *gib, block_id base, struct zone_summary *summary)
{
	u32 i;

	if (!gib->split) {
		if (gib->whole.state == BLOCK_FREE) {
			summary->free[ZONE_ORDER_MAX]++;
			summary->bytes += GIB_SIZE;
		}
		return;
	}
	for (i = 0; i < gib->count; i++) {
		const struct block *block = &gib->blocks[i];

		if (block->state == BLOCK_BROKEN) {
			page_map_summarise(map_of(base + gib->first + i), summary);
		} else if (block->state == BLOCK_FREE) {
			summary->free[block->order]++;
			summary->bytes += PAGE_SIZE << block->order;
		}
	}
}

void zone_summarise(struct zone_summary *summary)
{
	struct zone *zone;
	u32 i;

	memset(summary, 0, sizeof(*summary));
	for (zone = zones; zone < zones + zone_count; zone++)
		spin_lock(&zone->lock);
	for (i = 0; i < gib_count; i++)
		add_gib(&gibs[i], i * BLOCKS_PER_GIB, summary);
	while (zone > zones)
		spin_unlock(&(--zone)->lock);
}
