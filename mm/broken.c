// SPDX-License-Identifier: BSD-2-Clause
/*
 * Broken blocks of a zone: those with free pages are listed by the order of the largest run
 * inside, as far as that is known. Pages come back without anybody's lock, so a block may
 * have larger runs than its list says; allocations leave it with smaller ones.
 */
#include "zone_internal.h"
#include <lib/bitops.h>
#include <molt/compiler.h>

/* Harts look at it as they free a page. */
static void set_use(struct block *block, enum block_use use)
{
	WRITE_ONCE(block->use, (u8)use);
}

static bool is_listed(const struct block *block)
{
	return block->use == BLOCK_LISTED || block->use == BLOCK_REST;
}

static void broken_link(struct zone *zone, block_id id, unsigned int order)
{
	struct block *block = block_at(id);

	set_use(block, order >= BROKEN_REST ? BLOCK_REST : BLOCK_LISTED);
	block->order = (u8)order;
	block_list_add(&zone->broken[order], id);
	zone->page_mask |= 1U << order;
}

static void broken_unlink(struct zone *zone, block_id id, enum block_use use)
{
	struct block *block = block_at(id);
	unsigned int order = block->order;

	set_use(block, use);
	block_list_remove(&zone->broken[order], id);
	if (zone->broken[order] == BLOCK_NONE)
		zone->page_mask &= ~(1U << order);
}

/* A block that is BLOCK_USED becomes one of pages, all of them free. */
static void open_block(block_id id, enum block_use use)
{
	block_at(id)->state = BLOCK_BROKEN;
	set_use(block_at(id), use);
	block_make_map(id);
	page_map_open(map_of(id));
}

/* A free block from the buddy system, all of its pages free. */
static block_id break_block(struct zone *zone, enum block_use use)
{
	block_id id = block_take(zone, BLOCK_ORDER);

	if (id != BLOCK_NONE)
		open_block(id, use);
	return id;
}

void broken_open(block_id id)
{
	open_block(id, BLOCK_ISOLATED);
}

void broken_isolate(struct zone *zone, block_id id)
{
	if (is_listed(block_at(id)))
		broken_unlink(zone, id, BLOCK_ISOLATED);
	else
		set_use(block_at(id), BLOCK_ISOLATED);
}

/* A block that is nowhere is listed by what it has, if anything of it is free. */
static void settle(struct zone *zone, block_id id)
{
	const struct page_map *map = map_of(id);
	int largest;

	set_use(block_at(id), BLOCK_FULL);
	/* Who frees a page from here on sees that nobody has the block, or is seen here. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	largest = page_map_largest(map);
	if (largest >= 0)
		broken_link(zone, id,
			(unsigned int)largest + (page_map_singles(map) < 0 ? BROKEN_REST : 0));
}

bool broken_go_up(struct zone *zone, block_id id)
{
	if (!page_map_try_close(map_of(id)))
		return false;
	if (is_listed(block_at(id)))
		broken_unlink(zone, id, BLOCK_FULL);
	block_put_one(zone, id);
	return true;
}

/*
 * Pages of the block have become free, which make a run of @order: the block goes where it
 * belongs. False where it is no block of pages any more.
 */
static bool now_free(struct zone *zone, block_id id, unsigned int order)
{
	struct block *block = block_at(id);

	if (block->use >= BLOCK_CLAIMED)
		return true;
	if (broken_go_up(zone, id))
		return false;
	if (block->use == BLOCK_LISTED && block->order >= order)
		return true;
	if (is_listed(block))
		broken_unlink(zone, id, BLOCK_FULL);
	broken_link(zone, id, order);
	return true;
}

void broken_look(struct zone *zone, block_id id)
{
	const struct block *block = block_at(id);

	if (block->state != BLOCK_BROKEN || block->use >= BLOCK_CLAIMED || broken_go_up(zone, id))
		return;
	if (block->use == BLOCK_REST)
		broken_unlink(zone, id, BLOCK_FULL);
	/* Of what has come free no more is known than that it is a page. */
	if (block->use == BLOCK_FULL)
		broken_link(zone, id, 0);
}

/* A block of @list that has a run of @order, whatever is said of it; or BLOCK_NONE. */
static block_id look_through(const struct zone *zone, unsigned int list, unsigned int order)
{
	block_id id = zone->broken[list];

	while (id != BLOCK_NONE && page_map_largest(map_of(id)) < (int)order)
		id = block_at(id)->next;
	return id;
}

/*
 * No listed block says that it has a run of @order: a new one, or at last one that has more
 * than it says. Apart from the usual case, which needs no registers for it.
 */
static block_id __noinline find_unlisted(struct zone *zone, unsigned int order)
{
	block_id id = break_block(zone, BLOCK_FULL);
	unsigned int list;

	if (id != BLOCK_NONE)
		broken_link(zone, id, PAGE_ORDER_MAX);
	for (list = 0; id == BLOCK_NONE && list < order; list++)
		id = look_through(zone, list, order);
	return id;
}

/* A listed block with a run of @order; what claims leave aside comes second. */
static block_id find_block(struct zone *zone, unsigned int order)
{
	u32 orders = (1U << BLOCK_ORDER) - (1U << order), fitting = zone->page_mask & orders;

	if (!fitting)
		fitting = zone->page_mask & orders << BROKEN_REST;
	return fitting ? zone->broken[lowest_bit(fitting)] : find_unlisted(zone, order);
}

phys_addr_t broken_take(struct zone *zone, unsigned int order)
{
	for (;;) {
		block_id id = find_block(zone, order);
		int page;

		if (id == BLOCK_NONE)
			return PHYS_ADDR_MAX;
		page = page_map_take(map_of(id), order);
		if (page >= 0)
			return block_phys(id) + (unsigned int)page * PAGE_SIZE;
		broken_unlink(zone, id, BLOCK_FULL);
		if (!broken_go_up(zone, id))
			settle(zone, id);
	}
}

block_id broken_claim(struct zone *zone)
{
	u32 lists = zone->page_mask & ((1U << BROKEN_REST) - 1);
	block_id id;

	if (!lists)
		return break_block(zone, BLOCK_CLAIMED);
	id = zone->broken[lowest_bit(lists)];
	broken_unlink(zone, id, BLOCK_CLAIMED);
	return id;
}

void broken_unclaim(struct zone *zone, block_id id)
{
	set_use(block_at(id), BLOCK_FULL);
	if (!broken_go_up(zone, id))
		settle(zone, id);
}

int broken_empty(struct zone *zone, block_id id)
{
	struct block *block = block_at(id);
	int page = page_map_empty(map_of(id));

	if (page >= 0) {
		/* Who freed its last page meanwhile may not have seen that the rest is free. */
		if (block->use == BLOCK_LISTED)
			broken_go_up(zone, id);
		return page;
	}
	if (is_listed(block))
		broken_unlink(zone, id, BLOCK_FULL);
	block->state = BLOCK_LEAVING;
	block->order = BLOCK_ORDER;
	return -1;
}

void broken_restore(struct zone *zone, block_id id)
{
	block_at(id)->state = BLOCK_BROKEN;
	page_map_restore(map_of(id));
	broken_unclaim(zone, id);
}

const char *broken_put(struct zone *zone, phys_addr_t pa, unsigned int order)
{
	block_id id = block_of(pa);
	unsigned int page = (unsigned int)(pa / PAGE_SIZE % PAGES_PER_BLOCK);
	const char *fault = page_map_put(map_of(id), page, order);

	if (!fault)
		now_free(zone, id, page_map_grown(map_of(id), page, order));
	return fault;
}

const char *broken_enter(struct zone *zone, block_id id, unsigned int first, unsigned int last)
{
	struct block *block = block_at(id);
	struct page_map *map = map_of(id);
	unsigned int page = first, order;

	if (block->state == BLOCK_ABSENT) {
		block->state = BLOCK_BROKEN;
		set_use(block, BLOCK_FULL);
		block_make_map(id);
		page_map_absent(map);
	}
	if (block->state != BLOCK_BROKEN || !page_map_enter(map, first, last - first + 1))
		return "memory that is in the zones already";
	for (; page <= last; page += 1U << order) {
		order = page ? lowest_bit(page) : PAGE_ORDER_MAX;
		while (page + (1U << order) - 1 > last)
			order--;
		if (!now_free(zone, id, page_map_grown(map, page, order)))
			break;
	}
	return NULL;
}
