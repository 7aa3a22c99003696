/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's allocations: where a block comes from, and what it costs to fail. */
#include "check.h"
#include "memblock_world.h"

#include <string.h>

#include <arch/page.h>
#include <molt/err.h>

static void alloc_directions(void)
{
	fresh_ram();
	CHECK_EQ(memblock_phys_alloc(3, 1), RAM + 4 * MIB - 3);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + 4 * MIB - 128);
	CHECK_EQ(memblock_phys_alloc(4 * MIB - 128, PAGE_SIZE), RAM);
	CHECK_EQ(memblock_phys_alloc(62, 1), 0);
	CHECK_EQ(memblock_phys_alloc(61, 1), RAM + 4 * MIB - 64);
	CHECK_EQ(memblock_free_bytes(), 0);
	CHECK_EQ(memblock_phys_alloc(1, 1), 0);
	fresh_ram();
	memblock_set_bottom_up(true);
	CHECK(memblock_bottom_up());
	CHECK_EQ(memblock_phys_alloc(3, 1), RAM);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + 64);
	CHECK_EQ(memblock_phys_alloc(4 * MIB - 128, 1), RAM + 128);
	WANT(reserved, {RAM, 3, NONE, ANY}, {RAM + 64, 4 * MIB - 64, NONE, ANY});
}

static void alloc_bounds(void)
{
	fresh_ram();
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + MIB, RAM + 2 * MIB), RAM + 2 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + 8 * MIB, RAM + 9 * MIB), 0);
	CHECK_EQ(memblock_phys_alloc_range(2 * MIB, 1, RAM, RAM + MIB), 0);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + MIB, RAM), 0);
	memblock_set_bottom_up(true);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + MIB, RAM + 2 * MIB), RAM + MIB);
	memblock_set_bottom_up(false);
	memblock_set_current_limit(RAM + 3 * MIB);
	CHECK_EQ(memblock_get_current_limit(), RAM + 3 * MIB);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + 3 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM, RAM + 4 * MIB), RAM + 4 * MIB - 64);
	/* A minimum is dropped, a maximum and the current limit are not. */
	CHECK_EQ(__pa(memblock_alloc_from(64, 64, RAM + 3 * MIB)), RAM + 3 * MIB - 128);
	CHECK_EQ(__pa(memblock_alloc_try_nid(64, 64, 0, RAM + 4 * MIB, ANY)), RAM + 3 * MIB - 192);
	CHECK_EQ(__pa(memblock_alloc_try_nid(64, 64, RAM, RAM + MIB, ANY)), RAM + MIB - 64);
	CHECK(!memblock_alloc_try_nid(64, 64, 0, RAM, ANY));
	memblock_set_current_limit(RAM + 64);
	CHECK(!memblock_alloc(65, 1));
	CHECK(memblock_alloc_low(64, 1) == arena);
}

static void alloc_low_memory(void)
{
	fresh();
	memblock_add(0, 0x3000);
	memblock_add(4 * GIB, GIB);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 5 * GIB - 0x1000);
	memblock_set_current_limit(0x3000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 0x2000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 0x1000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 0);
	memblock_set_bottom_up(true);
	memblock_phys_free(0, 0x3000);
	CHECK_EQ(memblock_phys_alloc(0x2001, 1), 0);
	CHECK_EQ(memblock_phys_alloc(0x2000, 1), 0x1000);
}

static void alloc_clears(void)
{
	unsigned char *p;

	fresh_ram();
	p = memblock_alloc(100, 4);
	CHECK(p && p[-1] == 0x5a && !p[0] && !p[99]);
	p = memblock_alloc_raw(100, 4);
	CHECK(p && p[0] == 0x5a && p[99] == 0x5a);
	p = memblock_alloc_node(8, 8, 0);
	CHECK(p && !p[7]);
	p = memblock_alloc_try_nid_raw(8, 8, 0, MEMBLOCK_ALLOC_ACCESSIBLE, 0);
	CHECK(p && p[7] == 0x5a);
	memblock_free(p, 8);
	CHECK(!memblock_is_reserved(__pa(p)) && p[0] == 0x5a);
	printk_count = 0;
	CHECK(IS_ALIGNED((unsigned long)memblock_alloc(1, 0), SMP_CACHE_BYTES));
	CHECK_EQ(printk_count, 1);
	CHECK(strstr(printk_text, "memblock_alloc()"));
	CHECK(IS_ALIGNED(memblock_phys_alloc(1, 0), SMP_CACHE_BYTES));
	CHECK_EQ(printk_count, 2);
}

static void alloc_nodes(void)
{
	void *p;

	fresh_ram();
	memblock_set_node(RAM, 2 * MIB, memory, 0);
	memblock_set_node(RAM + 2 * MIB, 2 * MIB, memory, 1);
	if (!IS_ENABLED(CONFIG_NUMA)) {
		/* Everything is node 0; what asks for another falls back or fails. */
		CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 0), RAM + 4 * MIB - 64);
		CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 7), RAM + 4 * MIB - 128);
		CHECK(!memblock_alloc_exact_nid_raw(64, 64, 0, 0, 7));
		return;
	}
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 0), RAM + 2 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 1), RAM + 4 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 7), RAM + 4 * MIB - 128);
	CHECK_EQ(memblock_alloc_range_nid(MIB, 1, 0, 0, 0, true), RAM + MIB - 64);
	CHECK_EQ(memblock_alloc_range_nid(MIB, 1, 0, 0, 0, true), 0);
	CHECK_EQ(memblock_alloc_range_nid(MIB, 1, 0, 0, 0, false), RAM + 3 * MIB - 128);
	/* The node counts for more than the minimum, when the minimum is dropped at all. */
	p = memblock_alloc_try_nid(64, 64, RAM + 2 * MIB, RAM + 4 * MIB, 0);
	CHECK_EQ(__pa(p), RAM + 3 * MIB - 192);
	p = memblock_alloc_exact_nid_raw(64, 64, RAM + 2 * MIB, RAM + 4 * MIB, 0);
	CHECK_EQ(__pa(p), RAM + MIB - 128);
	CHECK(!memblock_alloc_exact_nid_raw(64, 64, 0, 0, 7));
	CHECK_EQ(__pa(memblock_alloc_node(64, 64, 1)), RAM + 3 * MIB - 256);
}

static void alloc_flags(void)
{
	fresh_ram();
	memblock_mark_mirror(RAM + MIB, MIB);
	CHECK_EQ(memblock_phys_alloc(MIB, MIB), RAM + MIB);
	printk_count = 0;
	CHECK_EQ(memblock_phys_alloc(MIB, MIB), RAM + 3 * MIB);
	CHECK_EQ(printk_count, 1);
	/* Mirrored memory of another node goes before memory that is not mirrored. */
	memblock_phys_free(RAM, 4 * MIB);
	memblock_set_node(RAM, 2 * MIB, memory, 1);
	memblock_set_node(RAM + 2 * MIB, 2 * MIB, memory, 0);
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 0), RAM + 2 * MIB - 64);
	fresh_ram();
	memblock_mark_nomap(RAM + MIB, 3 * MIB);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + MIB - 64);
	CHECK_EQ(memblock_phys_alloc(2 * MIB, 64), 0);
	memblock_add_node(RAM + 4 * MIB, MIB, ANY, MEMBLOCK_DRIVER_MANAGED);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + MIB - 128);
	fresh_ram();
	memblock_mark_hotplug(RAM + MIB, 3 * MIB);
	CHECK_EQ(memblock_phys_alloc(64, 64),
		movable_node_is_enabled() ? RAM + MIB - 64 : RAM + 4 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc(2 * MIB, MIB), movable_node_is_enabled() ? 0 : RAM + MIB);
}

/*
 * RAM is [RAM, RAM + 1 MiB), less what is taken, in KiB from RAM; the rest of the row is
 * asked of memblock_phys_alloc_range(), and where the answer is in each direction. -1: none.
 */
static void alloc_places(void)
{
	static const struct {
		long taken, taken_end;
		unsigned long size, align;
		long start, end;
		long down, up;
	} cases[] = {
		{0, 0, 4, 1, 0, 1024, 1020, 0},
		{0, 0, 1024, 1, 0, 1024, 0, 0},
		{0, 0, 1025, 1, 0, 1024, -1, -1},
		{0, 0, 1024, 1024, 0, 1024, 0, 0},
		{0, 0, 4, 2048, 0, 1024, 0, 0},
		{4, 8, 4, 2048, 0, 1024, 0, 0},
		{0, 4, 4, 2048, 0, 1024, -1, -1},     /* the only multiple is taken */
		{0, 1020, 4, 4, 0, 1024, 1020, 1020}, /* what is left fits */
		{4, 1024, 4, 4, 0, 1024, 0, 0},
		{4, 1020, 4, 4, 0, 1024, 1020, 0},
		{4, 1020, 5, 1, 0, 1024, -1, -1},
		{512, 516, 510, 1, 0, 1024, 2, 0}, /* above is too small */
		{512, 516, 4, 512, 0, 1024, 0, 0},
		{100, 200, 4, 4, 96, 204, 200, 96}, /* bounds about what is taken */
		{100, 200, 4, 4, 97, 204, 200, 200},
		{100, 200, 4, 4, 96, 203, 96, 96},
		{100, 200, 4, 4, 97, 203, -1, -1},
		{0, 0, 4, 4, 512, 516, 512, 512},
		{0, 0, 4, 4, 512, 515, -1, -1},
		{0, 0, 4, 8, 515, 524, 516 + 4, 520}, /* aligned within the bounds */
		{0, 0, 4, 1, -100, 4, 0, 0},
		{0, 0, 4, 1, -100, 0, -1, -1},
		{0, 0, 4, 1, 1024, 2000, -1, -1},
		{0, 0, 4, 1, 1020, 2000, 1020, 1020},
	};

	for (unsigned long i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		unsigned long n = i / 2;
		long want = i % 2 ? cases[n].up : cases[n].down;
		phys_addr_t got;

		fresh();
		memblock_add(RAM, MIB);
		memblock_reserve_owner(
			RAM + cases[n].taken * KIB, (cases[n].taken_end - cases[n].taken) * KIB, 1);
		memblock_set_bottom_up(i % 2);
		got = memblock_phys_alloc_range(cases[n].size * KIB, cases[n].align * KIB,
			RAM + cases[n].start * KIB, RAM + cases[n].end * KIB);
		CHECK_EQ(got, want < 0 ? 0 : RAM + want * KIB);
		CHECK_EQ(memblock_owner_bytes(0), want < 0 ? 0 : cases[n].size * KIB);
	}
}

/* Neighbours that differ are not one block, even where both are free. */
static void alloc_within_one_entry(void)
{
	for (int up = 0; up < 2; up++) {
		fresh();
		memblock_add_node(RAM, MIB, 0, NONE);
		memblock_add_node(RAM + MIB, MIB, 0, MEMBLOCK_HOTPLUG);
		memblock_set_bottom_up(up);
		CHECK_EQ(memblock_phys_alloc(MIB + 1, 1), 0);
		CHECK_EQ(memblock_phys_alloc(MIB, 1),
			up || movable_node_is_enabled() ? RAM : RAM + MIB);
	}
}

static void alloc_at_the_top(void)
{
	fresh();
	memblock_add(TOP - 200, TOP);
	CHECK_EQ(memblock_phys_alloc_range(8, 8, TOP - 200, TOP), TOP - 15);
	CHECK_EQ(memblock_phys_alloc(TOP, 1), 0);
	memblock_set_bottom_up(true);
	CHECK_EQ(memblock_phys_alloc(TOP, 1), 0);
	CHECK_EQ(memblock_phys_alloc(8, 8), TOP - 199);
	/* The next multiple of 4 GiB above would be 0. */
	CHECK_EQ(memblock_phys_alloc(8, 4 * GIB), 0);
}

/* A minimum is dropped last: after the node, and after memory that is mirrored. */
static void alloc_minimum_dropped_last(void)
{
	phys_addr_t low = RAM + 2 * MIB;

	fresh_ram();
	memblock_set_node(RAM, 2 * MIB, memory, 1);
	memblock_mark_mirror(RAM, 2 * MIB);
	CHECK_EQ(__pa(memblock_alloc_try_nid_raw(64, 64, low, 0, 1)), RAM + ARENA_SIZE - 64);
	CHECK_EQ(__pa(memblock_alloc_from(64, 64, low)), RAM + ARENA_SIZE - 128);
	CHECK_EQ(__pa(memblock_alloc_from(64, 64, RAM + ARENA_SIZE)), low - 64);
	if (NUMA)
		CHECK_EQ(__pa(memblock_alloc_exact_nid_raw(64, 64, low, 0, 1)), low - 128);
	/* memblock_phys_alloc_range() drops nothing. */
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + ARENA_SIZE, TOP), 0);
	/* The minimum goes, the maximum stays. */
	CHECK(!memblock_alloc_try_nid_raw(64, 64, RAM, RAM, ANY));
	CHECK_EQ(__pa(memblock_alloc_try_nid_raw(64, 64, low, RAM + 64, ANY)), RAM);
}

static void exhaustion(void)
{
	const struct snapshot *s;

	fresh_ram();
	memblock_reserve(RAM, 4 * MIB - 100);
	s = take_snapshot();
	CHECK_EQ(memblock_phys_alloc(101, 1), 0);
	CHECK_EQ(memblock_phys_alloc(TOP, 1), 0);
	CHECK_EQ(memblock_phys_alloc_range(1, 1, RAM, RAM + 4 * MIB - 100), 0);
	CHECK_EQ(memblock_phys_alloc_try_nid(101, 1, 0), 0);
	CHECK(!memblock_alloc(101, 1) && !memblock_alloc_raw(101, 1) &&
		!memblock_alloc_from(101, 1, RAM) && !memblock_alloc_low(101, 1));
	CHECK(unchanged(s));
}

int main(void)
{
	TEST(alloc_directions);
	TEST(alloc_bounds);
	TEST(alloc_low_memory);
	TEST(alloc_clears);
	TEST(alloc_nodes);
	TEST(alloc_flags);
	TEST(alloc_places);
	TEST(alloc_within_one_entry);
	TEST(alloc_at_the_top);
	TEST(alloc_minimum_dropped_last);
	TEST(exhaustion);
	return check_report();
}
