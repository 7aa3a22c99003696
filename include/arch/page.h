/* SPDX-License-Identifier: BSD-2-Clause */
/* The size of a page, and addresses in the linear map. */
#ifndef ARCH_PAGE_H
#define ARCH_PAGE_H

#define PAGE_SHIFT 12

#ifdef __ASSEMBLER__
#define PAGE_SIZE 4096
#else
#include <molt/types.h>

#define PAGE_SIZE (1UL << PAGE_SHIFT)

/*
 * Linear address minus physical address, the same for all RAM. Set once, before
 * the final tables go live; __va() may not be called earlier. 0 on a host.
 */
extern unsigned long linear_offset;

static inline void *__va(phys_addr_t pa)
{
	return (void *)(pa + linear_offset);
}

/* @p lies in the linear map: not in the image window, not on a mapped stack. */
static inline phys_addr_t __pa(const void *p)
{
	return (phys_addr_t)p - linear_offset;
}
#endif

#endif
