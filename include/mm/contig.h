/* SPDX-License-Identifier: BSD-2-Clause */
/* Contiguous memory of any size, for devices that need it so. [CONTIG_ALLOC] */
#ifndef MM_CONTIG_H
#define MM_CONTIG_H

#include <mm/page.h>
#include <mm/range.h>

/* contig_alloc()'s limit where any address will do. */
#define CONTIG_NO_LIMIT PHYS_ADDR_MAX

/**
 * contig_alloc - contiguous pages, any number of them
 * @size: bytes, rounded up to pages; @align: a power of 2, of the physical address
 * @limit: all of it lies below this physical address
 * @gfp: as for page_alloc(). CMA and MOVABLE are tried for GFP_MOVABLE alone
 * @pin: where it fails, what was in the way of the last range that was tried; or NULL
 *
 * The lowest range that is free, or else, but for __GFP_ATOMIC, the lowest that movable
 * owners can be asked to leave. The search takes longer the more memory is in use.
 * Returns the address in the linear map, content anything but with __GFP_ZERO; or NULL. The
 * caller tells the ledger, and gives it back to contig_free(). Any hart, as range_take().
 */
void *contig_alloc(unsigned long size, unsigned long align, phys_addr_t limit, gfp_t gfp,
	struct range_pin *pin);

/**
 * contig_free - give back what contig_alloc() returned
 * @size: the size that it was allocated with
 * Any hart. A double free and memory that was never handed out so panic, naming the caller. A
 * wrong size does where it ends inside of a naturally aligned run of the memory, or outside of
 * any allocation; a block of 2 MiB is the largest run.
 */
void contig_free(void *pages, unsigned long size);

#endif
