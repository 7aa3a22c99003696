/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contiguous areas: the reusable ones of /reserved-memory, lent to movable owners until the
 * device that they are for wants them. [CONTIG_ALLOC]
 */
#ifndef MM_CMA_H
#define MM_CMA_H

#include <mm/page.h>
#include <mm/range.h>

struct cma_area {
	phys_addr_t base, end;
	const char *name; /* its node's, with the unit address */
	u32 phandle;	  /* what a device's memory-region says; 0: none */
	bool is_default;  /* linux,cma-default */
};

/* Area @index in the order of the tree, or NULL behind the last. From stage `zones` on. */
const struct cma_area *cma_area(unsigned int index);

/* The area of that name, or NULL; for the name NULL the default one. */
const struct cma_area *cma_area_by_name(const char *name);

/* The area that a device's `memory-region` means by @phandle, or NULL. */
const struct cma_area *cma_area_by_phandle(u32 phandle);

/**
 * cma_alloc - part of an area, for its device
 * @size, @align, @gfp, @pin: as for contig_alloc(); the zone that @gfp names is not looked at
 *
 * What of it is lent is moved out. Returns the address in the linear map, or NULL. In the
 * ledger it is `cma` no longer: the caller tells whose it is.
 */
void *cma_alloc(const struct cma_area *area, unsigned long size, unsigned long align, gfp_t gfp,
	struct range_pin *pin);

/**
 * cma_free - give back what cma_alloc() returned from @area, with its size
 * Any hart. What is not the area's, was freed before or never handed out so panics, naming
 * the caller.
 */
void cma_free(const struct cma_area *area, void *pages, unsigned long size);

/* cma_init - note the areas that are lent, while reserved_areas still is. [init] */
void cma_init(void);

#endif
