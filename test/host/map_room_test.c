/* SPDX-License-Identifier: BSD-2-Clause */
/* Where boot's larger tables go, and the rare ways through the firmware map. */
#include "../../mm/map_internal.h"
#include "check.h"
#include "fdt_build.h"

#include <arch/page.h>
#include <core/boot.h>
#include <libfdt.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/param.h>
#include <stdlib.h>
#include <string.h>

#define MIB 0x100000UL
#define RAM 0x80000000UL

static const struct kernel_part kernel[] = {
	{RAM + 2 * MIB, 0x3000, OWNER_TEXT},
	{RAM + 2 * MIB + 0x3000, 0x15000, OWNER_INIT},
	{0, 0, OWNER_TEXT},
};
#define KERNEL_END (RAM + 2 * MIB + 0x18000)

/* ---- Building and claiming ---- */

/* A root of two cells each, and 128 MiB at RAM. @base: of one entry of the reservation block. */
static void begin(phys_addr_t base, phys_addr_t size)
{
	build_begin_reserving(base, size);
	build_cells("#address-cells", 1, 2);
	build_cells("#size-cells", 1, 2);
	build_memory(RAM, 128 * MIB);
}

/* More areas than boot's first tables hold, all of the same page, which is not RAM. */
static void many_areas(void)
{
	build_reserved();
	for (int i = 0; i < 100; i++) {
		build_area("area", 0x1000, 0x1000);
		build_end();
	}
	build_end();
}

static void chosen(const char *bootargs)
{
	build_node("chosen", NULL, NULL);
	build_text("bootargs", bootargs);
}

static void *claimed;

/* As boot_claim_build(), with the tree at @base. */
static void claim(phys_addr_t base)
{
	struct fdt_blob fdt = {.size = build_finish(), .base = base};

	boot_forget();
	free(claimed);
	fdt.data = claimed = malloc(fdt.size);
	memcpy(claimed, build, fdt.size);
	CHECK_EQ(fdt_scan(fdt.data, fdt.size, FDT_PASS_FIRST), 0);
	params_early(boot_command_line);
	memory_claim(&fdt, kernel);
}

static const struct memblock_region *entry_at(phys_addr_t base)
{
	const struct memblock_region *r;

	for_each_reserved_mem_region(r) {
		if (r->base == base)
			return r;
	}
	return NULL;
}

/* ---- The tree itself ---- */

static void the_tree_keeps_its_pages(void)
{
	const struct memblock_region *r;

	begin(0, 0);
	claim(RAM + 64 * MIB + 0x808);
	r = entry_at(RAM + 64 * MIB);
	CHECK(r && r->size == 0x1000 && memblock_region_owner(r) == OWNER_FDT);
}

static void ram_within_a_page(void)
{
	begin(0, 0);
	build_node("memory@c0000100", "memory", NULL);
	build_cells("reg", 4, 0, 0xc0000100, 0, 0x100);
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(entry_at(0xc0000100)->size, 0x100);
	CHECK_EQ(memblock_region_owner(entry_at(0xc0000100)), OWNER_UNUSABLE);
}

/* ---- Room ---- */

/* Behind the kernel lie the tree, the initramfs, and what the reservation block names. */
static void room_beside_everything(void)
{
	begin(KERNEL_END + 0x200000, 0x1000);
	build_node("memory@c0000000", "memory", NULL);
	build_cells("reg", 4, 0, 0xc0000000, 0, MIB);
	build_text("status", "disabled");
	build_end();
	build_node("memory@d0000000", "memory", NULL);
	build_cells("reg", 4, 0, 0xd0000000, 0, MIB);
	build_flag("hotpluggable");
	build_end();
	build_node("memory@0", "memory", NULL);
	build_cells("reg", 4, 0, 0, 0, 0);
	build_end();
	build_node("bus", NULL, NULL);
	build_node("memory", "memory", NULL);
	build_cells("reg", 3, 0, 0x1000, MIB);
	build_end();
	build_end();
	many_areas();
	build_node("chosen", NULL, NULL);
	build_cells("linux,initrd-start", 1, KERNEL_END + 0x100000);
	build_cells("linux,initrd-end", 1, KERNEL_END + 0x200000);
	build_end();
	claim(KERNEL_END);
	CHECK_EQ(reserved_areas.count, 100);
	CHECK(map_room.size > 0);
	CHECK_EQ(map_room.base, ALIGN_UP(KERNEL_END + fdt_totalsize(build), PAGE_SIZE));
	CHECK(map_room.base + map_room.size <= KERNEL_END + 0x100000);
}

/* Nothing is left above the kernel: the search begins again, from below. */
static void room_below_what_goes_over_the_top(void)
{
	begin(KERNEL_END, ~0UL);
	many_areas();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(map_room.base, RAM);
	CHECK_EQ(memblock_region_owner(entry_at(RAM)), OWNER_MEMBLOCK);
}

/* All but a page here and there, each between two areas. */
static void usable_around_areas(void)
{
	fdt32_t cells[4 * USABLE_MAX] = {0};
	u32 base = RAM;

	for (u32 i = 0; i < USABLE_MAX; i++) {
		u32 end = RAM + (i < USABLE_MAX - 1 ? 17 + i : 128) * MIB - 0x2000;

		cells[4 * i + 1] = cpu_to_fdt32(base);
		cells[4 * i + 3] = cpu_to_fdt32(end - base);
		base = end + 0x1000;
	}
	fdt_property(build, "linux,usable-memory-range", cells, sizeof(cells));
}

/*
 * About as many cuts of RAM as a table has entries: there is one for each, whatever limits
 * and the kernel cut besides.
 */
static void cuts_of_every_kind(void)
{
	for (u32 areas = 16; areas <= 160; areas++) {
		begin(0, 0);
		build_reserved();
		for (u32 i = 0; i < areas; i++) {
			build_area("a", RAM + 16 * MIB + i * 0x80000, 0x1000);
			build_flag("no-map");
			build_end();
		}
		build_end();
		build_node("chosen", NULL, NULL);
		usable_around_areas();
		build_end();
		claim(PHYS_ADDR_MAX);
		CHECK_EQ(memblock.memory.cnt, 2 * areas + USABLE_MAX);
	}
}

/* Each node of memory but one is too small, or the room would end above the top. */
static void memory_without_room(void)
{
	build_begin();
	build_text("device_type", "memory");
	build_cells("#address-cells", 1, 2);
	build_cells("#size-cells", 1, 2);
	build_node("memory@b0000000", "memory", NULL);
	build_cells("reg", 4, 0, 0xb0000000, 0, 0x1000);
	build_end();
	build_node("memory@fffffffffffff000", "memory", NULL);
	build_cells("reg", 4, 0xffffffff, 0xfffff000, 0xffffffff, 0xffffffff);
	build_end();
	many_areas();
	CHECK_PANICS(claim(PHYS_ADDR_MAX));
	CHECK(strstr(panic_text, "no room for the"));
}

/* Few areas, but more letters than boot's first table of names holds. */
static void room_for_long_names(void)
{
	static const char name[] = "an-area-whose-name-is-of-forty-characters";

	begin(0, 0);
	build_reserved();
	for (u32 i = 0; i < 15; i++) {
		build_area(name, RAM + 16 * MIB + i * MIB, i ? 0x1000 : 0);
		build_end();
	}
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(map_room.size > 0);
	CHECK_EQ(reserved_areas.count, 15);
	CHECK(!strcmp(reserved_area_name(&reserved_areas.areas[14]), name));
}

static void no_room_at_all(void)
{
	begin(0, ~0UL);
	many_areas();
	CHECK_PANICS(claim(PHYS_ADDR_MAX));
	CHECK(strstr(panic_text, "no room for the"));
}

/* The tables are found where the linear map has what was written early. */
static void tables_in_the_linear_map(void)
{
	begin(0, 0);
	many_areas();
	claim(PHYS_ADDR_MAX);
	linear_offset = (unsigned long)map_room.early - map_room.base;
	map_room_leave_early();
	linear_offset = 0;
	CHECK(!strcmp(reserved_area_name(&reserved_areas.areas[99]), "area"));
	CHECK_EQ(memblock.memory.regions[0].base, RAM);

	/* Those that did not move stay. */
	begin(0, 0);
	claim(PHYS_ADDR_MAX);
	linear_offset = 1;
	map_room_leave_early();
	linear_offset = 0;
	CHECK_EQ(memblock.memory.regions[0].base, RAM);
}

/* ---- Numbers ---- */

static void sizes_in_every_digit(void)
{
	begin(0, 0);
	chosen("mem=0x3AbCdEf");
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(memblock_phys_mem_size(), 0x3abcdef);

	begin(0, 0);
	chosen("mem=0xffffffffffffffK mem=0x/ mem=1:");
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(memblock_phys_mem_size(), 128 * MIB);
	CHECK(said("parameter mem: \"0xffffffffffffffK\""));
}

/* ---- Limits ---- */

static void limits_without_the_kernel(void)
{
	begin(0, 0);
	chosen("mem=64M@0x84000000");
	build_cells("linux,usable-memory-range", 4, 0, RAM + 64 * MIB, 0, 64 * MIB);
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(said("parameter mem: the kernel would be left out"));
	CHECK(said("linux,usable-memory-range: the kernel would be left out"));
	CHECK_EQ(memblock_phys_mem_size(), 128 * MIB);

	begin(0, 0);
	chosen("mem=1M@0x80000000");
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(said("parameter mem: the kernel would be left out"));
}

static void usable_to_the_top(void)
{
	begin(0, 0);
	build_node("chosen", NULL, NULL);
	build_cells("linux,usable-memory-range", 4, 0, RAM + MIB, 0xffffffff, 0xffffffff);
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(memblock_start_of_DRAM(), RAM + MIB);
	CHECK_EQ(memblock_phys_mem_size(), 127 * MIB);
}

/* It was RAM before mem= left it out: no mistake of the tree's. */
static void an_area_beyond_the_limit(void)
{
	begin(0, 0);
	build_reserved();
	build_area("far", RAM + 100 * MIB, 0x1000);
	build_end();
	build_end();
	chosen("mem=64M");
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(!said("far"));
}

/* ---- Places ---- */

static void odd_alloc_ranges(void)
{
	begin(0, 0);
	build_reserved();
	build_node("off", NULL, NULL);
	build_cells("size", 2, 0, 0x1000);
	build_text("status", "disabled");
	build_end();
	build_node("pool", NULL, NULL);
	build_cells("size", 2, 0, 4 * MIB);
	build_cells("alignment", 2, 0, 4 * MIB);
	build_cells("alloc-ranges", 8, 0, RAM, 0, 0, 0, RAM + 120 * MIB, 0xffffffff, 0xffffffff);
	build_flag("reusable");
	build_end();
	build_node("off", NULL, NULL);
	build_text("status", "disabled");
	build_end();
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(reserved_areas.count, 1);
	CHECK_EQ(reserved_areas.areas[0].base, RAM + 124 * MIB);
	CHECK_EQ(ledger_owner(OWNER_AREA), OWNER_CMA);
	CHECK_EQ(ledger_owner(OWNER_FDT), OWNER_FDT);
}

static void lent_and_not_placed(void)
{
	begin(0, 0);
	build_reserved();
	build_node("pool", NULL, NULL);
	build_cells("size", 2, 1, 0);
	build_flag("reusable");
	build_end();
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK_EQ(reserved_areas.areas[0].size, 0);
	CHECK(said("nowhere is that much free") && !said("kept for its device alone"));
}

/* Memory that can be unplugged, and memory that is not mapped. */
static void lent_where_it_cannot_be(void)
{
	begin(0, 0);
	build_node("memory@c0000000", "memory", NULL);
	build_cells("reg", 4, 0, 0xc0000000, 0, 64 * MIB);
	build_flag("hotpluggable");
	build_end();
	build_reserved();
	build_area("plugged", 0xc0000000, 2 * MIB);
	build_flag("reusable");
	build_end();
	build_area("secret", RAM + 16 * MIB, 2 * MIB);
	build_flag("no-map");
	build_end();
	build_area("shared", RAM + 16 * MIB, 2 * MIB);
	build_flag("reusable");
	build_end();
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(said("plugged: reusable") && said("shared: reusable"));
	CHECK_EQ(ledger_owner(OWNER_AREA), OWNER_RESERVED);
	CHECK_EQ(ledger_owner(OWNER_AREA + 2), OWNER_RESERVED);
}

static void a_user_whose_path_is_too_long(void)
{
	char name[100];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	begin(0, 0);
	build_node(name, NULL, NULL);
	build_cells("memory-region", 1, 7);
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(said("no area has the phandle 0x7"));
}

/* ---- The initramfs ---- */

/* What is not mapped lies below and above it, and in no page of its own. */
static void an_initramfs_between_what_is_not_mapped(void)
{
	begin(0, 0);
	build_reserved();
	for (int i = 0; i < 2; i++) {
		build_area(i ? "above" : "below", RAM + 16 * MIB + 2 * MIB * (u32)i, 0x1000);
		build_flag("no-map");
		build_end();
	}
	build_end();
	build_node("chosen", NULL, NULL);
	build_cells("linux,initrd-start", 1, RAM + 17 * MIB);
	build_cells("linux,initrd-end", 1, RAM + 17 * MIB + 0x800);
	build_end();
	claim(PHYS_ADDR_MAX);
	CHECK(!said("left out"));
	CHECK_EQ(boot_initrd.end, RAM + 17 * MIB + 0x800);
}

int main(void)
{
	TEST(the_tree_keeps_its_pages);
	TEST(ram_within_a_page);
	TEST(room_beside_everything);
	TEST(room_below_what_goes_over_the_top);
	TEST(cuts_of_every_kind);
	TEST(memory_without_room);
	TEST(room_for_long_names);
	TEST(no_room_at_all);
	TEST(tables_in_the_linear_map);
	TEST(sizes_in_every_digit);
	TEST(limits_without_the_kernel);
	TEST(usable_to_the_top);
	TEST(an_area_beyond_the_limit);
	TEST(odd_alloc_ranges);
	TEST(lent_and_not_placed);
	TEST(lent_where_it_cannot_be);
	TEST(a_user_whose_path_is_too_long);
	TEST(an_initramfs_between_what_is_not_mapped);
	free(claimed);
	boot_forget();
	return check_report();
}
