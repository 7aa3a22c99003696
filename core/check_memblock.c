// SPDX-License-Identifier: BSD-2-Clause
/*
 * memblock, kept: after the molt it still says what each address is, its iterators and its
 * dump work, and each call that would change it is refused.
 */
#include <arch/page.h>
#include <arch/paging.h>
#include <core/check.h>
#include <lib/printf.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/printk.h>
#include <molt/sections.h>

static bool queries_answer(void)
{
	phys_addr_t image = image_to_phys(__image_begin), low = memblock_start_of_DRAM();
	unsigned long first, last, pfn = image >> PAGE_SHIFT;

	return memblock_is_memory(image) && memblock_is_map_memory(image) &&
	       memblock_is_reserved(image) && memblock_is_region_memory(image, PAGE_SIZE) &&
	       memblock_is_region_reserved(image, PAGE_SIZE) &&
	       memblock_overlaps_region(&memblock.reserved, image, 1) && low <= image &&
	       !memblock_is_memory(memblock_end_of_DRAM()) && !memblock_is_memory(low - 1) &&
	       memblock_search_pfn_nid(pfn, &first, &last) != NUMA_NO_NODE && first <= pfn &&
	       pfn < last && memblock_phys_mem_size() <= ledger_ram &&
	       memblock_owner_bytes(OWNER_TEXT) == SECTION_SIZE(text);
}

/* Each way to walk a set visits as many bytes as the set says it has. */
static bool iterators_agree(void)
{
	phys_addr_t start, end, ram = 0, nomap = 0, taken = 0, free = 0;
	unsigned long first, last, pages = 0;
	const struct memblock_region *region;
	u64 i;
	int n;

	for_each_mem_range(i, &start, &end)
		ram += end - start;
	for_each_mem_range_rev(i, &start, &end)
		ram += end - start;
	for_each_mem_region(region)
		nomap += memblock_is_nomap(region) ? region->size : 0;
	for_each_reserved_mem_range(i, &start, &end)
		taken += end - start;
	for_each_reserved_mem_region(region)
		taken += region->size;
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		free += end - start;
	for_each_free_mem_range_reverse(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		free += end - start;
	for_each_mem_pfn_range(n, NUMA_NO_NODE, &first, &last, NULL)
		pages += last - first;
	return ram > 0 && ram == 2 * (memblock_phys_mem_size() - nomap) &&
	       taken == 2 * memblock_reserved_size() && free == 2 * memblock_free_bytes() &&
	       pages > 0 && pages << PAGE_SHIFT <= memblock_phys_mem_size();
}

static bool changes_are_refused(phys_addr_t pa)
{
	memblock_free(__va(pa), PAGE_SIZE);
	memblock_trim_memory(PAGE_SIZE * 512);
	memblock_enforce_memory_limit(PAGE_SIZE);
	memblock_mem_limit_remove_map(PAGE_SIZE);
	memblock_cap_memory_range(pa, PAGE_SIZE);
	memblock_set_bottom_up(!memblock_bottom_up());
	memblock_set_current_limit(memblock_get_current_limit() - 1);
	memblock_allow_resize();
	return memblock_add(0, PAGE_SIZE) == -EINVAL &&
	       memblock_add_node(0, PAGE_SIZE, 0, MEMBLOCK_NONE) == -EINVAL &&
	       memblock_remove(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_reserve(0, PAGE_SIZE) == -EINVAL &&
	       memblock_reserve_owner(0, PAGE_SIZE, OWNER_USER) == -EINVAL &&
	       memblock_set_owner(pa, PAGE_SIZE, OWNER_USER) == -EINVAL &&
	       memblock_own_tables(OWNER_USER) == -EINVAL &&
	       memblock_phys_free(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_mark_hotplug(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_clear_hotplug(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_mark_mirror(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_mark_nomap(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_clear_nomap(pa, PAGE_SIZE) == -EINVAL &&
	       memblock_set_node(pa, PAGE_SIZE, &memblock.memory, 1) == -EINVAL;
}

static bool allocations_are_refused(void)
{
	return !memblock_phys_alloc(PAGE_SIZE, 1) && !memblock_phys_alloc_range(1, 1, 0, 0) &&
	       !memblock_phys_alloc_try_nid(1, 1, 0) &&
	       !memblock_alloc_range_nid(1, 1, 0, 0, 0, true) && !memblock_alloc(1, 1) &&
	       !memblock_alloc_raw(1, 1) && !memblock_alloc_from(1, 1, 0) &&
	       !memblock_alloc_low(1, 1) && !memblock_alloc_node(1, 1, 0) &&
	       !memblock_alloc_try_nid(1, 1, 0, 0, 0) &&
	       !memblock_alloc_try_nid_raw(1, 1, 0, 0, 0) &&
	       !memblock_alloc_exact_nid_raw(1, 1, 0, 0, 0);
}

static u64 add_bytes(u64 sum, const void *data, unsigned long size)
{
	const u8 *byte = data;

	while (size--)
		sum = sum * 31 + *byte++;
	return sum;
}

/* A sum over all of memblock's state that no single change leaves as it was. */
static u64 fingerprint(void)
{
	u64 sum = add_bytes(0, &memblock, sizeof(memblock));

	sum = add_bytes(
		sum, memblock.memory.regions, memblock.memory.cnt * sizeof(struct memblock_region));
	return add_bytes(sum, memblock.reserved.regions,
		memblock.reserved.cnt * sizeof(struct memblock_region));
}

/* The refusals and the dump stay unsaid, but with memblock=debug. */
static bool frozen_for_good(void)
{
	int loglevel = console_loglevel;
	u64 before = fingerprint();
	bool ok;

	if (!memblock_debug)
		console_loglevel = LOGLEVEL_ERR;
	ok = changes_are_refused(image_to_phys(__image_begin)) && allocations_are_refused();
	memblock_dump_all();
	console_loglevel = loglevel;
	return ok && fingerprint() == before;
}

bool check_memblock(void)
{
	bool ok = queries_answer() && iterators_agree() && frozen_for_good();
	char figures[40];

	snprintf(figures, sizeof(figures), ",\"bytes\":%lu", memblock_phys_mem_size());
	return check_report("memblock", ok, figures);
}
