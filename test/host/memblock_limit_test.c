/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's limits: the lowest bytes, a range, whole pages. */
#include "check.h"
#include "memblock_world.h"

#include <arch/page.h>

static void limits(void)
{
	fresh();
	memblock_cap_memory_range(0, 100);
	WANT_EMPTY(memory);
	memblock_add(100, 100);
	memblock_add_node(300, 100, ANY, MEMBLOCK_NOMAP);
	memblock_add(500, 100);
	memblock_reserve(50, 20);
	memblock_reserve(150, 400);
	memblock_enforce_memory_limit(1000);
	memblock_enforce_memory_limit(300);
	CHECK_EQ(memory->total_size, 300);
	memblock_enforce_memory_limit(250);
	WANT(memory, {100, 100, NONE, ANY}, {300, 100, MEMBLOCK_NOMAP, ANY}, {500, 50, NONE, ANY});
	WANT(reserved, {50, 20, NONE, ANY}, {150, 400, NONE, ANY});
	memblock_mem_limit_remove_map(50);
	WANT(memory, {100, 50, NONE, ANY}, {300, 100, MEMBLOCK_NOMAP, ANY});
	WANT(reserved, {50, 20, NONE, ANY});
	memblock_enforce_memory_limit(50);
	WANT(memory, {100, 50, NONE, ANY});
}

static void caps(void)
{
	fresh();
	memblock_add(100, 100);
	memblock_add_node(200, 100, ANY, MEMBLOCK_NOMAP);
	memblock_add(300, 100);
	memblock_reserve(0, 400);
	memblock_cap_memory_range(150, 100);
	WANT(memory, {150, 50, NONE, ANY}, {200, 100, MEMBLOCK_NOMAP, ANY});
	WANT(reserved, {150, 100, NONE, ANY});
	memblock_cap_memory_range(600, TOP);
	WANT(memory, {200, 100, MEMBLOCK_NOMAP, ANY});
	WANT_EMPTY(reserved);
}

static void trims(void)
{
	fresh();
	memblock_add(0x1000, 0x1000);
	memblock_add(0x2800, 0x900);
	memblock_add(0x3200, 0x100);
	memblock_add_node(0x3f00, 0x1000, ANY, MEMBLOCK_NOMAP);
	memblock_add(0x4f00, 0x2200);
	memblock_trim_memory(0x1000);
	WANT(memory, {0x1000, 0x1000, NONE, ANY}, {0x5000, 0x2000, NONE, ANY});
}

static void trims_at_the_ends(void)
{
	fresh();
	memblock_add(0, 0x1800);
	memblock_add(TOP - 0x1800, TOP);
	memblock_trim_memory(0x1000);
	/* The last page is cut short by the top. */
	WANT(memory, {0, 0x1000, NONE, ANY});
	memblock_add(TOP - 0x1800, TOP);
	memblock_trim_memory(1);
	WANT(memory, {0, 0x1000, NONE, ANY}, {TOP - 0x1800, 0x1800, NONE, ANY});
	memblock_trim_memory(GIB);
	WANT_EMPTY(memory);
}

/* Where the lowest @limit bytes end, byte by byte about each edge. */
static void limits_at_edges(void)
{
	static const struct {
		phys_addr_t limit, total, end, taken;
	} cases[] = {
		{1, 1, 101, 1},
		{99, 99, 199, 99},
		{100, 100, 200, 100}, /* all of the first entry */
		{101, 101, 301, 201},
		{199, 199, 399, 299},
		{200, 200, 400, 300}, /* all there is: reservations above it go */
		{201, 200, 400, 400}, /* more than there is: nothing happens */
		{TOP, 200, 400, 400},
		{0, 200, 400, 400},
	};

	for (unsigned long i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		unsigned long n = i / 2;

		fresh();
		memblock_add(100, 100);
		memblock_add(300, 100);
		memblock_reserve(100, 400);
		if (i % 2)
			memblock_enforce_memory_limit(cases[n].limit);
		else
			memblock_mem_limit_remove_map(cases[n].limit);
		CHECK_EQ(memblock_phys_mem_size(), cases[n].total);
		CHECK_EQ(memblock_end_of_DRAM(), cases[n].end);
		CHECK_EQ(memblock_reserved_size(), cases[n].taken);
	}
}

/* A limit needs no entry, so a full table obeys it too. */
static void limits_of_full_tables(void)
{
	fresh();
	CHECK(fill(memory, RAM, 128));
	CHECK(fill(reserved, RAM, 128));
	memblock_cap_memory_range(RAM + 64, 126 * FILL_STEP);
	CHECK_EQ(memory->cnt, 127);
	CHECK_EQ(reserved->cnt, 127);
	CHECK_EQ(memory->total_size, 126 * 0x1000);
	memblock_enforce_memory_limit(0x1000);
	WANT(memory, {RAM + 64, 0x1000 - 64, NONE, ANY}, {RAM + FILL_STEP, 64, NONE, ANY});
	WANT(reserved, {RAM + 64, 0x1000 - 64, NONE, ANY}, {RAM + FILL_STEP, 64, NONE, ANY});
}

/* NOMAP RAM stays whole, wherever the edges of the range cut it; nothing else does. */
static void caps_spare_nomap(void)
{
	fresh();
	printk_count = 0;
	memblock_cap_memory_range(0, 100);
	CHECK_EQ(printk_count, 1);
	memblock_add_node(100, 100, 0, MEMBLOCK_NOMAP);
	memblock_add_node(200, 100, 0, MEMBLOCK_HOTPLUG);
	memblock_add_node(300, 100, 0, MEMBLOCK_MIRROR | MEMBLOCK_NOMAP);
	memblock_add_node(500, 100, 1, MEMBLOCK_DRIVER_MANAGED);
	memblock_reserve_owner(0, 700, 3);
	memblock_cap_memory_range(150, 200);
	WANT(memory, {100, 100, MEMBLOCK_NOMAP, 0}, {200, 100, MEMBLOCK_HOTPLUG, 0},
		{300, 100, MEMBLOCK_MIRROR | MEMBLOCK_NOMAP, 0});
	WANT(reserved, {150, 200, MEMBLOCK_OWNER(3), ANY});
	memblock_cap_memory_range(250, TOP);
	CHECK_EQ(memory->cnt, 3);
	CHECK_EQ(memory->regions[1].base, 250);
	memblock_mem_limit_remove_map(100);
	WANT(memory, {100, 100, MEMBLOCK_NOMAP, 0},
		{300, 100, MEMBLOCK_MIRROR | MEMBLOCK_NOMAP, 0});
	WANT_EMPTY(reserved);
}

int main(void)
{
	TEST(limits);
	TEST(caps);
	TEST(trims);
	TEST(trims_at_the_ends);
	TEST(limits_at_edges);
	TEST(limits_of_full_tables);
	TEST(caps_spare_nomap);
	return check_report();
}
