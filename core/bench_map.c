// SPDX-License-Identifier: BSD-2-Clause
/* What it costs to map a page where its table exists, and to unmap it. */
#include "bench.h"
#include <arch/page.h>
#include <arch/paging.h>
#include <mm/zone.h>
#include <molt/printk.h>

/* A leaf table's reach: one page of it is mapped throughout, so that the table stays. */
#define REACH	 (PAGE_SIZE * 512)
#define MEASURED 511

static struct counted map(virt_addr_t va, phys_addr_t pa)
{
	return count_call(
		(unsigned long)&kernel_space, va, pa, PAGE_SIZE, PROT_READ, (counted_fn)paging_map);
}

static struct counted unmap(virt_addr_t va)
{
	return count_call(
		(unsigned long)&kernel_space, va, PAGE_SIZE, 0, 0, (counted_fn)paging_unmap);
}

/* Map @pa at each page from @va on, then unmap them. Returns whether all calls succeeded. */
static bool map_and_unmap(virt_addr_t va, phys_addr_t pa)
{
	unsigned long failed = 0;
	unsigned int i;

	for (i = 0; i < MEASURED; i++) {
		struct counted call = map(va + i * PAGE_SIZE, pa);

		failed |= call.result;
		bench_samples[i].alloc = (u32)call.instructions;
	}
	for (i = 0; i < MEASURED; i++) {
		struct counted call = unmap(va + i * PAGE_SIZE);

		failed |= call.result;
		bench_samples[i].free = (u32)call.instructions;
	}
	return !failed;
}

bool bench_map(void)
{
	/* The far end of the image's window, where nothing is. */
	virt_addr_t first = image_window + image_window_size - REACH;
	void *page = page_alloc(0, GFP_KERNEL);
	bool ok = page && !map(first, __pa(page)).result;

	if (ok) {
		ok = map_and_unmap(first + PAGE_SIZE, __pa(page)) && !unmap(first).result;
		paging_fence();
	}
	if (page)
		page_free(page, 0);
	if (!ok) {
		pr_err("bench: pages cannot be mapped at %lx\n", first);
		return false;
	}
	bench_report("map.map_page", MEASURED, bench_median(COST_ALLOC, MEASURED));
	bench_report("map.unmap_page", MEASURED, bench_median(COST_FREE, MEASURED));
	return true;
}
