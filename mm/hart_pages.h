/* SPDX-License-Identifier: BSD-2-Clause */
/* What each hart keeps, so that single pages need no lock. Not for others than mm/. */
#ifndef MM_HART_PAGES_H
#define MM_HART_PAGES_H

#include "zone_internal.h"
#include <arch/percpu.h>
#include <molt/compiler.h>

/*
 * Where a hart takes single pages from: 64 pages of a block that it has claimed. A claim is
 * a hint. What is free says the page map alone, so that others can take from the block too,
 * and the block itself, when all of it is free; @free may then point to pages of a block
 * that is broken anew, and still every page is taken but once.
 */
struct claim {
	u64 *free;	/* in the page map; its joined bits were 0 */
	char *base;	/* the first of the 64 pages */
	s64 taken;	/* pages that @zone has not counted yet */
	block_id block; /* BLOCK_NONE: none. Changes under the lock of the block's zone */
	u8 zone;
	u8 first; /* the first zone to try for what is asked for; ZONE_NONE: not known yet */
};
_Static_assert(sizeof(struct claim) == 1U << GFP_ZONE_SHIFT, "found by gfp_t's own bits");

/* By the type of zone that is asked for. */
extern __percpu struct claim hart_claims[ZONE_TYPES];

/*
 * Where pages that the hart frees are expected: blocks of one zone in one chunk. Variables
 * of their own, since tp alone finds each of them.
 */
extern __percpu char *span_base;
extern __percpu unsigned long span_size; /* bytes; 0 at first */
extern __percpu struct page_word *span_words;
extern __percpu s64 span_freed; /* pages that @span_zone has not counted yet */
extern __percpu u8 span_zone;

static inline struct claim *claim_for(gfp_t gfp)
{
	return (struct claim *)((char *)hart_claims + (gfp & GFP_ZONE_MASK));
}

/* Owned by one hart, looked at by others. */
static inline void count_one(s64 *counter)
{
	WRITE_ONCE(*counter, *counter + 1);
}

/* A page for this hart from the first zone of @list, and a claim on its block. */
phys_addr_t claim_page(struct claim *claim, const u8 *list);

/* This hart expects more frees near @pa, which the zones know. */
void span_move(phys_addr_t pa);

/* The bytes from the beginning of the span to @p: not less than span_size where it is outside. */
static inline unsigned long span_offset(const void *p)
{
	return (unsigned long)p - (unsigned long)span_base;
}

/*
 * The word for the page @offset bytes into the span. Reckoned in numbers: outside of the span
 * it is anywhere, and not looked at.
 */
static inline struct page_word *span_word(unsigned long offset)
{
	return (struct page_word *)((unsigned long)span_words +
				    (offset >> (PAGE_SHIFT + 6)) * sizeof(struct page_word));
}

/*
 * page_is_run - @p lies in an allocation of 2^@order pages, 0 to 5
 * False says nothing: the page may be elsewhere than where this hart frees.
 */
static inline bool page_is_run(const void *p, unsigned int order)
{
	unsigned long offset = span_offset(p);
	unsigned int first = (unsigned int)(offset >> PAGE_SHIFT) & 63 & ~((1U << order) - 1);
	u64 pages = ((1UL << (1U << order)) - 1) << first, joined, free;

	if (offset >= span_size)
		return false;
	free = READ_ONCE(span_word(offset)->free);
	joined = READ_ONCE(span_word(offset)->joined);
	/* The last one is joined to none; nor is to this run what lies before it. */
	return !(free & pages) && (joined & pages) == (pages & pages >> 1) &&
	       !((joined & ~free) << 1 >> first & 1);
}

/* page_is_single - page_is_run() of order 0, but the page may also be free */
static inline bool page_is_single(const void *p)
{
	unsigned long offset = span_offset(p);

	if (unlikely(offset >= span_size))
		return false;
	return likely(!READ_ONCE(span_word(offset)->joined)) || page_is_run(p, 0);
}

#endif
