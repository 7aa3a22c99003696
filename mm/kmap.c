// SPDX-License-Identifier: BSD-2-Clause
/*
 * The window behind the image: stacks, and devices at boot (kmap_boot.c), an unmapped page
 * on both sides of each. The page tables are the only record of what is taken.
 */
#include "kmap_internal.h"
#include <arch/paging.h>
#include <mm/kmap.h>
#include <mm/ledger.h>
#include <mm/page_owner.h>
#include <mm/tables.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/sections.h>
#include <molt/spinlock.h>

/* Guards the window's mappings, and kmap_full. */
static spinlock_t kmap_lock;

unsigned long kmap_full;

/* The lowest room for a stack and a page on both sides; 0: there is none. */
static virt_addr_t find_room(void)
{
	virt_addr_t at = kmap_window() + kmap_full, hole = at;
	unsigned long left = kmap_window_size() - kmap_full, span;

	/* The window's end may be the end of all addresses: what is left is counted down. */
	while (at - hole < STACK_SIZE + 2 * PAGE_SIZE) {
		bool taken = paging_lookup(&kernel_space, at, &span) != PHYS_ADDR_MAX;

		span -= at & (span - 1);
		if (span > left)
			return 0;
		at += span;
		left -= span;
		if (taken)
			hole = at;
	}
	kmap_full = hole - kmap_window() + STACK_SIZE + PAGE_SIZE;
	return hole + PAGE_SIZE;
}

/* The first @pages pages at @va, all mapped, and the tables that were only theirs go back. */
static void stack_drop(virt_addr_t va, unsigned int pages)
{
	void *page[CONFIG_KERNEL_STACK_PAGES];
	struct table_chain tables = {0};
	unsigned long span;
	unsigned int i;

	for (i = 0; i < pages; i++)
		page[i] = __va(paging_lookup(&kernel_space, va + i * PAGE_SIZE, &span));
	if (pages)
		paging_unmap(&kernel_space, va, pages * PAGE_SIZE);
	paging_prune(&kernel_space, va, STACK_SIZE, &tables);
	/* Until then a hart may write to the pages through what it has cached. */
	tables_fence();
	paging_free_tables(&kernel_space, &tables);
	ledger_add(OWNER_STACKS, -(s64)(pages * PAGE_SIZE));
	for (i = 0; i < pages; i++)
		page_free(page[i], 0);
	if (va - PAGE_SIZE - kmap_window() < kmap_full)
		kmap_full = va - PAGE_SIZE - kmap_window();
}

/* Whether @va was given pages. */
static bool stack_fill(virt_addr_t va)
{
	unsigned int i;

	for (i = 0; i < CONFIG_KERNEL_STACK_PAGES; i++) {
		void *page = page_alloc(0, GFP_KERNEL);

		if (!page)
			break;
		if (paging_map(&kernel_space, va + i * PAGE_SIZE, __pa(page), PAGE_SIZE,
			    PROT_READ | PROT_WRITE)) {
			page_free(page, 0);
			break;
		}
		ledger_add(OWNER_STACKS, PAGE_SIZE);
		if (IS_ENABLED(CONFIG_PAGE_OWNER))
			page_owner_tell(page, OWNER_STACKS, CALLER);
	}
	if (i < CONFIG_KERNEL_STACK_PAGES)
		stack_drop(va, i);
	return i == CONFIG_KERNEL_STACK_PAGES;
}

void *stack_alloc(void)
{
	virt_addr_t va;

	spin_lock(&kmap_lock);
	va = find_room();
	if (va && !stack_fill(va))
		va = 0;
	spin_unlock(&kmap_lock);
	/* What a hart has cached of these addresses may say that nothing is there. */
	if (va)
		tables_fence();
	return (void *)va;
}

/* Whether a stack lies there: mapped to its ends, and no further. */
static bool is_stack(virt_addr_t va)
{
	unsigned long offset, span;

	if (!IS_ALIGNED(va, PAGE_SIZE) || va - kmap_window() >= kmap_window_size())
		return false;
	for (offset = 0; offset < STACK_SIZE; offset += PAGE_SIZE) {
		if (paging_lookup(&kernel_space, va + offset, &span) == PHYS_ADDR_MAX)
			return false;
	}
	return paging_lookup(&kernel_space, va - PAGE_SIZE, &span) == PHYS_ADDR_MAX &&
	       paging_lookup(&kernel_space, va + STACK_SIZE, &span) == PHYS_ADDR_MAX;
}

void stack_free(void *stack)
{
	bool known;

	spin_lock(&kmap_lock);
	known = is_stack((virt_addr_t)stack);
	if (known)
		stack_drop((virt_addr_t)stack, CONFIG_KERNEL_STACK_PAGES);
	spin_unlock(&kmap_lock);
	if (!known)
		panic("stack_free(%p) from %lx: no stack", stack, CALLER);
}
