// SPDX-License-Identifier: BSD-2-Clause
/* Memory that was never free becomes free, in runs as large as they can be. */
#include "zone_internal.h"
#include <molt/panic.h>

/* So many whole GiBs from @base on, to @end, are absent and the zone's. */
static u32 absent_gibs(const struct zone *zone, phys_addr_t base, phys_addr_t end)
{
	const struct gib *first = gib_of(block_of(base)), *gib = first;
	const struct gib *last = gib + (end - base) / GIB_SIZE;
	u32 absent = block_absent(zone->index);

	if (!IS_ALIGNED(base, GIB_SIZE))
		return 0;
	while (gib < last && gib->whole.what == absent && gib->whole.count == BLOCKS_PER_GIB)
		gib++;
	return (u32)(gib - first);
}

/* Whether a run of whole blocks is absent, all of it, and the zone's. */
static bool run_is_absent(const struct zone *zone, block_id id, unsigned int order)
{
	const struct block *block = block_at(id);
	const struct block *end = block + (1U << (order - BLOCK_ORDER));
	block_id head;

	if (block_run(id, &head) != BLOCK_ABSENT)
		return false;
	if (!gib_is_split(gib_of(id)))
		return true;
	for (; block < end; block++) {
		if (block->state != BLOCK_ABSENT || block->zone != zone->index)
			return false;
	}
	return true;
}

/* A run of whole blocks that begins at @base becomes free: the largest that fits. */
static const char *release_blocks(struct zone *zone, phys_addr_t *base, phys_addr_t end)
{
	block_id id = block_of(*base);
	const struct gib *gib = gib_of(id);
	phys_addr_t known =
		block_phys(ALIGN_DOWN(id, BLOCKS_PER_GIB) + gib->whole.first + gib->whole.count);
	unsigned int order = ZONE_ORDER_MAX;

	if (end > known)
		end = known;
	while (!IS_ALIGNED(*base - zone_base, PAGE_SIZE << order) || end - *base < PAGE_SIZE
											   << order)
		order--;
	if (!run_is_absent(zone, id, order))
		return "memory that is in the zones already";
	if (order < ZONE_ORDER_MAX)
		gib_split(id);
	block_put(zone, id, order);
	*base += PAGE_SIZE << order;
	return NULL;
}

/* Pages of one block become free. */
static const char *release_pages(struct zone *zone, phys_addr_t *base, phys_addr_t end)
{
	block_id id = block_of(*base), head;
	phys_addr_t block_end = block_phys(id) + BLOCK_SIZE;
	unsigned int first = (unsigned int)(*base / PAGE_SIZE % PAGES_PER_BLOCK);
	unsigned int n;
	enum block_state state;
	const char *fault;

	if (end > block_end)
		end = block_end;
	n = (unsigned int)((end - *base) / PAGE_SIZE);
	state = block_run(id, &head);
	if (state == BLOCK_FREE || state == BLOCK_USED)
		return "memory that is in the zones already";
	gib_split(id);
	fault = broken_enter(zone, id, first, first + n - 1);
	if (!fault)
		*base = end;
	return fault;
}

/* What comes first of [*base, end) becomes free, whole GiBs as many as there are. */
static const char *release_first(struct zone *zone, phys_addr_t *base, phys_addr_t end)
{
	u32 gibs_absent = absent_gibs(zone, *base, end);

	if (gibs_absent) {
		block_put_gibs(zone, block_of(*base), gibs_absent);
		*base += gibs_absent * GIB_SIZE;
		return NULL;
	}
	if (IS_ALIGNED(*base, BLOCK_SIZE) && end - *base >= BLOCK_SIZE)
		return release_blocks(zone, base, end);
	return release_pages(zone, base, end);
}

void zone_release(phys_addr_t base, phys_addr_t end)
{
	const char *fault = NULL;
	phys_addr_t at = base;

	if (!IS_ALIGNED(base | end, PAGE_SIZE))
		fault = "a range that is not of whole pages";
	while (!fault && at < end) {
		phys_addr_t from = at;
		struct zone *zone;

		if (!block_known(at)) {
			fault = "memory that no zone has";
			break;
		}
		zone = zone_of(at);
		spin_lock(&zone->lock);
		fault = release_first(zone, &at, end);
		zone_count(zone, (s64)((at - from) / PAGE_SIZE));
		zone->pages += (at - from) / PAGE_SIZE;
		spin_unlock(&zone->lock);
	}
	if (fault)
		panic("zone_release(%lx, %lx) from %lx: %s at %lx", base, end, CALLER, fault, at);
}
