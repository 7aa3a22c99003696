// SPDX-License-Identifier: BSD-2-Clause
/* Contiguous memory, from wherever it is. */
#include "range_internal.h"
#include <lib/string.h>
#include <mm/contig.h>
#include <molt/panic.h>

void *contig_alloc(unsigned long size, unsigned long align, phys_addr_t limit, gfp_t gfp,
	struct range_pin *pin)
{
	struct range_wish wish = {
		.base = zone_base,
		.end = zone_base + (phys_addr_t)gib_count * GIB_SIZE,
		.size = ALIGN_UP(size, PAGE_SIZE),
		.align = align < PAGE_SIZE && align ? PAGE_SIZE : align,
		.type = (gfp & GFP_ZONE_MASK) >> GFP_ZONE_SHIFT,
	};
	phys_addr_t pa;

	if (wish.end > limit)
		wish.end = limit;
	if (range_find(&wish, !(gfp & __GFP_ATOMIC), &pa, pin))
		return NULL;
	return gfp & __GFP_ZERO ? memset(__va(pa), 0, wish.size) : __va(pa);
}

void contig_free(void *pages, unsigned long size)
{
	range_put_for("contig_free", __pa(pages), __pa(pages) + ALIGN_UP(size, PAGE_SIZE), CALLER);
}
