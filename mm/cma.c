// SPDX-License-Identifier: BSD-2-Clause
/* Contiguous areas: back from whom they are lent to. */
#include "cma_internal.h"
#include "range_internal.h"
#include <lib/string.h>
#include <molt/panic.h>

struct cma_area *cma_areas;
unsigned int cma_count;

const struct cma_area *cma_area(unsigned int index)
{
	return index < cma_count ? &cma_areas[index] : NULL;
}

const struct cma_area *cma_area_by_name(const char *name)
{
	const struct cma_area *area;

	for (area = cma_areas; area < cma_areas + cma_count; area++) {
		if (name ? !strcmp(area->name, name) : area->is_default)
			return area;
	}
	return NULL;
}

const struct cma_area *cma_area_by_phandle(u32 phandle)
{
	const struct cma_area *area;

	for (area = cma_areas; phandle && area < cma_areas + cma_count; area++) {
		if (area->phandle == phandle)
			return area;
	}
	return NULL;
}

void *cma_alloc(const struct cma_area *area, unsigned long size, unsigned long align, gfp_t gfp,
	struct range_pin *pin)
{
	struct range_wish wish = {
		.base = area->base,
		.end = area->end,
		.size = ALIGN_UP(size, PAGE_SIZE),
		.align = align < PAGE_SIZE && align ? PAGE_SIZE : align,
		.type = ZONE_CMA,
	};
	phys_addr_t pa;

	if (range_find(&wish, !(gfp & __GFP_ATOMIC), &pa, pin))
		return NULL;
	return gfp & __GFP_ZERO ? memset(__va(pa), 0, wish.size) : __va(pa);
}

void cma_free(const struct cma_area *area, void *pages, unsigned long size)
{
	phys_addr_t base = __pa(pages), end = base + ALIGN_UP(size, PAGE_SIZE);

	if (base < area->base || end > area->end)
		panic("cma_free(%lx, %lx) from %lx: not of %s", base, end, CALLER, area->name);
	range_put_for("cma_free", base, end, CALLER);
}
