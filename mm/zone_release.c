// SPDX-License-Identifier: BSD-2-Clause
/* Memory that was never free becomes free, in runs as large as they can be. */
#include "zone_internal.h"
#include <molt/panic.h>

/* One call's work: [at, end) is still to do. */
struct release {
	phys_addr_t at, end;
};

/* So many whole GiBs from @at on are absent and the zone's. */
static u32 absent_gibs(const struct release *release, const struct zone *zone)
{
	const struct gib *first = gib_of(block_of(release->at)), *gib = first;
	const struct gib *last = gib + (release->end - release->at) / GIB_SIZE;
	u32 absent = block_absent(zone->index);

	if (!IS_ALIGNED(release->at, GIB_SIZE))
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
	const struct gib *gib = gib_of(id);
	block_id head;

	if (gib_is_split(gib) && !gib->mixed && id % BLOCKS_PER_GIB >= gib->untouched)
		return true;
	if (block_run(id, &head) != BLOCK_ABSENT)
		return false;
	if (!gib_is_split(gib))
		return true;
	for (; block < end; block++) {
		if (block->state != BLOCK_ABSENT || block->zone != zone->index)
			return false;
	}
	return true;
}

/* Blocks [id, end) are about to be more than absent. */
static void touch(block_id id, block_id end)
{
	struct gib *gib = gib_of(id);

	gib_split(id);
	end -= ALIGN_DOWN(id, BLOCKS_PER_GIB);
	if (!gib->mixed && gib->untouched < end)
		gib->untouched = (u16)end;
}

/* The order of the largest run of whole blocks that begins the work and has descriptors. */
static unsigned int largest_run(const struct release *release)
{
	block_id id = block_of(release->at), gib_id = ALIGN_DOWN(id, BLOCKS_PER_GIB);
	const struct gib *gib = gib_of(id);
	phys_addr_t end = block_phys(gib_id + gib->whole.first + gib->whole.count);
	unsigned int order = ZONE_ORDER_MAX;

	if (end > release->end)
		end = release->end;
	while (!IS_ALIGNED(release->at, PAGE_SIZE << order) || end - release->at < PAGE_SIZE
											   << order)
		order--;
	return order;
}

/* A run of whole blocks becomes free. */
static const char *release_blocks(struct release *release, struct zone *zone)
{
	block_id id = block_of(release->at);
	unsigned int order = largest_run(release);

	if (!run_is_absent(zone, id, order))
		return "memory that is in the zones already";
	if (order < ZONE_ORDER_MAX)
		touch(id, id + (1U << (order - BLOCK_ORDER)));
	block_put(zone, id, order);
	release->at += PAGE_SIZE << order;
	return NULL;
}

/* Pages of one block become free. */
static const char *release_pages(struct release *release, struct zone *zone)
{
	block_id id = block_of(release->at), head;
	phys_addr_t end = block_phys(id) + BLOCK_SIZE;
	unsigned int first = (unsigned int)(release->at / PAGE_SIZE % PAGES_PER_BLOCK);
	enum block_state state = block_run(id, &head);
	const char *fault;

	if (end > release->end)
		end = release->end;
	if (state == BLOCK_FREE || state == BLOCK_USED)
		return "memory that is in the zones already";
	touch(id, id + 1);
	fault = broken_enter(
		zone, id, first, first + (unsigned int)((end - release->at) / PAGE_SIZE) - 1);
	if (!fault)
		release->at = end;
	return fault;
}

/* What comes first becomes free, whole GiBs as many as there are. */
static const char *release_first(struct release *release, struct zone *zone)
{
	u32 count = absent_gibs(release, zone);

	if (count) {
		block_put_gibs(zone, block_of(release->at), count);
		release->at += count * GIB_SIZE;
		return NULL;
	}
	if (IS_ALIGNED(release->at, BLOCK_SIZE) && release->end - release->at >= BLOCK_SIZE)
		return release_blocks(release, zone);
	return release_pages(release, zone);
}

/* The same under the lock, and counted. */
static const char *release_some(struct release *release)
{
	phys_addr_t from = release->at;
	struct zone *zone;
	const char *fault;

	if (!block_known(from))
		return "memory that no zone has";
	zone = zone_of(from);
	spin_lock(&zone->lock);
	fault = release_first(release, zone);
	if (IS_ENABLED(CONFIG_PAGE_POISON))
		page_poison(__va(from), release->at - from);
	zone_count(zone, (s64)((release->at - from) / PAGE_SIZE));
	WRITE_ONCE(zone->pages, zone->pages + (release->at - from) / PAGE_SIZE);
	spin_unlock(&zone->lock);
	return fault;
}

void zone_release(phys_addr_t base, phys_addr_t end)
{
	struct release release = {.at = base, .end = end};
	const char *fault = NULL;

	if (!IS_ALIGNED(base | end, PAGE_SIZE))
		fault = "a range that is not of whole pages";
	while (!fault && release.at < end)
		fault = release_some(&release);
	if (fault)
		panic("zone_release(%lx, %lx) from %lx: %s at %lx", base, end, CALLER, fault,
			release.at);
}
