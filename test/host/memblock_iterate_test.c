/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's queries and iterators. */
#include "check.h"
#include "memblock_world.h"

#include <arch/page.h>

static void queries(void)
{
	unsigned long start = 1, end = 1;

	fresh();
	memblock_add_node(0x1800, 0x2000, 0, NONE);
	memblock_add_node(0x5000, 0x1000, 1, NONE);
	memblock_reserve(0x2000, 0x100);
	CHECK(!memblock_is_map_memory(0x17ff) && memblock_is_map_memory(0x1800));
	CHECK(!memblock_is_memory(0x17ff) && memblock_is_memory(0x1800));
	CHECK(memblock_is_memory(0x37ff) && !memblock_is_memory(0x3800));
	CHECK(memblock_is_reserved(0x20ff) && !memblock_is_reserved(0x2100));
	CHECK(memblock_is_region_memory(0x1800, 0x2000));
	CHECK(!memblock_is_region_memory(0x1800, 0x2001));
	CHECK(!memblock_is_region_memory(0x1700, 0x10));
	CHECK(memblock_is_region_reserved(0x1000, 0x1001));
	CHECK(!memblock_is_region_reserved(0x1000, 0x1000));
	CHECK(!memblock_is_region_reserved(0x2100, 0x1000));
	CHECK(memblock_overlaps_region(memory, 0x3000, 0x9000));
	CHECK(!memblock_overlaps_region(memory, 0x3800, 0x1800));
	CHECK_EQ(memblock_start_of_DRAM(), 0x1800);
	CHECK_EQ(memblock_end_of_DRAM(), 0x6000);
	CHECK_EQ(memblock_phys_mem_size(), 0x3000);
	CHECK_EQ(memblock_reserved_size(), 0x100);
	CHECK_EQ(memblock_free_bytes(), 0x2f00);
	CHECK_EQ(memblock_search_pfn_nid(4, &start, &end), ANY);
	CHECK_EQ(start, 1);
	CHECK_EQ(memblock_search_pfn_nid(~0UL, &start, &end), ANY);
	CHECK_EQ(memblock_search_pfn_nid(5, &start, &end), IS_ENABLED(CONFIG_NUMA) ? 1 : 0);
	CHECK(start == 5 && end == 6);
	CHECK_EQ(memblock_search_pfn_nid(2, &start, &end), 0);
	CHECK(start == 1 && end == 3);
	memblock_mark_nomap(0x5000, 0x800);
	CHECK(memblock_is_memory(0x57ff) && !memblock_is_map_memory(0x57ff));
	CHECK(memblock_is_map_memory(0x5800));
}

static void iterators_of_one_set(void)
{
	struct memblock_region *r;
	phys_addr_t start, end, digits = 0;
	long n = 0;
	u64 i;

	fresh();
	memblock_add(0x1000, 0x3000);
	memblock_add_node(0x4000, 0x1000, ANY, MEMBLOCK_NOMAP);
	memblock_add_node(0x5000, 0x1000, ANY, MEMBLOCK_DRIVER_MANAGED);
	memblock_add_node(0x6000, 0x1000, ANY, MEMBLOCK_HOTPLUG);
	for_each_mem_range(i, &start, &end)
		digits = digits * 16 + (start >> 12);
	/* Movable nodes hide HOTPLUG memory only from those who ask for free memory. */
	CHECK_EQ(digits, 0x156);
	digits = 0;
	for_each_mem_range_rev(i, &start, &end)
		digits = digits * 16 + (end >> 12);
	CHECK_EQ(digits, 0x764);
	memblock_reserve(0x1000, 0x100);
	memblock_reserve_owner(0x1100, 0x100, 1);
	digits = 0;
	for_each_reserved_mem_range(i, &start, &end)
		digits = digits * 256 + (start >> 8);
	CHECK_EQ(digits, 0x1011);
	for_each_mem_region(r)
		n += r->size;
	for_each_reserved_mem_region(r)
		n -= r->size;
	CHECK_EQ(n, 0x5e00);
}

static void iterators_of_free_memory(void)
{
	unsigned long hotplug = movable_node_is_enabled() ? 0 : 0x1000;
	phys_addr_t start, end, sum = 0;
	int n = 0, nid;
	u64 i;

	fresh();
	memblock_add(0x1000, 0x3000);
	memblock_add_node(0x4000, 0x1000, ANY, MEMBLOCK_NOMAP);
	memblock_add_node(0x5000, 0x1000, ANY, MEMBLOCK_DRIVER_MANAGED);
	memblock_add_node(0x6000, 0x1000, ANY, MEMBLOCK_HOTPLUG);
	/* From before RAM on, two owners that touch, and across the end of an entry. */
	memblock_reserve(0x800, 0x900);
	memblock_reserve_owner(0x2000, 0x80, 1);
	memblock_reserve_owner(0x2080, 0x80, 2);
	memblock_reserve(0x3f00, 0x2000);
	for_each_free_mem_range(i, ANY, NONE, &start, &end, &nid) {
		CHECK(start < end && !memblock_is_region_reserved(start, end - start));
		sum += end - start;
		n++;
	}
	CHECK_EQ(n, hotplug ? 3 : 2);
	CHECK_EQ(sum, 0xf00 + 0x1e00 + hotplug);
	CHECK_EQ(memblock_free_bytes(), sum);
	for_each_free_mem_range_reverse(i, ANY, NONE, &start, &end, NULL) {
		sum -= end - start;
		n--;
	}
	CHECK(!n && !sum);
	for_each_free_mem_range(i, ANY, MEMBLOCK_NOMAP | MEMBLOCK_HOTPLUG, NULL, &end, NULL)
		n++;
	CHECK_EQ(n, 3);
	for_each_free_mem_range(i, ANY, MEMBLOCK_MIRROR, &start, NULL, NULL)
		n++;
	CHECK_EQ(n, 3);
}

static void iterators_of_pages(void)
{
	unsigned long pfn, end, digits = 0, n = 0;
	int i, nid;

	fresh();
	memblock_add_node(0x1800, 0x2000, 0, NONE);
	memblock_add_node(0x3900, 0x800, 0, NONE);
	memblock_add_node(0x5000, 0x1000, 1, NONE);
	memblock_add_node(0x7000, 0x1000, 0, NONE);
	/* No whole page: rounding this up must not wrap. */
	memblock_add_node(TOP - 0x800, 0x1000, 0, NONE);
	for_each_mem_pfn_range(i, ANY, &pfn, &end, &nid)
		digits = digits * 256 + (pfn & 15) * 16 + (end & 15);
	CHECK_EQ(digits, 0x235678);
	for_each_mem_pfn_range(i, 1, &pfn, &end, NULL)
		n++;
	CHECK_EQ(n, IS_ENABLED(CONFIG_NUMA) ? 1 : 0);
	fresh();
	memblock_add(TOP - 0x4000, TOP);
	for_each_mem_pfn_range(i, ANY, &pfn, &end, NULL)
		CHECK_EQ(end - pfn, 3);
}

/* Every flag, alone and with each other flag, under every flag that can be asked for. */
static void iterators_by_flags(void)
{
	for (unsigned flags = 0; flags < 16; flags++) {
		for (unsigned asked = 0; asked < 16; asked++) {
			bool shown = (flags & asked & MEMBLOCK_NOMAP) == (flags & MEMBLOCK_NOMAP);
			phys_addr_t end;
			u64 i;
			int n = 0;

			if (flags & MEMBLOCK_DRIVER_MANAGED && !(asked & MEMBLOCK_DRIVER_MANAGED))
				shown = false;
			if (asked & MEMBLOCK_MIRROR && !(flags & MEMBLOCK_MIRROR))
				shown = false;
			if (movable_node_is_enabled() && flags & MEMBLOCK_HOTPLUG &&
				!(asked & MEMBLOCK_HOTPLUG))
				shown = false;
			fresh();
			memblock_add_node(0x1000, 0x1000, 0, flags);
			for_each_free_mem_range(i, ANY, asked, NULL, NULL, NULL)
				n++;
			for_each_free_mem_range_reverse(i, ANY, asked, NULL, &end, NULL)
				n += end == 0x2000;
			CHECK_EQ(n, shown ? 2 : 0);
		}
	}
}

static void iterators_by_node(void)
{
	static const struct {
		int asked;
		unsigned digits; /* where the ranges that are visited begin */
	} cases[] = {
		{ANY, 0x1234}, {0, NUMA ? 0x2 : 0x1234}, {1, NUMA ? 0x3 : 0}, {2, NUMA ? 0x4 : 0}};

	fresh();
	memblock_add(0x1000, 0x800);
	for (int nid = 0; nid < 3; nid++)
		memblock_add_node(0x2000 + 0x1000 * nid, 0x800, nid, NONE);
	for (unsigned long n = 0; n < ARRAY_SIZE(cases); n++) {
		unsigned up = 0, down = 0, power = 1;
		phys_addr_t start;
		int nid;
		u64 i;

		for_each_free_mem_range(i, cases[n].asked, NONE, &start, NULL, &nid) {
			up = up * 16 + (start >> 12);
			CHECK_EQ(nid, NUMA ? (int)(start >> 12) - 2 : 0);
		}
		for_each_free_mem_range_reverse(i, cases[n].asked, NONE, &start, NULL, NULL) {
			down += power * (start >> 12);
			power *= 16;
		}
		CHECK_EQ(up, cases[n].digits);
		CHECK_EQ(down, cases[n].digits);
	}
}

/* Reserved ranges have no node of their own: every node's walk goes around them. */
static void reserved_of_another_node(void)
{
	phys_addr_t start, end, bytes = 0;
	u64 i;

	fresh();
	memblock_add_node(100, 100, 1, NONE);
	memblock_reserve(120, 20);
	memblock_set_node(120, 20, reserved, 2);
	for_each_free_mem_range(i, NUMA ? 1 : 0, NONE, &start, &end, NULL)
		bytes += end - start;
	CHECK_EQ(bytes, 80);
	for_each_reserved_mem_range(i, &start, &end)
		bytes += end - start;
	CHECK_EQ(bytes, 100);
}

static void iterators_of_nothing(void)
{
	struct memblock_region *r;
	phys_addr_t start = 7, end = 7;
	unsigned long pfn;
	int n = 0, page;
	u64 i;

	fresh();
	memblock_reserve(0, 100);
	for_each_free_mem_range(i, ANY, NONE, &start, &end, NULL)
		n++;
	for_each_free_mem_range_reverse(i, ANY, NONE, &start, &end, NULL)
		n++;
	for_each_mem_range(i, &start, &end)
		n++;
	for_each_mem_range_rev(i, &start, &end)
		n++;
	for_each_mem_pfn_range(page, ANY, &pfn, NULL, NULL)
		n++;
	for_each_mem_region(r)
		n++;
	/* All of RAM is taken. */
	memblock_add(10, 90);
	for_each_free_mem_range(i, ANY, NONE, &start, &end, NULL)
		n++;
	for_each_free_mem_range_reverse(i, ANY, NONE, &start, &end, NULL)
		n++;
	CHECK_EQ(n, 0);
	CHECK(start == 7 && end == 7);
}

int main(void)
{
	TEST(queries);
	TEST(iterators_of_one_set);
	TEST(iterators_of_free_memory);
	TEST(iterators_of_pages);
	TEST(iterators_by_flags);
	TEST(iterators_by_node);
	TEST(reserved_of_another_node);
	TEST(iterators_of_nothing);
	return check_report();
}
