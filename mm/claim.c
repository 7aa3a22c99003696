// SPDX-License-Identifier: BSD-2-Clause
/* What was taken before the kernel ran, once the whole FDT is read. */
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>

static void reserve(phys_addr_t base, phys_addr_t size, unsigned int owner)
{
	if (memblock_reserve_owner(base, size, owner))
		panic("memblock: no entry left to reserve [%lx, %lx)", base, base + size);
}

static phys_addr_t last_of(const struct memblock_region *region)
{
	return region->base + region->size - 1;
}

/* What the firmware and no-map regions hold is mapped nowhere: whole pages of it. */
static void claim_unmapped(void)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		phys_addr_t base = ALIGN_DOWN(region->base, PAGE_SIZE);

		if (!(memblock_region_owner(region) & OWNER_UNMAPPED))
			continue;
		if (memblock_mark_nomap(base, (last_of(region) | (PAGE_SIZE - 1)) - base + 1))
			panic("memblock: no entry left for what is not to be mapped");
	}
}

/* A page that is RAM in part, or mapped in part, cannot be handed out. */
static void claim_partial_pages(void)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t base = region->base, end = base + region->size;
		phys_addr_t up = ALIGN_UP(base, PAGE_SIZE), down = ALIGN_DOWN(end, PAGE_SIZE);

		if (memblock_is_nomap(region) || up >= down) {
			reserve(base, end - base, OWNER_UNUSABLE);
			continue;
		}
		reserve(base, up - base, OWNER_UNUSABLE);
		reserve(down, end - down, OWNER_UNUSABLE);
	}
}

/* The kernel cannot be unplugged, whatever the FDT says of the memory that it lies in. */
static void keep_online(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t low = ALIGN_DOWN(base, BLOCK_SIZE), high = ALIGN_UP(base + size, BLOCK_SIZE);

	if (memblock_clear_hotplug(low, high - low))
		panic("memblock: no entry left for the kernel's own memory");
}

/* Bytes of [base, base + size) that are RAM. */
static phys_addr_t ram_within(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;
	phys_addr_t bytes = 0;

	for_each_mem_region(region) {
		phys_addr_t from = region->base > base ? region->base : base;
		phys_addr_t to =
			last_of(region) < base + size - 1 ? last_of(region) + 1 : base + size;

		bytes += from < to ? to - from : 0;
	}
	return bytes;
}

/* The kernel is where it is, whatever else the FDT wants there. */
static void check_image_overlaps(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		unsigned int owner = memblock_region_owner(region);

		if (region->base >= base + size || last_of(region) < base)
			continue;
		if (owner & OWNER_UNMAPPED)
			panic("the kernel, [%lx, %lx), lies where nothing may be mapped: [%lx, "
			      "%lx)",
				base, base + size, region->base, last_of(region) + 1);
		pr_warn("memory: [%lx, %lx) is reserved where the kernel is: the kernel keeps it\n",
			region->base, last_of(region) + 1);
	}
}

static void claim_part(const char *begin, unsigned long size, unsigned int owner)
{
	phys_addr_t base = image_to_phys(begin);

	reserve(base, size, owner);
	if (memblock_set_owner(base, size, owner))
		panic("memblock: no entry left for the kernel's own memory");
}

static void claim_image(void)
{
	phys_addr_t base = image_to_phys(__image_begin), size = SECTION_SIZE(image);

	if (ram_within(base, size) != size)
		panic("RAM does not hold the kernel: it is at [%lx, %lx)", base, base + size);
	check_image_overlaps(base, size);
	keep_online(base, size);
	claim_part(__text_begin, SECTION_SIZE(text), OWNER_TEXT);
	claim_part(__rodata_begin, SECTION_SIZE(rodata), OWNER_RODATA);
	claim_part(__data_begin, SECTION_SIZE(data), OWNER_DATA);
	claim_part(__init_begin, SECTION_SIZE(init), OWNER_INIT);
}

static void claim_initrd(void)
{
	phys_addr_t base = boot_initrd.base, end = boot_initrd.end;

	if (!end)
		return;
	if (base >= end || ram_within(base, end - base) != end - base ||
		memblock_is_region_reserved(base, end - base)) {
		pr_err("initramfs [%lx, %lx) is not in free RAM: left out\n", base, end);
		boot_initrd = (struct initrd_range){0, 0};
		return;
	}
	reserve(base, end - base, OWNER_INITRAMFS);
}

/* RAM that the linear map cannot hold is not used; the ledger remembers how much. */
phys_addr_t memory_cut;

static void cut_beyond_linear_map(void)
{
	phys_addr_t base = ALIGN_DOWN(memblock_start_of_DRAM(), LINEAR_ALIGN);
	phys_addr_t before = memblock_phys_mem_size();

	if (memblock_end_of_DRAM() - base <= linear_window_size)
		return;
	if (memblock_remove(base + linear_window_size, PHYS_ADDR_MAX))
		panic("memblock: RAM above %lx cannot be taken out", base + linear_window_size);
	memory_cut = before - memblock_phys_mem_size();
	pr_warn("memory: %lu KiB lie beyond the linear map and are not used\n", memory_cut / 1024);
}

void memory_claim(const void *blob, phys_addr_t fdt, unsigned long size)
{
	if (!memblock.memory.cnt)
		panic("the FDT names no memory");
	if (fdt_unplaced)
		pr_warn("memory: %u nodes of /reserved-memory ask to be placed: they are not\n",
			fdt_unplaced);
	cut_beyond_linear_map();
	claim_unmapped();
	claim_image();
	claim_initrd();
	/* Boot loaders list the initramfs there too: it has its owner by now. */
	fdt_claim_reservations(blob);
	/* Whole pages, so that they can be given back; what others hold of them stays theirs. */
	reserve(ALIGN_DOWN(fdt, PAGE_SIZE),
		ALIGN_UP(fdt + size, PAGE_SIZE) - ALIGN_DOWN(fdt, PAGE_SIZE), OWNER_FDT);
	claim_partial_pages();
	/* Near the image: what stays keeps to the same blocks. */
	memblock_set_bottom_up(true);
}
