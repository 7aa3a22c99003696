/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware map, once all is read: who has what, and what is said of the rest. */
#include "../../mm/map_internal.h"
#include "check.h"
#include "fdt_build.h"

#include <arch/page.h>
#include <libfdt.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/compiler.h>
#include <stdlib.h>
#include <string.h>

#define MIB 0x100000UL
#define GIB 0x40000000UL
#define RAM 0x80000000UL

/* ---- Building ---- */

/* A root of two cells each, and 256 MiB at RAM. */
static void begin(void)
{
	build_begin_cells(2, 2);
	build_memory(RAM, 256 * MIB);
}

/* One that is to be placed; left open. */
static void wish(const char *name, u32 size)
{
	build_node(name, NULL, NULL);
	build_cells("size", 2, 0, size);
}

static void chosen(const char *bootargs)
{
	build_node("chosen", NULL, NULL);
	if (bootargs)
		build_text("bootargs", bootargs);
}

/* ---- Asking ---- */

static const struct reserved_area *named(const char *name)
{
	for (u32 i = 0; i < reserved_areas.count; i++) {
		if (!strcmp(reserved_area_name(&reserved_areas.areas[i]), name))
			return &reserved_areas.areas[i];
	}
	printf("no area is called %s\n", name);
	abort();
}

/* Who has the byte at @pa, "" for nobody. */
static const char *holder(phys_addr_t pa)
{
	const struct memblock_region *r;

	for_each_reserved_mem_region(r) {
		if (pa >= r->base && pa - r->base < r->size)
			return memory_holder_name(memblock_region_owner(r));
	}
	return "";
}

static bool held(phys_addr_t base, phys_addr_t size, const char *name)
{
	return !strcmp(holder(base), name) && !strcmp(holder(base + size - 1), name) &&
	       strcmp(holder(base - 1), name) && strcmp(holder(base + size), name);
}

static const struct kernel_part kernel[] = {
	{RAM + 2 * MIB, 0x3000, OWNER_TEXT},
	{RAM + 2 * MIB + 0x3000, 0x1000, OWNER_RODATA},
	{RAM + 2 * MIB + 0x4000, 0x1000, OWNER_DATA},
	{RAM + 2 * MIB + 0x5000, 0x10000, OWNER_INIT},
	{0, 0, OWNER_TEXT},
};
#define KERNEL_END (RAM + 2 * MIB + 0x15000)

/* ---- The kernel ---- */

static void the_kernel_by_parts(void)
{
	begin();
	boot_claim_build(kernel);
	CHECK(held(RAM + 2 * MIB, 0x3000, "kernel text"));
	CHECK(held(RAM + 2 * MIB + 0x3000, 0x1000, "kernel rodata"));
	CHECK(held(RAM + 2 * MIB + 0x4000, 0x1000, "kernel data"));
	CHECK(held(RAM + 2 * MIB + 0x5000, 0x10000, "kernel init"));
	CHECK_EQ(memblock_reserved_size(), 0x15000);
	CHECK(memblock_bottom_up());
}

static void an_area_where_the_kernel_is(void)
{
	begin();
	build_reserved();
	build_area("crash", RAM + 2 * MIB - 0x1000, 0x2000);
	build_end();
	build_end();
	boot_claim_build(kernel);
	CHECK(said("crash") && said("and the kernel overlap"));
	CHECK(!strcmp(holder(RAM + 2 * MIB), "kernel text"));
	CHECK(held(RAM + 2 * MIB - 0x1000, 0x1000, "crash"));
}

static void no_map_where_the_kernel_is(void)
{
	begin();
	build_reserved();
	build_area("secure", RAM + 2 * MIB, 0x1000);
	build_flag("no-map");
	build_end();
	build_end();
	CHECK_PANICS(boot_claim_build(kernel));
	CHECK(strstr(panic_text, "secure"));
}

static void ram_that_does_not_hold_the_kernel(void)
{
	const struct kernel_part elsewhere[] = {{RAM - MIB, 2 * MIB, OWNER_TEXT}, {0, 0, 0}};

	begin();
	CHECK_PANICS(boot_claim_build(elsewhere));
	CHECK(strstr(panic_text, "RAM does not hold the kernel"));
}

/* ---- Static areas ---- */

static void areas_of_several_ranges(void)
{
	begin();
	build_reserved();
	build_node("camera", NULL, NULL);
	build_cells("reg", 8, 0, RAM + 16 * MIB, 0, 0x1000, 0, RAM + 32 * MIB, 0, 0x2001);
	build_cells("phandle", 1, 7);
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(held(RAM + 16 * MIB, 0x1000, "camera"));
	CHECK(held(RAM + 32 * MIB, 0x2001, "camera"));
	CHECK_EQ(reserved_areas.count, 1);
	CHECK_EQ(reserved_area_by_phandle(7)->base, RAM + 16 * MIB);
	CHECK(!reserved_area_by_phandle(8) && !reserved_area_by_phandle(0));
}

static void areas_that_overlap(void)
{
	begin();
	build_reserved();
	build_area("low", RAM + 16 * MIB, 0x2000);
	build_end();
	build_area("high", RAM + 16 * MIB + 0x1000, 0x2000);
	build_end();
	build_area("apart", RAM + 16 * MIB + 0x3000, 0x1000);
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(said("high and low overlap at [81001000, 81002000)"));
	CHECK(!said("apart and"));
	CHECK(held(RAM + 16 * MIB, 0x2000, "low"));
	CHECK(held(RAM + 16 * MIB + 0x2000, 0x1000, "high"));
}

/* Its own ranges are nobody else's. */
static void an_area_that_overlaps_itself(void)
{
	begin();
	build_reserved();
	build_node("twice", NULL, NULL);
	build_cells("reg", 8, 0, RAM + 16 * MIB, 0, 0x2000, 0, RAM + 16 * MIB + 0x1000, 0, 0x2000);
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(!said("overlap"));
	CHECK(held(RAM + 16 * MIB, 0x3000, "twice"));
}

/* Once, though the map of a board with many is read twice. */
static void overlaps_are_told_once(void)
{
	for (unsigned int count = 2; count <= 40; count += 38) {
		begin();
		build_reserved();
		for (unsigned int i = 0; i < count; i++) {
			build_area(i ? "next" : "first", RAM + 16 * MIB + (i > 1) * i * 0x10000,
				0x1000);
			build_end();
		}
		build_end();
		boot_claim_build(NULL);
		CHECK_EQ(times_said("overlap"), 1);
	}
}

/* The second to come says no-map: that holds, whoever was first. */
static void no_map_over_another(void)
{
	begin();
	build_reserved();
	build_area("open", RAM + 16 * MIB, 0x4000);
	build_end();
	build_area("secure", RAM + 16 * MIB + 0x1800, 0x1000);
	build_flag("no-map");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(held(RAM + 16 * MIB + 0x1800, 0x1000, "secure"));
	CHECK(!memblock_is_map_memory(RAM + 16 * MIB + 0x1000));
	CHECK(!memblock_is_map_memory(RAM + 16 * MIB + 0x2fff));
	CHECK(memblock_is_map_memory(RAM + 16 * MIB) &&
		memblock_is_map_memory(RAM + 16 * MIB + 0x3000));
}

static void areas_that_are_off(void)
{
	begin();
	build_reserved();
	build_area("off", RAM + 16 * MIB, 0x1000);
	build_text("status", "disabled");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(reserved_areas.count, 0);
	CHECK_EQ(memblock.reserved.cnt, 0);
}

static void areas_that_are_not_ram(void)
{
	begin();
	build_reserved();
	build_area("sram", 0x8000000, 0x1000);
	build_end();
	build_area("edge", RAM - 0x1000, 0x2000);
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(said("sram: [8000000, 8001000) is not RAM"));
	CHECK(said("edge: [7ffff000, 80001000) is only partly RAM"));
	CHECK_EQ(memblock_phys_mem_size() - memblock_free_bytes(), 0x1000);
}

static void an_area_over_the_top(void)
{
	begin();
	build_reserved();
	build_node("top", NULL, NULL);
	build_cells("reg", 4, 0xffffffff, 0xfffff000, 0xffffffff, 0xffffffff);
	build_flag("no-map");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(named("top")->size, 0xfff);
	CHECK_EQ(memblock_reserved_size(), 0xfff);
}

/* ---- Areas that boot places ---- */

static void placed_anywhere(void)
{
	const struct reserved_area *gpu;

	begin();
	build_reserved();
	wish("gpu", 3 * MIB + 5);
	build_cells("alignment", 2, 0, 4 * MIB);
	build_end();
	build_area("top", RAM + 255 * MIB, MIB);
	build_end();
	build_end();
	boot_claim_build(kernel);
	gpu = named("gpu");
	CHECK_EQ(gpu->size, 3 * MIB + 5);
	CHECK_EQ(gpu->base, RAM + 248 * MIB);
	CHECK(held(gpu->base, gpu->size, "gpu"));
	CHECK(gpu->flags & RESERVED_DYNAMIC);
}

static void placed_in_the_first_range_with_room(void)
{
	begin();
	build_reserved();
	wish("dsp", 2 * MIB);
	build_cells("alloc-ranges", 12, 0, RAM + 64 * MIB, 0, MIB, 0, RAM + 32 * MIB, 0, 4 * MIB, 0,
		RAM + 128 * MIB, 0, 4 * MIB);
	build_flag("no-map");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(named("dsp")->base, RAM + 34 * MIB);
	CHECK(!memblock_is_map_memory(RAM + 34 * MIB));
	CHECK(memblock_is_map_memory(RAM + 36 * MIB));
}

static void places_that_there_are_not(void)
{
	static const struct {
		const char *property;
		u32 size, align, range;
	} cases[] = {{"size", 0xf0000000, 1, 0}, {"alloc-ranges", 4 * MIB, 1, RAM},
		{"alloc-ranges", MIB, 1, 0x1000}, {"alignment", MIB, 3, 0},
		{"alignment", MIB, 0, 0}, {"size", 0, 1, 0}};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		begin();
		build_reserved();
		wish("gone", cases[i].size);
		build_cells("alignment", 2, 0, cases[i].align);
		if (cases[i].range)
			build_cells("alloc-ranges", 4, 0, cases[i].range, 0, 2 * MIB);
		build_end();
		wish("there", MIB);
		build_end();
		build_end();
		boot_claim_build(NULL);
		CHECK(said("/reserved-memory/gone") && said(cases[i].property));
		CHECK_EQ(named("gone")->size, 0);
		CHECK_EQ(named("there")->size, MIB);
		CHECK_EQ(memblock_reserved_size(), MIB);
	}
}

static void wishes_that_make_no_sense(void)
{
	begin();
	build_reserved();
	build_node("odd", NULL, NULL);
	build_cells("size", 3, 0, 0, 0x1000);
	build_end();
	wish("short", 0x1000);
	build_cells("alloc-ranges", 3, 0, RAM, 0);
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(said("odd: size: no number") && said("short: alloc-ranges: no ranges that make"));
	CHECK_EQ(memblock_reserved_size(), 0);
}

/* reg counts, and size is not looked at. */
static void reg_and_size(void)
{
	begin();
	build_reserved();
	build_area("both", RAM + MIB, 0x1000);
	build_cells("size", 2, 0, 0x5000);
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(held(RAM + MIB, 0x1000, "both"));
}

/* ---- Areas that are lent ---- */

static void lent_and_default(void)
{
	begin();
	build_reserved();
	build_area("video", RAM + 64 * MIB, 8 * MIB);
	build_flag("reusable");
	build_end();
	wish("linux,cma", 16 * MIB);
	build_flag("reusable");
	build_flag("linux,cma-default");
	build_end();
	wish("second", 4 * MIB);
	build_flag("reusable");
	build_flag("linux,cma-default");
	build_end();
	build_end();
	boot_claim_build(kernel);
	CHECK_EQ(named("video")->owner, OWNER_CMA);
	CHECK_EQ(named("linux,cma")->owner, OWNER_CMA);
	CHECK_EQ(named("linux,cma")->base, RAM + 240 * MIB);
	CHECK(named("linux,cma")->flags & RESERVED_CMA_DEFAULT);
	CHECK(!(named("second")->flags & RESERVED_CMA_DEFAULT));
	CHECK(said("second: linux,cma-default: that is linux,cma"));
}

static void not_to_be_lent(void)
{
	begin();
	build_reserved();
	build_area("odd", RAM + 16 * MIB + 0x1000, 2 * MIB);
	build_flag("reusable");
	build_end();
	build_area("outside", RAM + 256 * MIB, 2 * MIB);
	build_flag("reusable");
	build_end();
	build_area("taken", RAM + 32 * MIB + 0x1000, 0x1000);
	build_end();
	build_area("over", RAM + 32 * MIB, 2 * MIB);
	build_flag("reusable");
	build_end();
	build_area("secure", RAM + 64 * MIB, 2 * MIB);
	build_flag("reusable");
	build_flag("no-map");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(said("odd: reusable: not whole") && said("outside: reusable: not whole"));
	CHECK(said("over: reusable: not whole") && said("secure: reusable: not with no-map"));
	for (u32 i = 0; i < reserved_areas.count; i++)
		CHECK_EQ(reserved_areas.areas[i].owner, OWNER_RESERVED);
}

/* ---- Devices ---- */

static void users_of_areas(void)
{
	begin();
	build_reserved();
	build_area("fb", RAM + 64 * MIB, MIB);
	build_cells("phandle", 1, 0x11);
	build_end();
	build_end();
	build_node("gpu@1", NULL, "vendor,gpu");
	build_cells("memory-region", 2, 0x11, 0x12);
	build_end();
	build_node("off@2", NULL, "vendor,gpu");
	build_cells("memory-region", 1, 0x13);
	build_text("status", "disabled");
	build_end();
	boot_claim_build(NULL);
	CHECK(said("fb is for /gpu@1"));
	CHECK(said("/gpu@1: memory-region: no area has the phandle 0x12"));
	CHECK(!said("0x13"));
}

/* ---- Limits ---- */

static void mem_is(const char *text, phys_addr_t base, phys_addr_t size)
{
	begin();
	chosen(text);
	build_end();
	boot_claim_build(kernel);
	CHECK_EQ(memblock_start_of_DRAM(), base);
	CHECK_EQ(memblock_phys_mem_size(), size);
	CHECK_EQ(memory_cut, 256 * MIB - size);
}

static void mem_parameters(void)
{
	mem_is("mem=64M", RAM, 64 * MIB);
	mem_is("mem=0x4000001", RAM, 64 * MIB + 1);
	mem_is("mem=1G", RAM, 256 * MIB);
	mem_is("mem=16M@0x80100000", RAM + MIB, 16 * MIB);
	mem_is("mem=1T@0", RAM, 256 * MIB);
	CHECK(!said("mem"));
	mem_is("mem=2M", RAM, 256 * MIB);
	CHECK(said("parameter mem: the kernel would be left out"));
	mem_is("mem=2133K", RAM, 256 * MIB - (256 * MIB - 2133 * 1024));
	mem_is("mem=16M@0x84000000", RAM, 256 * MIB);
	CHECK(said("parameter mem: the kernel would be left out"));
	mem_is("mem=1M@0x80200000", RAM + 2 * MIB, MIB);
	mem_is("mem=64K@0x80200000", RAM, 256 * MIB);
	for (const char *const *bad = (const char *const[]){"mem=", "mem=x", "mem=1Q", "mem=1M@",
		     "mem=1M@z", "mem=0", "mem=99999999999999999999", "mem=1MB", NULL};
		*bad; bad++) {
		mem_is(*bad, RAM, 256 * MIB);
		CHECK(said("parameter mem:") && said("makes no sense"));
	}
	mem_is("mem", RAM, 256 * MIB);
	CHECK(said("parameter mem: its value is missing"));
}

/* The kernel would stay, and not the larger tables, which lie behind the areas. */
static void mem_without_the_tables(void)
{
	begin();
	chosen("mem=6M");
	build_end();
	build_reserved();
	for (u32 i = 0; i < 100; i++) {
		build_area("area", i ? RAM + 2 * MIB + i * MIB : KERNEL_END,
			i ? MIB : RAM + 3 * MIB - KERNEL_END);
		build_end();
	}
	build_end();
	boot_claim_build(kernel);
	CHECK(map_room.size && map_room.base > RAM + 6 * MIB);
	CHECK(said("parameter mem: boot's tables would be left out"));
	CHECK_EQ(memblock_phys_mem_size(), 256 * MIB);
}

static void usable_ranges(void)
{
	begin();
	chosen(NULL);
	build_cells("linux,usable-memory-range", 12, 0, RAM + 64 * MIB, 0, 16 * MIB, 0, RAM + MIB,
		0, 16 * MIB, 0, RAM + 8 * MIB, 0, 16 * MIB);
	build_end();
	boot_claim_build(kernel);
	CHECK_EQ(memblock.memory.cnt, 2);
	CHECK(memblock_is_region_memory(RAM + MIB, 23 * MIB));
	CHECK(memblock_is_region_memory(RAM + 64 * MIB, 16 * MIB));
	CHECK_EQ(memblock_phys_mem_size(), 39 * MIB);
	CHECK_EQ(memory_cut, 256 * MIB - 39 * MIB);
}

static void usable_ranges_without_the_kernel(void)
{
	begin();
	chosen(NULL);
	build_cells("linux,usable-memory-range", 4, 0, RAM + 64 * MIB, 0, 16 * MIB);
	build_end();
	boot_claim_build(kernel);
	CHECK(said("linux,usable-memory-range: the kernel would be left out"));
	CHECK_EQ(memblock_phys_mem_size(), 256 * MIB);
}

static void usable_ranges_that_make_no_sense(void)
{
	begin();
	chosen(NULL);
	build_cells("linux,usable-memory-range", 3, 0, RAM, 0);
	build_end();
	boot_claim_build(kernel);
	CHECK(said("linux,usable-memory-range: no ranges that make sense"));
	CHECK_EQ(memblock_phys_mem_size(), 256 * MIB);
}

static void no_usable_memory(void)
{
	begin();
	chosen("mem=16M@0x1000");
	build_end();
	CHECK_PANICS(boot_claim_build(NULL));
	CHECK(strstr(panic_text, "no memory is left to use"));
}

static void beyond_the_linear_map(void)
{
	begin();
	build_node("memory@4000000000", "memory", NULL);
	build_cells("reg", 4, 0x3f, 0, 2, 0);
	build_end();
	boot_claim_build(kernel);
	/* 255 GiB from 2 GiB on. */
	CHECK_EQ(memblock_end_of_DRAM(), 257 * GIB);
	CHECK_EQ(memory_cut, 3 * GIB);
	CHECK(said("3145728 KiB lie beyond the linear map"));
}

static void no_memory(void)
{
	build_begin_cells(2, 2);
	CHECK_PANICS(boot_claim_build(NULL));
	CHECK(!strcmp(panic_text, "the FDT has no memory: the firmware should have added it"));

	build_begin_cells(2, 2);
	build_node("memory@0", "memory", NULL);
	build_cells("reg", 4, 0, 0, 0, 0);
	build_end();
	CHECK_PANICS(boot_claim_build(NULL));
	CHECK(strstr(panic_text, "the FDT has no memory"));
}

static void ram_at_zero(void)
{
	build_begin_cells(2, 2);
	build_node("memory@0", "memory", NULL);
	build_cells("reg", 4, 0, 0, 0, 16 * MIB);
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(memblock_free_bytes(), 16 * MIB);
	CHECK_EQ(memblock_phys_alloc(16 * MIB - PAGE_SIZE, PAGE_SIZE), PAGE_SIZE);
}

/* ---- The initramfs ---- */

static bool initrd_is_taken(u32 base, u32 end)
{
	begin();
	chosen(NULL);
	build_cells("linux,initrd-start", 1, base);
	build_cells("linux,initrd-end", 1, end);
	build_end();
	boot_claim_build(kernel);
	if (boot_initrd.end)
		return held(base, end - base, "initramfs");
	CHECK(said("initramfs ["));
	CHECK_EQ(memblock_reserved_size(), 0x15000);
	return false;
}

static void initramfs_places(void)
{
	CHECK(initrd_is_taken(RAM + 16 * MIB, RAM + 17 * MIB + 1));
	CHECK(initrd_is_taken(KERNEL_END, KERNEL_END + 1));
	CHECK(!initrd_is_taken(KERNEL_END - 1, KERNEL_END + 1));
	CHECK(said("overlaps kernel init"));
	CHECK(!initrd_is_taken(RAM - 1, RAM + 1));
	CHECK(!initrd_is_taken(RAM + 255 * MIB, RAM + 256 * MIB + 1));
	CHECK(said("overlaps what is not RAM"));
	CHECK(!initrd_is_taken(RAM + 512 * MIB, RAM + 513 * MIB));
	CHECK(!initrd_is_taken(RAM + 2, RAM + 1));
	/* One end without the other. */
	CHECK(!initrd_is_taken(RAM + 16 * MIB, 0));
	CHECK(!initrd_is_taken(0, RAM + 16 * MIB));
	CHECK(!boot_initrd.base && !boot_initrd.end);
}

/* ---- Boards with many ranges ---- */

/* Nobody that the tree names lies in the room, which is RAM. */
static bool room_is_its_own(void)
{
	return memblock_is_region_memory(map_room.base, map_room.size) &&
	       held(map_room.base, map_room.size, "memblock");
}

static void many_areas(u32 count, bool downwards)
{
	char name[16];

	begin();
	build_reserved();
	for (u32 i = 0; i < count; i++) {
		u32 at = downwards ? count - 1 - i : i;

		snprintf(name, sizeof(name), "area@%u", at);
		build_area(name, RAM + 4 * MIB + at * 0x3000, 0x1800);
		if (i % 3 == 0)
			build_flag("no-map");
		build_end();
	}
	build_end();
	boot_claim_build(kernel);
	CHECK_EQ(reserved_areas.count, count);
	for (u32 at = 0; at < count; at++) {
		snprintf(name, sizeof(name), "area@%u", at);
		CHECK(held(RAM + 4 * MIB + at * 0x3000, 0x1800, name));
	}
	CHECK_EQ(map_room.size != 0, count > 16);
	CHECK(!map_room.size || room_is_its_own());
}

static void as_many_areas_as_there_are(void)
{
	static const u32 counts[] = {1, 16, 17, 127, 128, 129, 1000, 5000};

	for (unsigned int i = 0; i < ARRAY_SIZE(counts); i++) {
		many_areas(counts[i], false);
		if (counts[i] <= 1000)
			many_areas(counts[i], true);
	}
}

static void as_much_memory_as_there_is(void)
{
	for (u32 count = 60; count <= 600; count += 60) {
		build_begin_cells(2, 2);
		build_node("memory", "memory", NULL);
		build_cells("reg", 4, 0, RAM, 0, 3 * MIB);
		build_end();
		for (u32 i = 1; i < count; i++) {
			build_node("memory", "memory", NULL);
			build_cells("reg", 4, 0, RAM + i * 4 * MIB, 0, MIB + 0x800);
			build_end();
		}
		boot_claim_build(kernel);
		CHECK_EQ(memblock.memory.cnt, count);
		CHECK_EQ(memblock_phys_mem_size(), 3 * MIB + (count - 1) * (MIB + 0x800));
		CHECK(!map_room.size || room_is_its_own());
	}
}

/* All RAM is named but @hole bytes below the kernel. */
static void begin_with_hole(u32 hole)
{
	begin();
	build_reserved();
	for (u32 i = 0; i < 20; i++) {
		build_area("all", RAM + 4 * MIB, 252 * MIB);
		build_end();
	}
	build_area("near", KERNEL_END, 4 * MIB - 0x215000);
	build_end();
	build_area("low", RAM + hole, 2 * MIB - hole);
	build_end();
	build_end();
}

static void the_only_room_there_is(void)
{
	begin_with_hole(0x40000);
	boot_claim_build(kernel);
	CHECK(room_is_its_own());
	CHECK_EQ(map_room.base, RAM);

	begin_with_hole(0x3000);
	CHECK_PANICS(boot_claim_build(kernel));
	CHECK(strstr(panic_text, "no room"));
}

/* What is told is told once, though the map is read twice. */
static void memblock_debug_reads_again(void)
{
	begin();
	build_reserved();
	build_area("low", RAM + 16 * MIB, 0x2000);
	build_end();
	build_end();
	memblock_debug = true;
	boot_claim_build(kernel);
	memblock_debug = false;
	CHECK_EQ(memblock_phys_mem_size(), 256 * MIB);
	CHECK(held(RAM + 16 * MIB, 0x2000, "low"));
	CHECK_EQ(reserved_areas.count, 1);
}

int main(void)
{
	TEST(the_kernel_by_parts);
	TEST(an_area_where_the_kernel_is);
	TEST(no_map_where_the_kernel_is);
	TEST(ram_that_does_not_hold_the_kernel);
	TEST(areas_of_several_ranges);
	TEST(areas_that_overlap);
	TEST(an_area_that_overlaps_itself);
	TEST(overlaps_are_told_once);
	TEST(no_map_over_another);
	TEST(areas_that_are_off);
	TEST(areas_that_are_not_ram);
	TEST(an_area_over_the_top);
	TEST(placed_anywhere);
	TEST(placed_in_the_first_range_with_room);
	TEST(places_that_there_are_not);
	TEST(wishes_that_make_no_sense);
	TEST(reg_and_size);
	TEST(lent_and_default);
	TEST(not_to_be_lent);
	TEST(users_of_areas);
	TEST(mem_parameters);
	TEST(mem_without_the_tables);
	TEST(usable_ranges);
	TEST(usable_ranges_without_the_kernel);
	TEST(usable_ranges_that_make_no_sense);
	TEST(no_usable_memory);
	TEST(beyond_the_linear_map);
	TEST(no_memory);
	TEST(ram_at_zero);
	TEST(initramfs_places);
	TEST(as_many_areas_as_there_are);
	TEST(as_much_memory_as_there_is);
	TEST(the_only_room_there_is);
	TEST(memblock_debug_reads_again);
	return check_report();
}
