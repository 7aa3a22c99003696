// SPDX-License-Identifier: BSD-2-Clause
/* A window through which one page is seen, and then another. */
#include <arch/paging.h>
#include <core/bugs.h>
#include <mm/page.h>
#include <mm/tables.h>

static void show(virt_addr_t at, const void *page)
{
	paging_unmap(&kernel_space, at, PAGE_SIZE);
	paging_map(&kernel_space, at, __pa(page), PAGE_SIZE, PROT_READ);
}

void bug_plant_after_molt(void)
{
	virt_addr_t at = image_window + image_window_size - PAGE_SIZE;
	void *one = page_alloc(0, GFP_KERNEL | __GFP_ZERO);
	void *other = page_alloc(0, GFP_KERNEL | __GFP_ZERO);

	if (!one || !other)
		return;
	show(at, one);
	tables_fence();
	(void)*(volatile char *)at;
	show(at, other);
}
