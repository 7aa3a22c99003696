// SPDX-License-Identifier: BSD-2-Clause
/* Caches as a whole: they come, go, shrink and tell of themselves. */
#include "slab_internal.h"
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>

/* The caches that are not kmalloc's, newest first, and what guards the list. */
static struct kmem_cache *caches;
static spinlock_t caches_lock;

bool slab_cache_exists(const struct kmem_cache *cache)
{
	const struct kmem_cache *at;

	if (slab_is_kmalloc(cache))
		return true;
	spin_lock(&caches_lock);
	for (at = caches; at && at != cache; at = at->next_cache)
		;
	spin_unlock(&caches_lock);
	return at;
}

/* No hart has a slab so far. */
static void set_slots(struct kmem_cache *cache)
{
	unsigned int i;

	cache->slots = (struct slab_slot *)(cache + 1);
	for (i = 0; i < hart_count; i++)
		cache->slots[i].word = (struct slab_word *)&slab_no_word;
}

struct kmem_cache *kmem_cache_create(
	const char *name, size_t size, size_t align, void (*ctor)(void *object))
{
	struct kmem_cache *cache;

	if (align < sizeof(u64) && !(align & (align - 1)))
		align = sizeof(u64);
	if (!size || size > KMALLOC_MAX || (align & (align - 1)) || align > PAGE_SIZE) {
		pr_err("kmem_cache_create(%s) from %lx: size %lu, alignment %lu cannot be\n", name,
			CALLER, size, align);
		return NULL;
	}
	cache = kmalloc(
		sizeof(*cache) + hart_count * sizeof(struct slab_slot), GFP_KERNEL | __GFP_ZERO);
	if (!cache)
		return NULL;
	*cache = (struct kmem_cache)SLAB_CACHE(name, size, align, ctor);
	set_slots(cache);
	spin_lock(&caches_lock);
	cache->next_cache = caches;
	caches = cache;
	spin_unlock(&caches_lock);
	return cache;
}

static void remove(struct kmem_cache *cache)
{
	struct kmem_cache **at = &caches;

	spin_lock(&caches_lock);
	while (*at != cache)
		at = &(*at)->next_cache;
	*at = cache->next_cache;
	spin_unlock(&caches_lock);
}

/* Objects in use. The cache is locked. */
static u64 in_use(const struct kmem_cache *cache)
{
	u64 count = cache->objects;
	const struct slab *slab;

	for (slab = cache->partial; slab; slab = slab->next)
		count -= slab_free_objects(slab);
	for (slab = cache->claimed; slab; slab = slab->next)
		count -= slab_free_objects(slab);
	return count;
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
	u64 count;

	if (slab_is_kmalloc(cache))
		panic("kmem_cache_destroy(%s) from %lx: it is kmalloc's", cache->name, CALLER);
	spin_lock(&cache->lock);
	count = in_use(cache);
	if (!count)
		slab_unclaim_all(cache);
	spin_unlock(&cache->lock);
	if (count) {
		pr_err("kmem_cache_destroy(%s) from %lx: %lu objects are in use\n", cache->name,
			CALLER, count);
		return -EBUSY;
	}
	slab_reap(cache);
	remove(cache);
	kfree(cache);
	return 0;
}

u64 kmem_cache_shrink(struct kmem_cache *cache)
{
	return slab_reap(cache);
}

/* Cache @index: kmalloc's, then the others; NULL behind the last. */
static struct kmem_cache *nth(unsigned int index)
{
	struct kmem_cache *cache = caches;

	if (index < KMALLOC_CACHES)
		return &kmalloc_caches[index];
	for (index -= KMALLOC_CACHES; cache && index; index--)
		cache = cache->next_cache;
	return cache;
}

u64 slab_shrink(void)
{
	struct kmem_cache *cache;
	unsigned int i;
	u64 bytes = 0;

	for (i = 0; (cache = nth(i)); i++)
		bytes += slab_reap(cache);
	return bytes;
}

bool kmem_cache_info(unsigned int index, struct kmem_cache_info *info)
{
	struct kmem_cache *cache;

	if (index < KMALLOC_PAGE_ORDERS) {
		kmalloc_pages_info(index, info);
		return true;
	}
	cache = nth(index - KMALLOC_PAGE_ORDERS);
	if (!cache)
		return false;
	spin_lock(&cache->lock);
	*info = (struct kmem_cache_info){
		.name = cache->name,
		.size = cache->size,
		.in_use = in_use(cache),
		.slabs = cache->slabs,
		.bytes = cache->bytes,
	};
	spin_unlock(&cache->lock);
	return true;
}
