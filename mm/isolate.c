// SPDX-License-Identifier: BSD-2-Clause
/*
 * One block of a range that is being taken.
 *
 * Nobody finds pages in an isolated block, but a hart that claimed it before may still take
 * some of one word without a lock, and all may free. So pages are taken as everybody takes
 * them, by their free bits, each alone; they become runs once all are there.
 */
#include "range_internal.h"
#include <arch/atomic.h>
#include <lib/string.h>

static const struct page_set nothing;

struct zone *block_lock_zone(block_id id)
{
	const struct gib *gib = gib_of(id);
	struct zone *first = &zones[gib->whole.zone], *zone;

	/* While its GiB is being split, under this lock, a block cannot be asked for its zone. */
	spin_lock(&first->lock);
	zone = &zones[block_at(id)->zone];
	if (zone == first)
		return zone;
	spin_unlock(&first->lock);
	spin_lock(&zone->lock);
	return zone;
}

static bool is_isolated(const struct block *block)
{
	return block->state == BLOCK_BROKEN && block->use == BLOCK_ISOLATED;
}

static bool is_whole(const struct page_set *part)
{
	u64 all = ~0UL;
	unsigned int i;

	for (i = 0; i < MAP_WORDS; i++)
		all &= part->words[i];
	return !~all;
}

struct page_set block_part(const struct range *range, block_id id)
{
	phys_addr_t pa = block_phys(id);
	struct page_set part;
	unsigned int i;

	for (i = 0; i < MAP_WORDS; i++, pa += 64 * PAGE_SIZE) {
		u64 pages = ~0UL;

		if (range->base > pa)
			pages = range->base - pa < 64 * PAGE_SIZE
					? pages << (range->base - pa) / PAGE_SIZE
					: 0;
		if (range->end <= pa)
			pages = 0;
		else if (range->end - pa < 64 * PAGE_SIZE)
			pages &= ~(~0UL << (range->end - pa) / PAGE_SIZE);
		part.words[i] = pages;
	}
	return part;
}

/* Whether some of the part was never free. */
static bool is_absent(const struct page_map *map, const struct page_set *part)
{
	u64 absent = 0;
	unsigned int i;

	for (i = 0; i < MAP_WORDS; i++)
		absent |= READ_ONCE(map->words[i].free) & map->words[i].joined & part->words[i];
	return absent;
}

/* A block that is free, in whatever run. */
static void isolate_free(struct zone *zone, block_id id, const struct page_set *part)
{
	block_id head;

	/* A loose block is in no list that it could be found in. */
	if (block_at(id)->state == BLOCK_LOOSE)
		blocks_merge(zone);
	block_run(id, &head);
	block_carve(zone, head, id, BLOCK_ORDER);
	if (is_whole(part)) {
		block_at(id)->state = BLOCK_TAKEN;
		zone_count(zone, -PAGES_PER_BLOCK);
	} else {
		broken_open(id);
	}
}

static bool isolate(struct zone *zone, block_id id, const struct page_set *part)
{
	block_id head;

	switch (block_run(id, &head)) {
	case BLOCK_FREE:
		isolate_free(zone, id, part);
		return true;
	case BLOCK_BROKEN:
		if (block_at(id)->use == BLOCK_ISOLATED)
			return true;
		if (is_absent(map_of(id), part))
			return false;
		claims_end(id);
		broken_isolate(zone, id);
		return true;
	case BLOCK_USED:
	case BLOCK_TAKEN:
	case BLOCK_LEAVING:
		return true;
	default:
		return false;
	}
}

bool block_isolate(const struct range *range, block_id id)
{
	struct page_set part = block_part(range, id);
	struct zone *zone;
	bool ok;

	if (!block_known(block_phys(id)))
		return false;
	zone = block_lock_zone(id);
	ok = isolate(zone, id, &part);
	spin_unlock(&zone->lock);
	return ok;
}

/* Take what is free of the part; returns how many pages that were. */
static s64 take_free(struct page_map *map, const struct page_set *part, struct page_set *ours)
{
	unsigned int i;
	s64 pages = 0;

	for (i = 0; i < MAP_WORDS; i++) {
		struct page_word *word = &map->words[i];
		u64 want = part->words[i] & ~ours->words[i] & ~word->joined, got;

		got = __atomic_fetch_and(&word->free, ~want, __ATOMIC_ACQUIRE) & want;
		ours->words[i] |= got;
		pages += bits_set(got);
	}
	return pages;
}

/* The first page of the part that is not ours; PAGES_PER_BLOCK: there is none. */
static unsigned int first_missing(const struct page_set *part, const struct page_set *ours)
{
	unsigned int i;

	for (i = 0; i < MAP_WORDS; i++) {
		u64 missing = part->words[i] & ~ours->words[i];

		if (missing)
			return i * 64 + lowest_bit(missing);
	}
	return PAGES_PER_BLOCK;
}

/* All pages of a block are ours: it becomes one again. */
static void close_block(block_id id)
{
	page_map_close(map_of(id));
	block_at(id)->state = BLOCK_TAKEN;
	block_at(id)->order = BLOCK_ORDER;
}

static bool take_pages(struct zone *zone, block_id id, const struct page_set *part,
	struct page_set *ours, struct movable_run *run)
{
	unsigned int page, first = 0;
	int order;

	do {
		zone_count(zone, -take_free(map_of(id), part, ours));
		page = first_missing(part, ours);
		if (page == PAGES_PER_BLOCK)
			return true;
		order = page_map_order(map_of(id), page, &first);
	} while (order < 0); /* it has been freed just now */
	*run = (struct movable_run){block_phys(id) + first * PAGE_SIZE, (unsigned int)order};
	return false;
}

bool block_take_part(
	block_id id, const struct page_set *part, struct page_set *ours, struct movable_run *run)
{
	struct zone *zone = block_lock_zone(id);
	block_id head;
	bool done;

	/* What was in use may have been freed since, or broken by who allocated it then. */
	isolate(zone, id, part);
	if (is_isolated(block_at(id))) {
		done = take_pages(zone, id, part, ours, run);
		if (done && is_whole(part))
			close_block(id);
	} else {
		done = block_run(id, &head) == BLOCK_TAKEN;
		*run = (struct movable_run){block_phys(head), block_at(head)->order};
	}
	spin_unlock(&zone->lock);
	return done;
}

/* ---- What has moved away ---- */

/* Some of the pages of a word become free. */
static void free_some(struct zone *zone, struct page_word *word, u64 pages)
{
	fetch_or_release(&word->free, pages);
	zone_count(zone, bits_set(pages));
}

/* Of a run of pages in an isolated block. */
static void adopt_pages(struct zone *zone, block_id id, const struct page_set *part,
	const struct page_set *moved, struct page_set *ours)
{
	struct page_word *word = map_of(id)->words;
	unsigned int i;

	for (i = 0; i < MAP_WORDS; i++, word++) {
		WRITE_ONCE(word->joined, word->joined & ~moved->words[i]);
		ours->words[i] |= moved->words[i] & part->words[i];
		free_some(zone, word, moved->words[i] & ~part->words[i]);
	}
}

/* Of a run of blocks, each of which was in use. */
static void adopt_block(const struct range *range, struct zone *zone, block_id id)
{
	struct page_set part = block_part(range, id);

	block_at(id)->state = BLOCK_TAKEN;
	block_at(id)->order = BLOCK_ORDER;
	if (is_whole(&part))
		return;
	zone_count(zone, PAGES_PER_BLOCK);
	if (memcmp(&part, &nothing, sizeof(part)))
		broken_open(id);
	else
		block_put(zone, id, BLOCK_ORDER);
}

static void adopt_blocks(const struct range *range, struct zone *zone, block_id id, u32 count)
{
	if (count == BLOCKS_PER_GIB) {
		gib_split(id);
		gib_of(id)->untouched = BLOCKS_PER_GIB;
	}
	for (; count--; id++)
		adopt_block(range, zone, id);
}

void block_adopt(const struct range *range, const struct movable_run *run, struct page_set *ours)
{
	block_id id = block_of(run->base);
	struct zone *zone = block_lock_zone(id);

	if (run->order < BLOCK_ORDER) {
		struct range all = {run->base, run->base + (PAGE_SIZE << run->order)};
		struct page_set part = block_part(range, id), moved = block_part(&all, id);

		adopt_pages(zone, id, &part, &moved, ours);
	} else {
		adopt_blocks(range, zone, id, 1U << (run->order - BLOCK_ORDER));
	}
	spin_unlock(&zone->lock);
}

/* ---- The end ---- */

/* Pages that are each alone become runs. */
static void join(const struct range *range, block_id id)
{
	phys_addr_t at = block_phys(id), end = at + BLOCK_SIZE;

	at = at < range->base ? range->base : at;
	end = end > range->end ? range->end : end;
	while (at < end) {
		unsigned int order = range_run_order(at, end);

		page_map_join(map_of(id), (unsigned int)(at / PAGE_SIZE % PAGES_PER_BLOCK), order);
		at += PAGE_SIZE << order;
	}
}

void block_keep(const struct range *range, block_id id)
{
	struct zone *zone = block_lock_zone(id);

	if (block_at(id)->state == BLOCK_TAKEN) {
		block_at(id)->state = BLOCK_USED;
	} else {
		join(range, id);
		broken_unclaim(zone, id);
	}
	spin_unlock(&zone->lock);
}

static void free_pages(struct zone *zone, block_id id, const struct page_set *ours)
{
	struct page_map *map = map_of(id);
	unsigned int i;

	for (i = 0; i < MAP_WORDS; i++)
		free_some(zone, &map->words[i], ours->words[i]);
}

void block_abandon(block_id id, const struct page_set *ours)
{
	struct zone *zone;

	if (!block_known(block_phys(id)))
		return;
	zone = block_lock_zone(id);
	if (block_at(id)->state == BLOCK_TAKEN) {
		zone_count(zone, PAGES_PER_BLOCK);
		block_put(zone, id, BLOCK_ORDER);
	} else if (is_isolated(block_at(id))) {
		free_pages(zone, id, ours);
		broken_unclaim(zone, id);
	}
	spin_unlock(&zone->lock);
}
