// SPDX-License-Identifier: BSD-2-Clause
/* Single mappings behind the image: stacks and devices, an unmapped page between any two. */
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/compiler.h>
#include <molt/sections.h>

/* Bytes of the window, behind the image, that are taken. */
static unsigned long kmap_used = PAGE_SIZE;

/* Map [base, base + size), whole pages, where there is room. NULL: there is none. */
static void *kmap(phys_addr_t base, unsigned long size)
{
	virt_addr_t va = (virt_addr_t)__image_end + kmap_used;
	unsigned long room = image_window_size - SECTION_SIZE(image) - kmap_used;

	if (size + PAGE_SIZE < size || size + PAGE_SIZE > room)
		return NULL;
	if (paging_map(&kernel_space, va, base, size, PROT_READ | PROT_WRITE))
		return NULL;
	/* What a hart has cached of these addresses may say that nothing is there. */
	paging_fence();
	kmap_used += size + PAGE_SIZE;
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

	if (!size || end <= pa || device_in_ram(pa, size))
		return NULL;
	page = kmap(base, end - base);
	return page ? page + (pa - base) : NULL;
}

void *kmap_stack(void)
{
	const unsigned long size = CONFIG_KERNEL_STACK_PAGES * PAGE_SIZE;
	phys_addr_t pa = boot_alloc(size, PAGE_SIZE, OWNER_STACKS);

	return pa ? kmap(pa, size) : NULL;
}
