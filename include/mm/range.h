/* SPDX-License-Identifier: BSD-2-Clause */
/* A given range of memory, whoever has it: out of the zones, and back. [CONTIG_ALLOC] */
#ifndef MM_RANGE_H
#define MM_RANGE_H

#include <molt/types.h>

/* What was in the way: 2^@order pages at @base. */
struct range_pin {
	phys_addr_t base;
	unsigned int order;
	const char *holder; /* a movable_owner's name, or why it cannot be moved; NULL: nothing */
};

/**
 * range_take - allocate just the pages [base, end)
 * @base, @end: page-aligned, whatever blocks, zones and nodes they lie in
 * @may_move: what movable owners hold of it is moved elsewhere, as often as not to where an
 * allocation would be; without it, all of the range must be free
 * @pin: filled in on failure, unless NULL
 *
 * Returns 0: the pages are the caller's, who tells the ledger and gives them back to
 * range_put(), [base, end) as a whole. -EBUSY: @pin is in the way; -ENOMEM: there is nowhere
 * to move it to; -EINVAL: @pin, or all of the range, is not the zones' memory. Then all is
 * as before, but that pages may have moved.
 * On any hart; one range at a time, others wait. Meanwhile nothing of the range is handed
 * out, and what is free of it counts as free. Not to be called by a movable owner's calls.
 */
int range_take(phys_addr_t base, phys_addr_t end, bool may_move, struct range_pin *pin);

/**
 * range_put - give back what range_take() returned
 * Any hart. A range that was not taken so panics, naming the caller, with all of it as it was.
 */
void range_put(phys_addr_t base, phys_addr_t end);

/* range_pinned - say in a warning that @what failed with @err, and what @pin says */
void range_pinned(const char *what, int err, const struct range_pin *pin);

#endif
