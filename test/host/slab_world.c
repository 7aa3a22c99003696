/* SPDX-License-Identifier: BSD-2-Clause */
#include "slab_world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arch/percpu.h>
#include <mm/ledger.h>
#include <molt/compiler.h>
#include <molt/panic.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(begin, size)	 ((void)(begin), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(begin, size) ((void)(begin), (void)(size))
#endif

#include "../../mm/slab_internal.h"

#define FREE (-1)

__thread struct hart host_hart;
unsigned int hart_count;

char *world_arena;
unsigned long world_used, world_limit = WORLD_PAGES;
unsigned int world_largest = 3;
bool world_refused;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static signed char orders[WORLD_PAGES]; /* of the allocation that the page is in, or FREE */
static unsigned long next_page;

static u64 slab_bytes;

void ledger_add(enum ledger_owner owner, s64 bytes)
{
	u64 now = __atomic_add_fetch(&slab_bytes, (u64)bytes, __ATOMIC_RELAXED);

	if (owner != OWNER_SLAB || (s64)now < 0 || now % PAGE_SIZE)
		panic("ledger: owner %d, %lld bytes", owner, (long long)bytes);
}

u64 ledger_bytes(enum ledger_owner owner)
{
	return owner == OWNER_SLAB ? slab_bytes : 0;
}

static bool run_is_free(unsigned long page, unsigned long pages)
{
	while (pages && orders[page] == FREE) {
		page++;
		pages--;
	}
	return !pages;
}

static void set_run(unsigned long page, unsigned long pages, int order)
{
	while (pages--)
		__atomic_store_n(&orders[page++], (signed char)order, __ATOMIC_RELAXED);
}

/* The next free run, round and round, so that a page that is free stays so for long. */
static void *take(unsigned int order)
{
	unsigned long pages = 1UL << order, tries;

	if (order > world_largest || world_used + pages > world_limit)
		return NULL;
	for (tries = 0; tries < WORLD_PAGES / pages; tries++) {
		unsigned long page = ALIGN_UP(next_page, pages) % WORLD_PAGES;

		next_page = page + pages;
		if (run_is_free(page, pages)) {
			set_run(page, pages, (int)order);
			world_used += pages;
			return world_arena + page * PAGE_SIZE;
		}
	}
	return NULL;
}

void *page_alloc(unsigned int order, gfp_t gfp)
{
	void *pages;

	pthread_mutex_lock(&lock);
	pages = take(order);
	if (!pages)
		world_refused = true;
	pthread_mutex_unlock(&lock);
	if (!pages)
		return NULL;
	ASAN_UNPOISON_MEMORY_REGION(pages, PAGE_SIZE << order);
	return memset(pages, gfp & __GFP_ZERO ? 0 : 0xa5, PAGE_SIZE << order);
}

static long page_of(const void *p)
{
	if ((const char *)p < world_arena ||
		(const char *)p >= world_arena + WORLD_PAGES * PAGE_SIZE)
		return -1;
	return ((const char *)p - world_arena) / (long)PAGE_SIZE;
}

int page_order(const void *p)
{
	long page = page_of(p);

	return page < 0 ? -1 : __atomic_load_n(&orders[page], __ATOMIC_RELAXED);
}

void page_free(void *pages, unsigned int order)
{
	long page = page_of(pages);

	pthread_mutex_lock(&lock);
	if (page < 0 || orders[page] != (int)order || page % (1L << order))
		panic("page_free(%p, %u)", pages, order);
	ASAN_POISON_MEMORY_REGION(pages, PAGE_SIZE << order);
	set_run((unsigned long)page, 1UL << order, FREE);
	world_used -= 1UL << order;
	pthread_mutex_unlock(&lock);
}

void world_begin(unsigned int harts)
{
	hart_count = harts;
	world_arena = aligned_alloc(1 << 16, WORLD_PAGES * PAGE_SIZE);
	ASAN_POISON_MEMORY_REGION(world_arena, WORLD_PAGES * PAGE_SIZE);
	memset(orders, FREE, sizeof(orders));
}

bool world_is_clean(void)
{
	slab_shrink();
	if (!world_used && !ledger_bytes(OWNER_SLAB))
		return true;
	printf("%lu pages, %lu bytes are held\n", world_used,
		(unsigned long)ledger_bytes(OWNER_SLAB));
	return false;
}

struct kmem_cache_info world_cache(const char *name)
{
	struct kmem_cache_info info;
	unsigned int i;

	for (i = 0; kmem_cache_info(i, &info); i++) {
		if (!strcmp(info.name, name))
			return info;
	}
	return (struct kmem_cache_info){NULL, 0, 0, 0, 0};
}

struct kmem_cache *world_kmalloc_cache(void)
{
	return kmalloc_caches;
}
