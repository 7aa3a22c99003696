/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before the kernel's own headers, in place of arch/hart.h, mm/page.h and
 * hart_pages.h: pages for the slabs under test, of an arena on the host's heap. A thread is a
 * hart.
 */
#ifndef TEST_HOST_SLAB_PAGES_H
#define TEST_HOST_SLAB_PAGES_H
#define ARCH_HART_H
#define MM_PAGE_H
#define MM_HART_PAGES_H

#include <arch/page.h>
#include <molt/types.h>

struct hart {
	u32 index;
};

extern __thread struct hart host_hart;

static inline struct hart *this_hart(void)
{
	return &host_hart;
}

typedef unsigned int gfp_t;
#define GFP_DMA32     0x00U
#define GFP_KERNEL    0x20U
#define GFP_MOVABLE   0x60U
#define __GFP_ZERO    0x01U
#define __GFP_NOWARN  0x02U
#define __GFP_ATOMIC  0x04U
#define GFP_ATOMIC    (GFP_KERNEL | __GFP_ATOMIC)
#define GFP_ZONE_MASK 0x60U

void *page_alloc(unsigned int order, gfp_t gfp);
void page_free(void *pages, unsigned int order);
int page_order(const void *page);

static inline bool page_is_run(const void *page, unsigned int order)
{
	return page_order(page) == (int)order;
}

static inline bool page_is_single(const void *page)
{
	return page_order(page) == 0;
}

static inline void span_move(phys_addr_t pa)
{
	(void)pa;
}

#endif
