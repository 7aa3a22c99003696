// SPDX-License-Identifier: BSD-2-Clause
/* Who has what of RAM, once the whole FDT is read: the first to come keeps what it has. */
#include "map_internal.h"
#include <arch/page.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/printk.h>

static void reserve(phys_addr_t base, phys_addr_t size, unsigned int owner)
{
	if (memblock_reserve_owner(base, size, owner))
		panic("memblock: no entry left to reserve [%lx, %lx)", base, base + size);
}

static phys_addr_t last_of(const struct memblock_region *region)
{
	return region->base + region->size - 1;
}

phys_addr_t ram_within(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;
	phys_addr_t bytes = 0;

	if (memblock_is_region_memory(base, size))
		return size;
	for_each_mem_region(region) {
		phys_addr_t from = region->base > base ? region->base : base;
		phys_addr_t to =
			last_of(region) < base + size - 1 ? last_of(region) + 1 : base + size;

		bytes += from < to ? to - from : 0;
	}
	return bytes;
}

/* ---- What is not to be mapped ---- */

void map_exclude(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t low = ALIGN_DOWN(base, PAGE_SIZE);
	phys_addr_t more = ((base + size - 1) | (PAGE_SIZE - 1)) - low; /* than one byte */

	if (memblock_mark_nomap(low, more < PHYS_ADDR_MAX ? more + 1 : more))
		panic("memblock: no entry left for what is not to be mapped");
}

static void claim_unmapped(void)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		if (memory_is_unmapped(memblock_region_owner(region)))
			map_exclude(region->base, region->size);
	}
}

/* A page that is RAM in part, or mapped in part, cannot be handed out. */
static void claim_partial_pages(void)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t base = region->base, end = base + region->size;
		phys_addr_t up = ALIGN_UP(base, PAGE_SIZE), down = ALIGN_DOWN(end, PAGE_SIZE);

		if (memblock_is_nomap(region) || up < base || up >= down) {
			reserve(base, end - base, OWNER_UNUSABLE);
			continue;
		}
		reserve(base, up - base, OWNER_UNUSABLE);
		reserve(down, end - down, OWNER_UNUSABLE);
	}
}

/* ---- The kernel ---- */

/*
 * The kernel cannot be unplugged, whatever the FDT says of the memory that it lies in; and
 * its blocks are of one node, since the molt gives part of them back.
 */
static void keep_online(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t low = ALIGN_DOWN(base, BLOCK_SIZE), high = ALIGN_UP(base + size, BLOCK_SIZE);

	if (memblock_clear_hotplug(low, high - low) ||
		memblock_set_node(low, high - low, &memblock.memory, (int)memory_nid_at(base)))
		panic("memblock: no entry left for the kernel's own memory");
}

/* Boot's larger tables too, which may be in hotpluggable memory where there is no other. */
static void keep_tables_online(void)
{
	phys_addr_t low = ALIGN_DOWN(map_room.base, BLOCK_SIZE);
	phys_addr_t high = ALIGN_UP(map_room.base + map_room.size, BLOCK_SIZE);

	if (map_room.size && memblock_clear_hotplug(low, high - low))
		panic("memblock: no entry left for its own tables");
}

/* The kernel is where it is, whatever else the FDT wants there. */
static void check_kernel_overlaps(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		unsigned int held_by = memblock_region_owner(region);

		if (region->base >= base + size || last_of(region) < base)
			continue;
		if (memory_is_unmapped(held_by))
			panic("the kernel, [%lx, %lx), lies where nothing may be mapped: %s, [%lx, "
			      "%lx)",
				base, base + size, memory_holder_name(held_by), region->base,
				last_of(region) + 1);
		pr_warn("memory: %s, [%lx, %lx), and the kernel overlap: the kernel keeps it\n",
			memory_holder_name(held_by), region->base, last_of(region) + 1);
	}
}

static void claim_kernel(const struct kernel_part *kernel)
{
	const struct kernel_part *part;
	phys_addr_t size = 0;

	for (part = kernel; part->size; part++)
		size += part->size;
	if (ram_within(kernel->base, size) != size)
		panic("RAM does not hold the kernel: it is at [%lx, %lx)", kernel->base,
			kernel->base + size);
	check_kernel_overlaps(kernel->base, size);
	keep_online(kernel->base, size);
	for (part = kernel; part->size; part++) {
		reserve(part->base, part->size, part->owner);
		if (memblock_set_owner(part->base, part->size, part->owner))
			panic("memblock: no entry left for the kernel's own memory");
	}
}

/* ---- What the boot loader left ---- */

/* Who has some of the range already, or NULL. */
static const char *holder_of(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		if (region->base < base + size && last_of(region) >= base)
			return memory_holder_name(memblock_region_owner(region));
	}
	return NULL;
}

/* It shares a page with what is not to be mapped, and so cannot be read. */
static bool is_unmapped_in_part(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		if (memblock_is_nomap(region) && region->base < base + size &&
			last_of(region) >= base)
			return true;
	}
	return false;
}

static void claim_initrd(void)
{
	phys_addr_t base = boot_initrd.base, size = boot_initrd.end - base;
	const char *holder = NULL;

	if (!boot_initrd.base && !boot_initrd.end)
		return;
	if (boot_initrd.end > base && ram_within(base, size) == size)
		holder = holder_of(base, size);
	else
		holder = "what is not RAM";
	if (!holder && is_unmapped_in_part(base, size))
		holder = "a page that is not mapped";
	if (!holder) {
		reserve(base, size, OWNER_INITRAMFS);
		return;
	}
	pr_err("initramfs [%lx, %lx) overlaps %s: left out\n", base, boot_initrd.end, holder);
	boot_initrd = (struct initrd_range){0, 0};
}

/* Whole pages, so that they can be given back; what others hold of them stays theirs. */
static void claim_fdt(const struct fdt_blob *fdt)
{
	phys_addr_t base = ALIGN_DOWN(fdt->base, PAGE_SIZE);

	if (fdt->base != PHYS_ADDR_MAX)
		reserve(base, ALIGN_UP(fdt->base + fdt->size, PAGE_SIZE) - base, OWNER_FDT);
}

/* An area that is no RAM is its device's own; one that is partly RAM is likely a mistake. */
static void check_areas(void)
{
	u32 i;

	for (i = 0; i < reserved_areas.count; i++) {
		const struct reserved_area *area = &reserved_areas.areas[i];
		phys_addr_t bytes = ram_within(area->base, area->size);

		if (bytes < area->size && !memory_cut)
			pr_warn("fdt: /reserved-memory/%s: [%lx, %lx) is %s RAM\n",
				reserved_area_name(area), area->base, area->base + area->size,
				bytes ? "only partly" : "not");
	}
}

static void count_reservation_block(const void *fdt)
{
	u64 base, size;
	int index;

	for (index = 0; !fdt_reservation(fdt, index, &base, &size); index++)
		map_need.reserved++;
}

void memory_claim(const struct fdt_blob *fdt, const struct kernel_part *kernel)
{
	memblock_owner_name = memory_holder_name;
	count_reservation_block(fdt->data);
	if (map_need.memory && (!map_fits() || map_need.odd || memblock_debug))
		map_read_again(fdt, kernel);
	if (!memblock.memory.cnt)
		panic("the FDT has no memory: the firmware should have added it");
	limit_memory(kernel);
	claim_unmapped();
	if (kernel)
		claim_kernel(kernel);
	keep_tables_online();
	claim_initrd();
	/* Boot loaders list the initramfs there too: it has its owner by now. */
	claim_reservation_block(fdt->data);
	claim_fdt(fdt);
	claim_partial_pages();
	zones_claim_shared();
	check_areas();
	reserved_place(fdt);
	reserved_lend();
	/* Near the image: what stays keeps to the same blocks. */
	memblock_set_bottom_up(true);
}
