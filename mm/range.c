// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ranges out of the zones. First nothing of the range is handed out any more, so that
 * nothing moves into it; then its blocks are emptied, one by one.
 */
#include "range_internal.h"
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>

/* One call's work. */
struct taking {
	const struct range *range;
	struct range_pin *pin;
	struct movable_run unknown; /* nobody named it when it was last asked for */
	bool may_move;
};

static block_id first_block(const struct range *range)
{
	return block_of(range->base);
}

static block_id end_block(const struct range *range)
{
	return block_of(range->end - 1) + 1;
}

static int pinned(struct taking *taking, const struct movable_run *run, const char *holder, int err)
{
	*taking->pin = (struct range_pin){run->base, run->order, holder};
	return err;
}

static int isolate_all(struct taking *taking)
{
	const struct range *range = taking->range;
	block_id id;

	for (id = first_block(range); id < end_block(range); id++) {
		struct movable_run run = {block_phys(id), BLOCK_ORDER};

		if (!block_isolate(range, id))
			return pinned(taking, &run, "not memory of the zones", -EINVAL);
	}
	return 0;
}

/* Pages outside of the range; what was freed inside meanwhile is isolated too. NULL: none */
static void *alloc_outside(struct taking *taking, const struct movable_run *run)
{
	unsigned int node = page_node(__va(run->base)), tries;
	void *to;

	for (tries = 0; tries < 8; tries++) {
		to = page_alloc_node(run->order, GFP_MOVABLE | __GFP_NOWARN | __GFP_ATOMIC, node);
		if (!to || !range_has(taking->range, __pa(to), run->order))
			return to;
		page_free(to, run->order);
		isolate_all(taking);
	}
	return NULL;
}

static int move_owned(struct taking *taking, struct movable_owner *owner,
	const struct movable_run *run, struct page_set *ours)
{
	void *to = alloc_outside(taking, run);
	int err;

	if (!to)
		return pinned(taking, run, owner->name, -ENOMEM);
	err = owner->move(owner, __va(run->base), to, run->order);
	if (!err) {
		block_adopt(taking->range, run, ours);
		return 0;
	}
	page_free(to, run->order);
	return err == -ENOENT ? 0 : pinned(taking, run, owner->name, -EBUSY);
}

/* Get a run out of the way. 0: it may be; there is another look to take. */
static int move_away(struct taking *taking, const struct movable_run *run, struct page_set *ours)
{
	struct movable_owner *owner;

	if (!taking->may_move)
		return pinned(taking, run, "in use", -EBUSY);
	owner = movable_owner_of(run->base, run->order);
	if (owner)
		return move_owned(taking, owner, run, ours);
	/* It may have been freed just now: it is the same twice only if nobody has done so. */
	if (run->base == taking->unknown.base && run->order == taking->unknown.order)
		return pinned(taking, run, "not movable", -EBUSY);
	taking->unknown = *run;
	return 0;
}

/* More looks than this at a block, and its pages come back as fast as they are moved away. */
#define LOOKS_MAX (4 * PAGES_PER_BLOCK)

/* All of the range's part of a block becomes the caller's; or it is free again. */
static int empty_block(struct taking *taking, block_id id)
{
	struct page_set part = block_part(taking->range, id), ours = {{0}};
	unsigned int looks = 0;
	struct movable_run run;
	int err = 0;

	while (!err && !block_take_part(id, &part, &ours, &run)) {
		if (looks++ == LOOKS_MAX)
			err = pinned(taking, &run, "in use", -EBUSY);
		else
			err = move_away(taking, &run, &ours);
	}
	if (err)
		block_abandon(id, &ours);
	return err;
}

/* The blocks before @id are the caller's; the others at most isolated. */
static void abandon(const struct range *range, block_id id)
{
	static const struct page_set nothing;
	block_id at;

	for (at = first_block(range); at < end_block(range); at++) {
		struct page_set part = block_part(range, at);

		block_abandon(at, at < id ? &part : &nothing);
	}
}

static int check_range(struct taking *taking)
{
	const struct range *range = taking->range;
	struct movable_run run = {range->base, 0};

	if (!IS_ALIGNED(range->base | range->end, PAGE_SIZE) || range->base >= range->end ||
		!block_known(range->base) || !block_known(range->end - 1))
		return pinned(taking, &run, "not memory of the zones", -EINVAL);
	return 0;
}

int range_take_locked(const struct range *range, bool may_move, struct range_pin *pin)
{
	struct taking taking = {range, pin, {PHYS_ADDR_MAX, 0}, may_move};
	int err = check_range(&taking);
	block_id id, end;

	if (err)
		return err;
	id = first_block(range);
	end = end_block(range);
	err = isolate_all(&taking);
	for (; !err && id < end; id += !err)
		err = empty_block(&taking, id);
	if (err) {
		abandon(range, id);
		return err;
	}
	for (id = first_block(range); id < end; id++)
		block_keep(range, id);
	return 0;
}

int range_take(phys_addr_t base, phys_addr_t end, bool may_move, struct range_pin *pin)
{
	struct range range = {base, end};
	struct range_pin ignored;
	int err;

	spin_lock(&movable_lock);
	err = range_take_locked(&range, may_move, pin ? pin : &ignored);
	spin_unlock(&movable_lock);
	return err;
}

/* ---- The way back ---- */

/* Panics unless the range is as range_take() returned it. */
static void check_taken(const char *call, phys_addr_t base, phys_addr_t end, unsigned long caller)
{
	bool ok = IS_ALIGNED(base | end, PAGE_SIZE) && base < end;
	phys_addr_t at = base;

	while (ok && at < end) {
		unsigned int order = range_run_order(at, end);

		ok = page_order(__va(at)) == (int)order;
		at += ok ? PAGE_SIZE << order : 0;
	}
	if (!ok)
		panic("%s(%lx, %lx) from %lx: not a range that was taken, at %lx", call, base, end,
			caller, at);
}

void range_put_for(const char *call, phys_addr_t base, phys_addr_t end, unsigned long caller)
{
	check_taken(call, base, end, caller);
	while (base < end) {
		unsigned int order = range_run_order(base, end);

		page_free(__va(base), order);
		base += PAGE_SIZE << order;
	}
}

void range_put(phys_addr_t base, phys_addr_t end)
{
	range_put_for("range_put", base, end, CALLER);
}

void range_pinned(const char *what, int err, const struct range_pin *pin)
{
	if (!pin->holder) {
		pr_warn("%s: there is no such range\n", what);
		return;
	}
	pr_warn("%s: %lu KiB at %lx: %s%s\n", what, (PAGE_SIZE / 1024) << pin->order, pin->base,
		pin->holder, err == -ENOMEM ? ": nowhere to move it to" : "");
}
