/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges that are being taken: what the files behind mm/range.h and mm/contig.h share. */
#ifndef MM_RANGE_INTERNAL_H
#define MM_RANGE_INTERNAL_H

#include "zone_internal.h"
#include <lib/bitops.h>
#include <mm/movable.h>
#include <mm/range.h>

/* Physical, page-aligned, not empty. */
struct range {
	phys_addr_t base, end;
};

static inline bool range_has(const struct range *range, phys_addr_t pa, unsigned int order)
{
	return pa < range->end && pa + (PAGE_SIZE << order) > range->base;
}

/* The order of the first of the runs, each as large as its alignment allows, of a range. */
static inline unsigned int range_run_order(phys_addr_t at, phys_addr_t end)
{
	unsigned int order = lowest_bit(at >> PAGE_SHIFT | 1U << BLOCK_ORDER);

	while (end - at < PAGE_SIZE << order)
		order--;
	return order;
}

/* Some of a block's pages, a bit each, as in its page map. */
struct page_set {
	u64 words[MAP_WORDS];
};

/* ---- Movable owners (movable.c) ---- */

/*
 * Held while a range is taken: so there is one at a time, and owners neither come nor go.
 * Taken before any zone's lock.
 */
extern spinlock_t movable_lock;

/* Whose allocation of 2^@order pages at @pa is; NULL: nobody's. movable_lock is held. */
struct movable_owner *movable_owner_of(phys_addr_t pa, unsigned int order);

/* ---- One block of a range (isolate.c). Each takes the block's zone's lock. ---- */

/* The zone of block @id, which the zones know, locked. */
struct zone *block_lock_zone(block_id id);

/* The block's pages that the range has. */
struct page_set block_part(const struct range *range, block_id id);

/*
 * What is free of the block is the range's, and nobody looks for pages in it any more: whole
 * blocks are BLOCK_TAKEN, pages wait in an isolated one. What is in use is left alone.
 * False: some of the part is not the zones'.
 */
bool block_isolate(const struct range *range, block_id id);

/*
 * Take what is free of an isolated block's @part into @ours, which is what the caller has of
 * it. False where that is not all yet: then the first run that is missing is in @run.
 * Whole blocks are all or nothing, and need no @ours.
 */
bool block_take_part(
	block_id id, const struct page_set *part, struct page_set *ours, struct movable_run *run);

/* An allocation is the caller's now: what the range has of it joins @ours, the rest is free. */
void block_adopt(const struct range *range, const struct movable_run *run, struct page_set *ours);

/* All of the range's part of the block is the caller's: it becomes allocations. */
void block_keep(const struct range *range, block_id id);

/* What the range has of the block, @ours of an isolated one, is free again. */
void block_abandon(block_id id, const struct page_set *ours);

/* ---- Ranges (range.c) ---- */

/* As range_take(). movable_lock is held; @pin is not NULL. */
int range_take_locked(const struct range *range, bool may_move, struct range_pin *pin);

/* A range that is looked for: the lowest is taken. */
struct range_wish {
	phys_addr_t base, end;	   /* it lies in there */
	unsigned long size, align; /* bytes, whole pages; a power of two */
	unsigned int type;	   /* of zones up to this one */
};

/*
 * Take such a range: one that is free, or else, where @may_move, one that can be emptied.
 * Returns 0 and its address in @found; -EINVAL; -ENOMEM or -EBUSY with what was last in the
 * way in @pin, which may be NULL.
 */
int range_find(
	const struct range_wish *wish, bool may_move, phys_addr_t *found, struct range_pin *pin);

/* As range_put(), which panics in the name of @call. */
void range_put_for(const char *call, phys_addr_t base, phys_addr_t end, unsigned long caller);

#endif
