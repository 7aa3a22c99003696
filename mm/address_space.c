// SPDX-License-Identifier: BSD-2-Clause
/* The final address space: the image window and the linear map. */
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/tables.h>
#include <mm/wx.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/sections.h>

static phys_addr_t table_page(void)
{
	phys_addr_t page = boot_alloc(PAGE_SIZE, PAGE_SIZE, OWNER_TABLES);

	return page ? page : PHYS_ADDR_MAX;
}

/* Before and after the linear map is there to write tables through. */
static const struct page_source early_source = {table_page, NULL, early_table_access};
static const struct page_source linear_source = {table_page, NULL, linear_table_access};

static void map(virt_addr_t va, phys_addr_t base, phys_addr_t end, enum prot prot)
{
	int err = base < end ? paging_map(&kernel_space, va, base, end - base, prot) : 0;

	if (err)
		panic("cannot map %lx to [%lx, %lx): error %d", va, base, end, err);
}

static void map_linear(phys_addr_t base, phys_addr_t end, enum prot prot)
{
	map((virt_addr_t)__va(base), base, end, prot);
}

static void map_image(void)
{
	const struct image_part *part;

	for (part = image_parts; part->end; part++)
		map(part->begin, image_to_phys((void *)part->begin),
			image_to_phys((void *)part->end), part->prot);
}

/*
 * A range of RAM in the linear map. Where the image lies in it, what is or was code or
 * constants is read-only: no page is writable here and executable there.
 */
static void map_range(phys_addr_t base, phys_addr_t end)
{
	const struct image_part *part;

	for (part = image_parts; part->end; part++) {
		phys_addr_t from = image_to_phys((void *)part->begin);
		phys_addr_t to = image_to_phys((void *)part->end);

		if ((part->prot & PROT_WRITE) && !part->shed)
			continue;
		if (to <= base || from >= end || from == to)
			continue;
		map_linear(base, from, PROT_READ | PROT_WRITE);
		map_linear(from > base ? from : base, to < end ? to : end, PROT_READ);
		base = to;
	}
	map_linear(base, end, PROT_READ | PROT_WRITE);
}

/* Every range but what firmware holds and what is offline. */
static void map_ram(void)
{
	const struct memblock_region *region;
	phys_addr_t from = 0, to = 0;

	/* Regions that touch are mapped as one, so that large leaves fit. */
	for_each_mem_region(region) {
		phys_addr_t base = ALIGN_UP(region->base, PAGE_SIZE);
		phys_addr_t end = ALIGN_DOWN(region->base + region->size, PAGE_SIZE);

		if (base >= end || memblock_is_nomap(region) || memory_is_offline(region))
			continue;
		if (base != to) {
			map_range(from, to);
			from = base;
		}
		to = end;
	}
	map_range(from, to);
}

void address_space_init(void)
{
	linear_offset = linear_window - ALIGN_DOWN(memblock_start_of_DRAM(), LINEAR_ALIGN);
	kernel_space.source = &early_source;
	if (paging_init(&kernel_space))
		panic("no memory for the root page table");
	map_image();
	map_ram();
}

void address_space_activate(void)
{
	paging_activate(&kernel_space);
	kernel_space.source = &linear_source;
	map_room_leave_early();
	memblock_allow_resize();
	if (IS_ENABLED(CONFIG_DEBUG_WX))
		wx_remember_unmapped();
}
