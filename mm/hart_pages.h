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

/* Where pages that the hart frees are expected: blocks of one zone in one chunk. */
struct span {
	char *base;
	unsigned long size; /* bytes; 0 at first */
	struct page_word *words;
	s64 freed; /* pages that @zone has not counted yet */
	u8 zone;
};

struct hart_pages {
	struct claim claims[ZONE_TYPES]; /* by the type of zone that is asked for */
	struct span span;
};
extern __percpu struct hart_pages hart_pages;

static inline struct claim *claim_for(gfp_t gfp)
{
	return (struct claim *)((char *)hart_pages.claims + (gfp & GFP_ZONE_MASK));
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

/* The word for the page @offset bytes into what the span covers. */
static inline const struct page_word *span_word(const struct span *span, unsigned long offset)
{
	return (const struct page_word *)((const char *)span->words +
					  (offset >> (PAGE_SHIFT + 6)) * sizeof(struct page_word));
}

/*
 * page_is_run - @p lies in an allocation of 2^@order pages, 0 to 5
 * False says nothing: the page may be elsewhere than where this hart frees.
 */
static inline bool page_is_run(const void *p, unsigned int order)
{
	const struct span *span = &hart_pages.span;
	unsigned long offset = (unsigned long)p - (unsigned long)span->base;
	unsigned int first = (unsigned int)(offset >> PAGE_SHIFT) & 63 & ~((1U << order) - 1);
	u64 pages = ((1UL << (1U << order)) - 1) << first, joined, free;

	if (offset >= span->size)
		return false;
	free = READ_ONCE(span_word(span, offset)->free);
	joined = READ_ONCE(span_word(span, offset)->joined);
	/* The last one is joined to none; nor is to this run what lies before it. */
	return !(free & pages) && (joined & pages) == (pages & pages >> 1) &&
	       !((joined & ~free) << 1 >> first & 1);
}

/* page_is_single - page_is_run() of order 0, but the page may also be free */
static inline bool page_is_single(const void *p)
{
	const struct span *span = &hart_pages.span;
	unsigned long offset;

	KEEP_VALUE(span);
	offset = (unsigned long)p - (unsigned long)span->base;
	if (unlikely(offset >= span->size))
		return false;
	return likely(!READ_ONCE(span_word(span, offset)->joined)) || page_is_run(p, 0);
}

#endif
