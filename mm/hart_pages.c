// SPDX-License-Identifier: BSD-2-Clause
/* What each hart keeps: the blocks that it has claimed, and where it frees. */
#include "hart_pages.h"
#include <lib/bitops.h>

/* What a claim of no block points to. */
static u64 no_pages;

#define NO_CLAIM                                                            \
	{                                                                   \
		.free = &no_pages, .block = BLOCK_NONE, .first = ZONE_NONE, \
	}
__percpu struct claim hart_claims[ZONE_TYPES] = {NO_CLAIM, NO_CLAIM, NO_CLAIM, NO_CLAIM};

__percpu char *span_base;
__percpu unsigned long span_size;
__percpu struct page_word *span_words;
__percpu s64 span_freed;
__percpu u8 span_zone;

static block_id claim_block(const struct claim *claim)
{
	return READ_ONCE(claim->block);
}

static void claim_set(struct claim *claim, block_id id)
{
	WRITE_ONCE(claim->block, id);
}

/* ---- This hart's claims. The zone is locked. ---- */

/* A page of the claimed block. PHYS_ADDR_MAX: the claim is over, it has found none. */
static phys_addr_t claim_take(struct claim *claim, struct zone *zone)
{
	block_id id = claim_block(claim);
	struct page_map *map = map_of(id);
	int index;

	while ((index = page_map_singles(map)) >= 0) {
		u64 *free = &map->words[index].free, seen = READ_ONCE(*free), bit = seen & -seen;

		if (!(__atomic_fetch_and(free, ~bit, __ATOMIC_ACQUIRE) & bit))
			continue;
		claim->free = free;
		claim->base = __va(block_phys(id) + (unsigned int)index * 64 * PAGE_SIZE);
		zone_count(zone, -1);
		return __pa(claim->base) + bit_number(bit) * PAGE_SIZE;
	}
	claim_set(claim, BLOCK_NONE);
	broken_unclaim(zone, id);
	return PHYS_ADDR_MAX;
}

static phys_addr_t claim_again(struct claim *claim)
{
	phys_addr_t pa = PHYS_ADDR_MAX;
	block_id id = claim_block(claim);
	struct zone *zone;

	if (id == BLOCK_NONE)
		return PHYS_ADDR_MAX;
	zone = &zones[block_zone(id)];
	spin_lock(&zone->lock);
	if (claim_block(claim) == id)
		pa = claim_take(claim, zone);
	spin_unlock(&zone->lock);
	return pa;
}

/* From here on the claim counts for @zone, and takes nothing more from the one before. */
static void claim_move(struct claim *claim, const struct zone *zone)
{
	if (claim->zone == zone->index)
		return;
	claim->free = &no_pages;
	zone_count(&zones[claim->zone], -claim->taken);
	WRITE_ONCE(claim->taken, 0);
	WRITE_ONCE(claim->zone, zone->index);
}

/* There is nothing left to claim: what is left among larger allocations, or of others' claims. */
static phys_addr_t take_unclaimed(struct zone *zone)
{
	phys_addr_t pa = broken_take(zone, 0);

	if (pa != PHYS_ADDR_MAX)
		zone_count(zone, -1);
	return pa != PHYS_ADDR_MAX ? pa : claims_take(zone, 0);
}

static phys_addr_t claim_in(struct claim *claim, struct zone *zone)
{
	phys_addr_t pa = PHYS_ADDR_MAX;
	block_id id;

	spin_lock(&zone->lock);
	while (pa == PHYS_ADDR_MAX) {
		id = broken_claim(zone);
		if (id == BLOCK_NONE && claims_drain(zone))
			continue;
		if (id == BLOCK_NONE)
			break;
		claim_move(claim, zone);
		claim_set(claim, id);
		pa = claim_take(claim, zone);
	}
	if (pa == PHYS_ADDR_MAX)
		pa = take_unclaimed(zone);
	spin_unlock(&zone->lock);
	return pa;
}

phys_addr_t claim_page(struct claim *claim, const u8 *list)
{
	phys_addr_t pa = claim_again(claim);

	for (; pa == PHYS_ADDR_MAX && *list != ZONE_NONE; list++)
		pa = claim_in(claim, &zones[*list]);
	return pa;
}

/* ---- All harts' claims ---- */

/* Claim @index of all harts' together, if it is of a block of @zone; NULL if not. */
static struct claim *claim_of(unsigned int index, const struct zone *zone)
{
	struct claim *claim =
		percpu_of(hart_claims[index % ZONE_TYPES], hart_at(index / ZONE_TYPES));
	block_id id = claim_block(claim);

	return id != BLOCK_NONE && block_zone(id) == zone->index ? claim : NULL;
}

bool claims_drain(struct zone *zone)
{
	unsigned int index;
	bool any = false;

	for (index = 0; index < hart_count * ZONE_TYPES; index++) {
		struct claim *claim = claim_of(index, zone);

		if (claim && broken_go_up(zone, claim_block(claim))) {
			claim_set(claim, BLOCK_NONE);
			any = true;
		}
	}
	return any;
}

void claims_drop(block_id id)
{
	unsigned int index;

	for (index = 0; index < hart_count * ZONE_TYPES; index++) {
		struct claim *claim =
			percpu_of(hart_claims[index % ZONE_TYPES], hart_at(index / ZONE_TYPES));

		if (claim_block(claim) == id)
			claim_set(claim, BLOCK_NONE);
	}
}

void claims_end(block_id id)
{
	unsigned int type;

	claims_drop(id);
	for (type = 0; type < ZONE_TYPES; type++)
		hart_claims[type].free = &no_pages;
}

void claims_forget(block_id first, block_id last)
{
	const u64 *words = &map_of(first)->words->free, *end = &(map_of(last) + 1)->words->free;
	unsigned int index;

	for (index = 0; index < hart_count * ZONE_TYPES; index++) {
		struct claim *claim =
			percpu_of(hart_claims[index % ZONE_TYPES], hart_at(index / ZONE_TYPES));
		const u64 *free = READ_ONCE(claim->free);

		/* A claim that has moved on meanwhile is looked at again the long way. */
		if (free >= words && free < end)
			WRITE_ONCE(claim->free, &no_pages);
	}
}

void spans_forget(const struct gib *gib)
{
	const struct page_word *words = gib->maps[gib->whole.first].words;
	const struct page_word *end = words + gib->whole.count * MAP_WORDS;
	unsigned int index;

	for (index = 0; index < hart_count; index++) {
		const struct hart *hart = hart_at(index);
		const struct page_word *at = READ_ONCE(*percpu_of(span_words, hart));

		/* What is lost of a span that the hart has moved meanwhile, it finds again. */
		if (at >= words && at < end)
			WRITE_ONCE(*percpu_of(span_size, hart), 0);
	}
}

phys_addr_t claims_take(struct zone *zone, unsigned int order)
{
	unsigned int index;

	for (index = 0; index < hart_count * ZONE_TYPES; index++) {
		const struct claim *claim = claim_of(index, zone);
		int page = claim ? page_map_take(map_of(claim_block(claim)), order) : -1;

		if (page >= 0) {
			zone_count(zone, -(1L << order));
			return block_phys(claim_block(claim)) + (unsigned int)page * PAGE_SIZE;
		}
	}
	return PHYS_ADDR_MAX;
}

s64 harts_free_pages(const struct zone *zone)
{
	unsigned int index, type;
	s64 pages = 0;

	for (index = 0; index < hart_count; index++) {
		struct hart *hart = hart_at(index);

		if (READ_ONCE(*percpu_of(span_zone, hart)) == zone->index)
			pages += READ_ONCE(*percpu_of(span_freed, hart));
		for (type = 0; type < ZONE_TYPES; type++) {
			const struct claim *claim = percpu_of(hart_claims[type], hart);

			if (READ_ONCE(claim->zone) == zone->index)
				pages -= READ_ONCE(claim->taken);
		}
	}
	return pages;
}

/* ---- Where this hart frees ---- */

void span_move(phys_addr_t pa)
{
	block_id id = block_of(pa), first, end;
	const struct gib *gib = gib_of(id);
	u8 zone = block_zone(id);

	if (!gib_is_split(gib))
		return;
	if (span_zone != zone) {
		zone_count(&zones[span_zone], span_freed);
		WRITE_ONCE(span_freed, 0);
		WRITE_ONCE(span_zone, zone);
	}
	first = id;
	end = id + 1;
	if (!gib->mixed)
		block_chunk(id, &first, &end);
	span_base = __va(block_phys(first));
	span_size = (end - first) * BLOCK_SIZE;
	span_words = map_of(first)->words;
}
