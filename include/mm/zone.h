/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zones: who may have which free memory, and how much of it there is.
 *
 * A zone is memory of one type on one NUMA node; it exists where there is such memory.
 * Two levels, as Sv39 has them. Blocks of 2 MiB are a buddy system (orders 9 to 18);
 * pages inside a block are bits (orders 0 to 8), see mm/page.h.
 */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include <mm/page.h>
#include <molt/types.h>

enum zone_type {
	ZONE_DMA32,   /* below 4 GiB */
	ZONE_NORMAL,  /* the rest of boot's RAM */
	ZONE_CMA,     /* contiguous areas, lent to what can be moved. Free, it is owner `cma` */
	ZONE_MOVABLE, /* hotplugged: holds only what can be moved */
	ZONE_TYPES,
};

/* What they are called, and the zone that a gfp_t names. */
extern const char zone_names[ZONE_TYPES][8];

static inline enum zone_type zone_type_wanted(gfp_t gfp)
{
	return (enum zone_type)((gfp & GFP_ZONE_MASK) >> GFP_ZONE_SHIFT);
}

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
	u32 loose;	       /* blocks that are free one by one, not yet merged */
};

/*
 * zone_info - tell of zone @index; false behind the last; ascending by node, then by type
 * What is free is exact while other harts are idle.
 */
bool zone_info(unsigned int index, struct zone_info *info);

/* What is free, by order: aligned runs of pages, each as large as it can be. */
struct zone_summary {
	u64 free[ZONE_ORDERS]; /* number of free runs */
	u64 bytes;	       /* counted from the maps, not from the counters */
};

/**
 * zone_summarise - count what is free from the metadata itself
 * @summary: overwritten. Blocks that harts have claimed and that are all free go back up
 * first. Locks all zones meanwhile; walks every broken block.
 */
void zone_summarise(struct zone_summary *summary);

/**
 * zone_summarise_one - what is free of zone @index as it is now: nothing goes back up for it
 * @summary: overwritten. Locks all zones meanwhile.
 * Returns how many blocks harts have claimed, to take single pages from.
 */
u32 zone_summarise_one(unsigned int index, struct zone_summary *summary);

#endif
