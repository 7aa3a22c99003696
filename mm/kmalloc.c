// SPDX-License-Identifier: BSD-2-Clause
/* kmalloc() beyond slabs: whole pages, known by their alignment, which no object has. */
#include "slab_internal.h"
#include <mm/fault_inject.h>
#include <mm/ledger.h>
#include <mm/page_owner.h>
#include <molt/panic.h>
#include <molt/printk.h>

/* Aligned to the largest power of two that divides the size. */
#define KMALLOC_CACHE(size) SLAB_CACHE("kmalloc-" #size, size##UL, (size##UL & -size##UL), NULL)

struct kmem_cache kmalloc_caches[KMALLOC_CACHES] = {
	KMALLOC_CACHE(8),
	KMALLOC_CACHE(16),
	KMALLOC_CACHE(32),
	KMALLOC_CACHE(64),
	KMALLOC_CACHE(96),
	KMALLOC_CACHE(128),
	KMALLOC_CACHE(192),
	KMALLOC_CACHE(256),
	KMALLOC_CACHE(512),
	KMALLOC_CACHE(1024),
	KMALLOC_CACHE(2048),
};

static u64 runs_in_use[KMALLOC_PAGE_ORDERS];

static void book(unsigned int order, s64 runs)
{
	__atomic_fetch_add(&runs_in_use[order], (u64)runs, __ATOMIC_RELAXED);
	ledger_add(OWNER_SLAB, runs * (s64)(PAGE_SIZE << order));
}

static struct kmem_cache *cache_for(size_t size)
{
	unsigned int i = 0;

	while (kmalloc_caches[i].size < size)
		i++;
	return &kmalloc_caches[i];
}

void *kmalloc_slow(size_t size, gfp_t gfp)
{
	unsigned int order = size > PAGE_SIZE;
	void *pages;

	if (!size)
		return NULL;
	if (size <= KMALLOC_SLAB_MAX)
		return slab_alloc_any(cache_for(size), gfp, size, CALLER);
	if (size > KMALLOC_MAX) {
		if (!(gfp & __GFP_NOWARN))
			pr_err("kmalloc(%lu) from %lx: more than %u\n", size, CALLER, KMALLOC_MAX);
		return NULL;
	}
	if ((gfp & GFP_ZONE_MASK) != GFP_KERNEL)
		panic("kmalloc(%lu): gfp %x from %lx: objects are of GFP_KERNEL", size, gfp,
			CALLER);
	if (IS_ENABLED(CONFIG_FAULT_INJECTION) && should_fail(&failslab, CALLER))
		return NULL;
	pages = page_alloc(order, gfp);
	if (!pages)
		return NULL;
	book(order, 1);
	if (IS_ENABLED(CONFIG_PAGE_OWNER))
		page_owner_tell(pages, OWNER_SLAB, CALLER);
	return pages;
}

void kfree_slow(const void *object)
{
	int order;

	if (!object || slab_free_large(NULL, object))
		return;
	order = page_order(object);
	if (order < 0 || order >= KMALLOC_PAGE_ORDERS ||
		!IS_ALIGNED((uintptr_t)object, PAGE_SIZE << order)) {
		slab_free_any(NULL, object, CALLER);
		return;
	}
	/* Not quite a proof that these pages are kmalloc()'s. */
	if (!__atomic_load_n(&runs_in_use[order], __ATOMIC_RELAXED))
		slab_fault(NULL, object, CALLER, "pages that kmalloc() did not hand out");
	book((unsigned int)order, -1);
	page_free((void *)object, (unsigned int)order);
}

void kmalloc_pages_info(unsigned int order, struct kmem_cache_info *info)
{
	u64 runs = __atomic_load_n(&runs_in_use[order], __ATOMIC_RELAXED);

	*info = (struct kmem_cache_info){
		.name = order ? "kmalloc-8192" : "kmalloc-4096",
		.size = PAGE_SIZE << order,
		.in_use = runs,
		.slabs = runs,
		.bytes = runs * (PAGE_SIZE << order),
	};
}
