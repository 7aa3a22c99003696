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

#endif
