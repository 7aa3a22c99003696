/* SPDX-License-Identifier: BSD-2-Clause */
/* Corners of the firmware map that a fuzzer came to first (test/fuzz). */
#include "../../mm/map_internal.h"
#include "check.h"
#include "fdt_build.h"

#include <arch/page.h>
#include <libfdt.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <string.h>

#define MIB 0x100000UL
#define RAM 0x80000000UL

/* A root of two cells each, and one node of RAM. */
static void begin(u64 base, u64 size)
{
	build_begin_cells(2, 2);
	build_memory(base, size);
}

/* It bounds nothing, and was looked for again and again. */
static void a_usable_range_of_no_size(void)
{
	begin(RAM, 128 * MIB);
	build_node("chosen", NULL, NULL);
	build_cells(
		"linux,usable-memory-range", 8, 0, RAM + 2 * MIB, 0, 0, 0, RAM + 4 * MIB, 0, MIB);
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(memblock_phys_mem_size(), MIB);
	CHECK_EQ(memblock_start_of_DRAM(), RAM + 4 * MIB);
}

static void as_many_usable_ranges_as_there_may_be(void)
{
	for (u32 count = USABLE_MAX; count <= USABLE_MAX + 1; count++) {
		fdt32_t cells[4 * (USABLE_MAX + 1)] = {0};

		begin(RAM, 128 * MIB);
		build_node("chosen", NULL, NULL);
		for (u32 i = 0; i < count; i++) {
			cells[4 * i + 1] = cpu_to_fdt32((u32)RAM + 2 * i * (u32)MIB);
			cells[4 * i + 3] = cpu_to_fdt32((u32)MIB);
		}
		fdt_property(build, "linux,usable-memory-range", cells, (int)count * 16);
		build_end();
		boot_claim_build(NULL);
		CHECK_EQ(memblock_phys_mem_size(), (count == USABLE_MAX ? USABLE_MAX : 128) * MIB);
		CHECK_EQ(said("more ranges than boot can hold"), count > USABLE_MAX);
	}
}

/* A range that begins within the last page of all has no page for tables. */
static void room_in_the_last_page(void)
{
	begin(RAM, 128 * MIB);
	for (u32 i = 0; i < 200; i++) {
		build_node("memory", "memory", NULL);
		build_cells("reg", 4, 0xffffffff, 0xfffffe00 + i, 0xffffffff, 0xffffffff);
		build_end();
	}
	boot_claim_build(NULL);
	CHECK(map_room.size && map_room.base >= RAM);
	CHECK(memblock_is_region_memory(map_room.base, map_room.size));
}

/* The rest of its last page would be free, and not mapped. */
static void a_place_that_is_not_mapped_takes_whole_pages(void)
{
	begin(RAM, 128 * MIB);
	build_reserved();
	build_node("secure", NULL, NULL);
	build_cells("size", 2, 0, 0x1001);
	build_flag("no-map");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(reserved_areas.areas[0].size, 0x2000);
	CHECK_EQ(memblock_reserved_size(), 0x2000);
	CHECK_EQ(memblock_free_bytes(), 128 * MIB - 0x2000);
}

static void nothing_is_to_be_mapped(void)
{
	begin(RAM, 128 * MIB);
	build_reserved();
	build_node("secure", NULL, NULL);
	build_cells("reg", 4, 0, 0, 0xffffffff, 0xffffffff);
	build_flag("no-map");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK(memblock_is_nomap(&memblock.memory.regions[0]));
	CHECK_EQ(memblock_free_bytes(), 0);
}

/* Reserved as it is, and not the page around it. */
static void ram_within_the_last_page(void)
{
	begin(0xfffffffffffff800, 0x700);
	boot_claim_build(NULL);
	CHECK_EQ(memblock.reserved.cnt, 1);
	CHECK_EQ(memblock.reserved.regions[0].base, 0xfffffffffffff800);
	CHECK_EQ(memblock.reserved.regions[0].size, 0x700);
}

/* The end of the last block of all is no address. */
static void two_nodes_in_the_last_block(void)
{
	begin(0xffffffffffe00000, 0x1000);
	build_node("memory", "memory", NULL);
	build_cells("reg", 4, 0xffffffff, 0xffe01000, 0, 0x1000);
	build_cells("numa-node-id", 1, 1);
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(memblock_free_bytes(), 0x1000);
	CHECK_EQ(memblock.reserved.regions[0].base, 0xffffffffffe01000);
	CHECK_EQ(memblock_region_owner(&memblock.reserved.regions[0]), OWNER_UNUSABLE);
}

/* The first is whole blocks, but what is lent is all that the area has. */
static void a_second_range_that_cannot_be_lent(void)
{
	begin(RAM, 128 * MIB);
	build_reserved();
	build_node("pool", NULL, NULL);
	build_cells("reg", 8, 0, RAM + 4 * MIB, 0, 2 * MIB, 0, RAM + 8 * MIB, 0, 0x1000);
	build_flag("reusable");
	build_end();
	build_end();
	boot_claim_build(NULL);
	CHECK_EQ(reserved_areas.areas[0].owner, OWNER_RESERVED);
	CHECK(said("pool: reusable"));
}

/* What cannot be read is not handed on. */
static void an_initramfs_beside_what_is_not_mapped(void)
{
	begin(RAM, 128 * MIB);
	build_reserved();
	build_node("secure", NULL, NULL);
	build_cells("reg", 4, 0, RAM + MIB + 0x800, 0, 0x1000);
	build_flag("no-map");
	build_end();
	build_end();
	build_node("chosen", NULL, NULL);
	build_cells("linux,initrd-start", 1, RAM + MIB - 0x1000);
	build_cells("linux,initrd-end", 1, RAM + MIB + 0x800);
	build_end();
	boot_claim_build(NULL);
	CHECK(said("a page that is not mapped"));
	CHECK_EQ(boot_initrd.end, 0);
}

/* @count areas of @size from @base on, one each @step, in descending order if @down. */
static void many_areas(u32 count, u64 base, u32 step, u32 size, bool down)
{
	for (u32 i = 0; i < count; i++) {
		u64 at = base + (u64)step * (down ? count - 1 - i : i);
		char name[24];

		snprintf(name, sizeof(name), "area@%lx", at);
		build_node(name, NULL, NULL);
		build_cells("reg", 4, (u32)(at >> 32), (u32)at, 0, size);
		build_end();
	}
}

/* Each look for room would get past one of them. */
static void room_among_ranges_in_descending_order(void)
{
	begin(RAM, 2048 * MIB);
	build_reserved();
	many_areas(1500, RAM, MIB + 0x10000, MIB, true);
	build_end();
	boot_claim_build(NULL);
	CHECK(map_room.size > 0x10000);
	CHECK_EQ(memblock_owner_bytes(OWNER_MEMBLOCK), map_room.size);
	CHECK(memblock_is_region_memory(map_room.base, map_room.size));
}

static const struct kernel_part kernel[] = {
	{RAM + 2 * MIB, 0x20000, OWNER_TEXT},
	{0},
};

/* All above the kernel is taken, but for RAM that the linear map cannot reach. */
static void room_beyond_the_linear_map(void)
{
	begin(RAM, 8 * MIB);
	build_node("memory@far", "memory", NULL);
	build_cells("reg", 4, 0x50, 0, 0, MIB);
	build_end();
	build_reserved();
	many_areas(1, RAM + 2 * MIB, 0, 6 * MIB, false);
	many_areas(200, 2 * RAM, 0x1000, 0x800, false);
	build_end();
	boot_claim_build(kernel);
	CHECK(map_room.size && map_room.base < RAM + 2 * MIB);
	CHECK(memblock_is_region_memory(map_room.base, map_room.size));
}

/* The first node's word counts, and its memory is not mapped: but for the tables. */
static void room_in_memory_that_two_nodes_name(void)
{
	build_begin_cells(2, 2);
	build_node("memory@1", "memory", NULL);
	build_cells("reg", 4, 0, (u32)RAM, 0, 128 * MIB);
	build_flag("hotpluggable");
	build_end();
	build_node("memory@2", "memory", NULL);
	build_cells("reg", 4, 0, (u32)RAM, 0, 128 * MIB);
	build_end();
	build_reserved();
	many_areas(200, RAM + 2 * MIB, 0x10000, 0x10000, false);
	build_end();
	boot_claim_build(kernel);
	CHECK(map_room.size && map_room.base > RAM + 4 * MIB);
	for (unsigned long i = 0; i < memblock.memory.cnt; i++) {
		const struct memblock_region *region = &memblock.memory.regions[i];

		if (region->base < map_room.base + map_room.size &&
			region->base + region->size > map_room.base)
			CHECK(!memblock_is_hotpluggable(region));
	}
}

/* The block that has the tables is boot's, the rest is not. */
static void room_where_all_is_hotpluggable(void)
{
	build_begin_cells(2, 2);
	build_node("memory", "memory", NULL);
	build_cells("reg", 4, 0, (u32)RAM, 0, 128 * MIB);
	build_flag("hotpluggable");
	build_end();
	build_reserved();
	many_areas(200, RAM + 64 * MIB, 0x2000, 0x1000, false);
	build_end();
	boot_claim_build(kernel);
	CHECK(map_room.size > 0);
	CHECK(memblock_is_region_memory(map_room.base, map_room.size));
	for (unsigned long i = 0; i < memblock.memory.cnt; i++) {
		const struct memblock_region *region = &memblock.memory.regions[i];

		CHECK_EQ(memblock_is_hotpluggable(region), region->base >= RAM + 4 * MIB);
	}
}

int main(void)
{
	TEST(a_usable_range_of_no_size);
	TEST(as_many_usable_ranges_as_there_may_be);
	TEST(room_in_the_last_page);
	TEST(a_place_that_is_not_mapped_takes_whole_pages);
	TEST(nothing_is_to_be_mapped);
	TEST(ram_within_the_last_page);
	TEST(two_nodes_in_the_last_block);
	TEST(a_second_range_that_cannot_be_lent);
	TEST(an_initramfs_beside_what_is_not_mapped);
	TEST(room_among_ranges_in_descending_order);
	TEST(room_beyond_the_linear_map);
	TEST(room_in_memory_that_two_nodes_name);
	TEST(room_where_all_is_hotpluggable);
	boot_forget();
	return check_report();
}
