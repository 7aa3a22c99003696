/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owners of pages that can be moved. What is allocated with GFP_MOVABLE is one of theirs: so
 * contiguous areas, and memory that is to go offline, can be had back.
 */
#ifndef MM_MOVABLE_H
#define MM_MOVABLE_H

#include <molt/types.h>

/* An allocation of 2^@order pages at @base, as page_alloc() handed it out. */
struct movable_run {
	phys_addr_t base;
	unsigned int order;
};

/*
 * An owner, and what is asked of it. Both calls come from the hart that wants memory, while
 * it holds the list of owners: an owner may allocate and free pages, and take a lock of its
 * own, under which it calls page_alloc() and page_free() alone.
 */
struct movable_owner {
	const char *name; /* for messages: who pins */

	/*
	 * Set @run to the lowest of its allocations that touch [base, end). False: there is none.
	 * An allocation that it does not name yet, or no longer, pins its pages meanwhile.
	 */
	bool (*enumerate)(struct movable_owner *owner, phys_addr_t base, phys_addr_t end,
		struct movable_run *run);

	/*
	 * Take @to, 2^@order pages as page_alloc() returns them, in place of @from: content and
	 * all that refers to it. Returns 0: then @from is the caller's, and not to be freed.
	 * -EBUSY: it is pinned; -ENOENT: it is the owner's no longer. Then @to is not touched.
	 */
	int (*move)(struct movable_owner *owner, void *from, void *to, unsigned int order);

	struct movable_owner *next; /* movable.c's */
};

/* movable_register - @owner, which stays where it is, is asked from now on. Any hart */
void movable_register(struct movable_owner *owner);

/*
 * movable_unregister - @owner, which has no pages any more, is not asked again
 * Returns once nobody is asking it. One that is not registered panics.
 */
void movable_unregister(struct movable_owner *owner);

#endif
