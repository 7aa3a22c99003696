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

int main(void)
{
	TEST(queries);
	TEST(iterators_of_one_set);
	TEST(iterators_of_free_memory);
	TEST(iterators_of_pages);
	return check_report();
}
