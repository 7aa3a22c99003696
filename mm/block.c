// SPDX-License-Identifier: BSD-2-Clause
/* Whole blocks: a buddy system from 2 MiB to 1 GiB. */
#include "zone_internal.h"
#include <lib/string.h>

struct gib *gibs;
u32 gib_count;
phys_addr_t zone_base;

/* Whether there is a descriptor for block @id, which is of that GiB. */
static bool gib_has(const struct gib *gib, block_id id)
{
	return id % BLOCKS_PER_GIB - gib->whole.first < gib->whole.count;
}

bool block_known(phys_addr_t pa)
{
	const struct gib *gib;

	if (pa < zone_base || pa - zone_base >= (phys_addr_t)gib_count * GIB_SIZE)
		return false;
	gib = gib_of(block_of(pa));
	return gib->whole.zone != ZONE_NONE && gib_has(gib, block_of(pa));
}

void block_list_add(block_id *head, block_id id)
{
	struct block *block = block_at(id);

	block->prev = BLOCK_NONE;
	block->next = *head;
	if (*head != BLOCK_NONE)
		block_at(*head)->prev = id;
	*head = id;
}

void block_list_remove(block_id *head, block_id id)
{
	const struct block *block = block_at(id);

	if (block->prev == BLOCK_NONE)
		*head = block->next;
	else
		block_at(block->prev)->next = block->next;
	if (block->next != BLOCK_NONE)
		block_at(block->next)->prev = block->prev;
}

static void run_insert(struct zone *zone, block_id id, unsigned int order)
{
	struct block *block = block_at(id);

	block->state = BLOCK_FREE;
	block->order = (u8)order;
	block_list_add(&zone->blocks[order - BLOCK_ORDER], id);
	zone->block_mask |= 1U << (order - BLOCK_ORDER);
}

static void run_remove(struct zone *zone, block_id id, unsigned int order)
{
	block_id *head = &zone->blocks[order - BLOCK_ORDER];

	block_list_remove(head, id);
	if (*head == BLOCK_NONE)
		zone->block_mask &= ~(1U << (order - BLOCK_ORDER));
}

/* Pages of blocks that nobody has broken are all joined: no page of them can be freed singly. */
static void gib_make_maps(struct gib *gib)
{
	struct page_word *word = gib->maps[gib->whole.first].words;
	struct page_word *end = word + gib->whole.count * MAP_WORDS;

	gib->whole.use |= GIB_MAPPED;
	for (; word < end; word += 4) {
		word[0].joined = ~0UL;
		word[1].joined = ~0UL;
		word[2].joined = ~0UL;
		word[3].joined = ~0UL;
	}
}

void gib_split(block_id id)
{
	struct gib *gib = gib_of(id);
	struct block *block = gib->blocks + gib->whole.first, *end = block + gib->whole.count;

	if (gib_is_split(gib))
		return;
	if (!(gib->whole.use & GIB_MAPPED))
		gib_make_maps(gib);
	gib->whole.state = BLOCK_SPLIT;
	for (; block < end; block++) {
		block->state = BLOCK_ABSENT;
		block->zone = gib->whole.zone;
	}
}

block_id block_take(struct zone *zone, unsigned int order)
{
	u32 fitting = zone->block_mask & (~0U << (order - BLOCK_ORDER));
	unsigned int have;
	block_id id;

	if (!fitting)
		return BLOCK_NONE;
	have = BLOCK_ORDER + (unsigned int)__builtin_ctz(fitting);
	id = zone->blocks[have - BLOCK_ORDER];
	run_remove(zone, id, have);
	if (order < ZONE_ORDER_MAX)
		gib_split(id);
	while (have > order) {
		have--;
		run_insert(zone, id + (1U << (have - BLOCK_ORDER)), have);
	}
	block_at(id)->state = BLOCK_USED;
	block_at(id)->order = (u8)order;
	return id;
}

/* Whether @id heads a free run of @order in @zone: it may then be merged with. */
static bool run_is_free(const struct zone *zone, block_id id, unsigned int order)
{
	const struct gib *gib = gib_of(id);
	const struct block *block;

	if (!gib_has(gib, id))
		return false;
	block = block_at(id);
	return block->state == BLOCK_FREE && block->order == order && block->zone == zone->index;
}

void block_put(struct zone *zone, block_id id, unsigned int order)
{
	while (order < ZONE_ORDER_MAX) {
		u32 size = 1U << (order - BLOCK_ORDER);
		block_id buddy = id ^ size;

		if (!run_is_free(zone, buddy, order))
			break;
		run_remove(zone, buddy, order);
		block_at(id | size)->state = BLOCK_ABSENT;
		id &= ~size;
		order++;
	}
	if (order == ZONE_ORDER_MAX) {
		gib_of(id)->whole.state = BLOCK_FREE;
		gib_of(id)->whole.zone = zone->index;
	}
	run_insert(zone, id, order);
}
