// SPDX-License-Identifier: BSD-2-Clause
/* CONFIG_TEST_FAULTS: memory is freed wrongly, written where it must not be, or used up. */
#include <arch/paging.h>
#include <core/run.h>
#include <mm/kmap.h>
#include <mm/ledger.h>
#include <mm/slab.h>
#include <mm/zone.h>
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>

static void free_wrongly(enum run_fault fault)
{
	char *pages = page_alloc(1, GFP_KERNEL);

	if (!pages)
		panic("no memory to free wrongly");
	if (fault == FAULT_WRONG_ORDER)
		page_free(pages, 0);
	page_free(pages, 1);
	page_free(pages, 1);
}

static void misuse_object(enum run_fault fault)
{
	struct kmem_cache *cache = kmem_cache_create("fault", 64, 0, NULL);
	char *object = kmalloc(64, GFP_KERNEL);

	if (!cache || !object)
		panic("no memory to misuse");
	if (fault == FAULT_WRONG_CACHE)
		kmem_cache_free(cache, object);
	if (fault == FAULT_REDZONE)
		object[64] = 0;
	kfree(object);
	kfree(object);
}

static void use_after_free(void)
{
	char *page = page_alloc(0, GFP_KERNEL);

	if (!page)
		panic("no memory to use after it is free");
	page_free(page, 0);
	page[100] = 0;
	page_alloc(0, GFP_KERNEL);
}

/* Where nothing is mapped: a page there takes a table. */
static bool mapping_fails(void)
{
	virt_addr_t va = image_window + image_window_size - PAGE_SIZE;

	return paging_map(&kernel_space, va, image_phys, PAGE_SIZE, PROT_READ) == -ENOMEM;
}

/* All that is free is taken; then each way to memory says no, and nothing else happens. */
static void exhaust(void)
{
	void **page, **taken = NULL;

	while ((page = page_alloc(0, GFP_MOVABLE))) {
		ledger_add(OWNER_USER, PAGE_SIZE);
		*page = taken;
		taken = page;
	}
	if (page_alloc(BLOCK_ORDER, GFP_KERNEL | __GFP_ZERO) || page_alloc_node(3, GFP_ATOMIC, 0) ||
		kmalloc(64, GFP_KERNEL) || kmalloc(KMALLOC_MAX, GFP_KERNEL) ||
		kmem_cache_create("exhaust", 64, 0, NULL) || stack_alloc() || !mapping_fails())
		panic("there is memory where there is none");
	while ((page = taken)) {
		taken = *page;
		page_free(page, 0);
		ledger_add(OWNER_USER, -(s64)PAGE_SIZE);
	}
	pr_notice("memory was exhausted, and is free again\n");
}

void fault_memory(enum run_fault fault)
{
	switch (fault) {
	case FAULT_DOUBLE_FREE:
	case FAULT_WRONG_ORDER:
		free_wrongly(fault);
		break;
	case FAULT_NEVER_ALLOCATED:
		page_free(__va(image_to_phys(__text_begin)), 0);
		break;
	case FAULT_USE_AFTER_FREE:
		use_after_free();
		break;
	case FAULT_EXHAUST:
		exhaust();
		break;
	default:
		misuse_object(fault);
	}
}
