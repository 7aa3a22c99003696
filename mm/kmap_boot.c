// SPDX-License-Identifier: BSD-2-Clause
/* What boot maps in the window behind the image, for good: the first stacks, and devices. */
#include "kmap_internal.h"
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/kmap.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/compiler.h>

/* Map [base, base + size), whole pages, where there is room. NULL: there is none. */
static void *kmap(phys_addr_t base, unsigned long size)
{
	virt_addr_t va = kmap_window() + kmap_full + PAGE_SIZE;

	if (size + 2 * PAGE_SIZE > kmap_window_size() - kmap_full)
		return NULL;
	if (paging_map(&kernel_space, va, base, size, PROT_READ | PROT_WRITE))
		return NULL;
	/* What a hart has cached of these addresses may say that nothing is there. */
	paging_fence();
	kmap_full += PAGE_SIZE + size;
	return (void *)va;
}

bool device_in_ram(phys_addr_t pa, unsigned long size)
{
	return memblock_overlaps_region(
		&memblock.memory, ALIGN_DOWN(pa, PAGE_SIZE), size + pa % PAGE_SIZE);
}

void *kmap_device(phys_addr_t pa, unsigned long size)
{
	phys_addr_t base = ALIGN_DOWN(pa, PAGE_SIZE), end = ALIGN_UP(pa + size, PAGE_SIZE);
	char *page;

	if (!size || end <= pa || end - base >= image_window_size || device_in_ram(pa, size))
		return NULL;
	page = kmap(base, end - base);
	return page ? page + (pa - base) : NULL;
}

void *kmap_stack(void)
{
	phys_addr_t pa = boot_alloc(STACK_SIZE, PAGE_SIZE, OWNER_STACKS);

	return pa ? kmap(pa, STACK_SIZE) : NULL;
}
