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
	TEST(exhaustion);
	return check_report();
}
