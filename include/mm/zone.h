/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zones: who may have which free memory, and how much of it there is.
 *
 * A zone is memory of one type on one NUMA node; it exists where there is such memory.
 * Two levels, as Sv39 has them. Blocks of 2 MiB are a buddy system (orders 9 to 18);
 * pages inside a block are bits (orders 0 to 8). docs/memory.md has the whole picture.
 */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include <molt/types.h>

enum zone_type {
	ZONE_DMA32,   /* below 4 GiB */
	ZONE_NORMAL,  /* the rest of boot's RAM */
	ZONE_CMA,     /* contiguous areas, lent to what can be moved. Free, it is owner `cma` */
	ZONE_MOVABLE, /* hotplugged: holds only what can be moved */
	ZONE_TYPES,
};

#define PAGE_ORDER_MAX 8  /* pages inside a block */
#define BLOCK_ORDER    9  /* one block */
#define ZONE_ORDER_MAX 18 /* 1 GiB */
#define ZONE_ORDERS    (ZONE_ORDER_MAX + 1)

#define BLOCK_SIZE (1UL << 21)
#define GIB_SIZE   (1UL << 30)

/*
 * Which types of zone an allocation may come from: the named one, then those before it,
 * on one node; then on the next.
 */
typedef enum {
	GFP_DMA32 = ZONE_DMA32,
	GFP_KERNEL = ZONE_NORMAL,
	GFP_MOVABLE = ZONE_MOVABLE,
} gfp_t;

/**
 * page_alloc - 2^@order contiguous pages, naturally aligned, near to this hart
 * @order: 0 to ZONE_ORDER_MAX
 *
 * This hart's node is tried first, the others by distance.
 * Returns their address in the linear map, content anything; NULL where no zone that
 * @gfp allows has them. From stage `zones` on, on any hart; locks the zone. Interrupts
 * are off in the kernel: no context can come between.
 * The caller owns the pages, tells the ledger so, and gives them back to page_free().
 */
void *page_alloc(unsigned int order, gfp_t gfp);

/* page_alloc_node - as page_alloc(), near to node @nid, which is one that the FDT names */
void *page_alloc_node(unsigned int order, gfp_t gfp, unsigned int nid);

/**
 * page_free - give back what page_alloc() returned
 * @order: the order it was allocated with
 *
 * A double free, a wrong order and memory that was never handed out panic, naming the
 * caller. Locks the zone.
 */
void page_free(void *pages, unsigned int order);

/**
 * zone_release - pages that were never free become free
 * @base, @end: physical, page-aligned, inside RAM that zone_grow() has made known
 *
 * What boot or the image held (the init window, the FDT), or a range that comes online.
 * Work is per largest aligned run. A page that is not absent panics, naming the caller.
 */
void zone_release(phys_addr_t base, phys_addr_t end);

/* Bytes free in all zones of some types, bit n for type n, counted as they come and go. */
u64 zone_free_in(unsigned int types);

/* Bytes that anybody may have: what is free of the contiguous areas is not. */
static inline u64 zone_free_bytes(void)
{
	return zone_free_in(~(1U << ZONE_CMA));
}

/* What of a zone is told. */
struct zone_info {
	u64 pages, free_pages; /* that were ever released to it; of these, free now */
	u8 node, type;	       /* enum zone_type */
};

/*
 * zone_info - zone @index, or NULL behind the last; ascending by node, then by type
 * It is the zone's own: what is read of it may be old by then, unless other harts are idle.
 */
const struct zone_info *zone_info(unsigned int index);

/* page_node - the node that @page, which page_alloc() returned, is on */
unsigned int page_node(const void *page);

/* What is free, by order: runs of pages as they would be found by page_alloc(). */
struct zone_summary {
	u64 free[ZONE_ORDERS]; /* number of free runs */
	u64 bytes;	       /* counted from the maps, not from the counters */
};

/**
 * zone_summarise - count what is free from the metadata itself
 * @summary: overwritten. Locks all zones meanwhile; walks every broken block.
 */
void zone_summarise(struct zone_summary *summary);

#endif
