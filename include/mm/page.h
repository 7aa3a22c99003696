/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages: what everybody who needs memory asks for. docs/memory.md has the whole picture.
 *
 * Order 0 comes from a block of 2 MiB that this hart has claimed, without a lock; larger
 * orders lock one zone. Every free is checked against the pages' state.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include <arch/page.h>
#include <molt/types.h>

#define PAGE_ORDER_MAX 8  /* pages inside a block */
#define BLOCK_ORDER    9  /* one block */
#define ZONE_ORDER_MAX 18 /* 1 GiB */
#define ZONE_ORDERS    (ZONE_ORDER_MAX + 1)

#define BLOCK_SIZE (1UL << 21)
#define GIB_SIZE   (1UL << 30)

/*
 * What an allocation may use: one of the first three, and any of the rest. There is none
 * that must not fail.
 */
typedef unsigned int gfp_t;

/* Memory below 4 GiB. */
#define GFP_DMA32 0x00U
/* Memory that is boot's: the usual choice. */
#define GFP_KERNEL 0x20U
/* Any memory, contiguous areas and hotplugged memory included: the caller can move it. */
#define GFP_MOVABLE 0x60U

/* Fill it with zeros. */
#define __GFP_ZERO 0x01U
/* Say nothing where there is none. */
#define __GFP_NOWARN 0x02U
/* Only what is free right now: nobody is asked to give memory back or to move. */
#define __GFP_ATOMIC 0x04U
#define GFP_ATOMIC   (GFP_KERNEL | __GFP_ATOMIC)

/* The type of zone that a gfp_t names, enum zone_type, at this bit. */
#define GFP_ZONE_SHIFT 5
#define GFP_ZONE_MASK  0x60U

/* The lowest order of so many bytes. */
static inline unsigned int page_order_for(unsigned long bytes)
{
	unsigned int order = 0;

	while (PAGE_SIZE << order < bytes)
		order++;
	return order;
}

/**
 * page_alloc - 2^@order contiguous pages, naturally aligned, near to this hart
 * @order: 0 to ZONE_ORDER_MAX
 *
 * This hart's node is tried first, the others by distance. Order 0 stays with the block
 * that the hart has claimed, until it is used up.
 * Returns their address in the linear map, content anything but with __GFP_ZERO; NULL where
 * no zone that @gfp allows has them. A @gfp that is none panics. From stage `zones` on, on any
 * hart; locks a zone where the claimed block cannot help. Interrupts are off in the kernel: no
 * context can come between. The caller owns the pages, tells the ledger so, and gives them back to
 * page_free().
 */
void *page_alloc(unsigned int order, gfp_t gfp);

/* page_alloc_node - as page_alloc(), near to node @nid, which is one that the FDT names */
void *page_alloc_node(unsigned int order, gfp_t gfp, unsigned int nid);

/**
 * page_free - give back what page_alloc() returned
 * @order: the order it was allocated with
 *
 * On any hart. A double free, a wrong order and memory that was never handed out panic,
 * naming the caller.
 */
void page_free(void *pages, unsigned int order);

/* page_order - the order of the allocation that @page lies in; -1 where it is in none */
int page_order(const void *page);

/* page_node - the node that @page, which page_alloc() returned, is on */
unsigned int page_node(const void *page);

#endif
