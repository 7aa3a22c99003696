// SPDX-License-Identifier: BSD-2-Clause
/* What is free, counted from the metadata. */
#include "zone_internal.h"
#include <lib/string.h>

static void add_gib(const struct gib *gib, struct zone_summary *summary)
{
	u32 i;

	if (!gib_is_split(gib)) {
		if (gib->whole.state == BLOCK_FREE) {
			summary->free[ZONE_ORDER_MAX]++;
			summary->bytes += GIB_SIZE;
		}
		return;
	}
	for (i = gib->whole.first; i < gib->whole.first + gib->whole.count; i++) {
		const struct block *block = &gib->blocks[i];

		if (block->state == BLOCK_BROKEN) {
			page_map_summarise(&gib->maps[i], summary);
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
	for (zone = zones; zone < zones + zone_total; zone++) {
		spin_lock(&zone->lock);
		claims_drain(zone);
		blocks_merge(zone);
	}
	for (i = 0; i < gib_count; i++)
		add_gib(&gibs[i], summary);
	while (zone > zones)
		spin_unlock(&(--zone)->lock);
}
