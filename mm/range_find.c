// SPDX-License-Identifier: BSD-2-Clause
/* Ranges that are looked for: from the lowest address up, past whatever is in the way. */
#include "range_internal.h"
#include <molt/err.h>

enum stretch_state {
	STRETCH_FREE,
	STRETCH_USED,
	STRETCH_CLOSED, /* not the zones', or of a zone that is not asked for */
};

/* Memory that is alike from where one looks up to @end. */
struct stretch {
	enum stretch_state state;
	phys_addr_t end;
	struct movable_run run; /* that is used */
};

static struct stretch used(block_id id, unsigned int page, unsigned int order)
{
	struct movable_run run = {block_phys(id) + page * PAGE_SIZE, order};

	return (struct stretch){STRETCH_USED, run.base + (PAGE_SIZE << order), run};
}

/* The page at @pa, of a broken block. */
static struct stretch look_at_page(phys_addr_t pa)
{
	unsigned int page = (unsigned int)(pa / PAGE_SIZE % PAGES_PER_BLOCK), first;
	const struct page_map *map = map_of(block_of(pa));
	int order = page_map_order(map, page, &first);
	bool absent = map->words[page / 64].joined >> page % 64 & 1;

	if (order >= 0)
		return used(block_of(pa), first, (unsigned int)order);
	return (struct stretch){absent ? STRETCH_CLOSED : STRETCH_FREE, pa + PAGE_SIZE, {0, 0}};
}

/* The block at @pa, of a zone that is asked for and locked. */
static struct stretch look_at_block(phys_addr_t pa)
{
	struct stretch stretch = {STRETCH_CLOSED, ALIGN_DOWN(pa, BLOCK_SIZE) + BLOCK_SIZE, {0, 0}};
	const struct block *block;
	block_id head;

	switch (block_run(block_of(pa), &head)) {
	case BLOCK_FREE:
		stretch.state = STRETCH_FREE;
		block = block_at(head);
		if (block->state == BLOCK_FREE)
			stretch.end = block_phys(head) + (PAGE_SIZE << block->order);
		return stretch;
	case BLOCK_USED:
		return used(head, 0, block_at(head)->order);
	case BLOCK_BROKEN:
		return look_at_page(pa);
	default:
		return stretch;
	}
}

static struct stretch look(phys_addr_t pa, unsigned int type)
{
	struct stretch stretch = {STRETCH_CLOSED, ALIGN_DOWN(pa, BLOCK_SIZE) + BLOCK_SIZE, {0, 0}};
	struct zone *zone;

	if (!block_known(pa))
		return stretch;
	zone = block_lock_zone(block_of(pa));
	if (zone->type <= type)
		stretch = look_at_block(pa);
	spin_unlock(&zone->lock);
	return stretch;
}

/* One call's work. */
struct search {
	const struct range_wish *wish;
	struct range_pin *pin;
	bool may_move;
};

static bool in_the_way(const struct search *search, const struct stretch *stretch)
{
	const struct movable_run *run = &stretch->run;

	if (stretch->state != STRETCH_USED)
		return stretch->state == STRETCH_CLOSED;
	if (search->may_move && movable_owner_of(run->base, run->order))
		return false;
	*search->pin = (struct range_pin){
		run->base, run->order, search->may_move ? "not movable" : "in use"};
	return true;
}

/* The end of what is in the way of [base, end); @base where nothing is. */
static phys_addr_t obstacle_end(const struct search *search, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t at = base;

	while (at < end) {
		struct stretch stretch = look(at, search->wish->type);

		if (in_the_way(search, &stretch))
			return stretch.end;
		at = stretch.end;
	}
	return base;
}

/* The end of what is in the way of a range at @base; @base where that has been taken. */
static phys_addr_t try_range(const struct search *search, phys_addr_t base, int *err)
{
	struct range range = {base, base + search->wish->size};
	phys_addr_t next = obstacle_end(search, range.base, range.end);

	if (next != base)
		return next;
	*err = range_take_locked(&range, search->may_move, search->pin);
	return *err ? search->pin->base + (PAGE_SIZE << search->pin->order) : base;
}

static int find_range(const struct search *search, phys_addr_t *found)
{
	const struct range_wish *wish = search->wish;
	phys_addr_t base = ALIGN_UP(wish->base, wish->align);
	int err = -ENOMEM;

	while (base >= wish->base && base < wish->end && wish->end - base >= wish->size) {
		phys_addr_t next = try_range(search, base, &err);

		if (next == base) {
			*found = base;
			return 0;
		}
		base = ALIGN_UP(next > base ? next : base + 1, wish->align);
	}
	return err;
}

int range_find(
	const struct range_wish *wish, bool may_move, phys_addr_t *found, struct range_pin *pin)
{
	struct range_pin ignored;
	struct search search = {wish, pin ? pin : &ignored, false};
	int err;

	*search.pin = (struct range_pin){0, 0, NULL};
	if (!wish->size || !wish->align || (wish->align & (wish->align - 1)))
		return -EINVAL;
	spin_lock(&movable_lock);
	err = find_range(&search, found);
	search.may_move = may_move;
	if (err && may_move)
		err = find_range(&search, found);
	spin_unlock(&movable_lock);
	return err;
}
