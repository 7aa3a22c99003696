// SPDX-License-Identifier: BSD-2-Clause
/* From an object's address to its slab, with every doubt: what is no object panics. */
#include "slab_internal.h"
#include <molt/panic.h>

void slab_fault(
	const struct kmem_cache *cache, const void *object, unsigned long caller, const char *fault)
{
	if (!cache)
		panic("kfree(%p) from %lx: %s", object, caller, fault);
	panic("kmem_cache_free(%s, %p) from %lx: %s", cache->name, object, caller, fault);
}

/* Whether @slab, which may be anybody's memory, says that it is one. */
static bool is_slab(const struct slab *slab, const void *object, unsigned int order)
{
	if ((order && order != SLAB_ORDER) || (const void *)slab == object || slab->order != order)
		return false;
	return slab->kind == SLAB_KMALLOC || slab->kind == SLAB_NAMED;
}

static void __noreturn __cold stranger(const struct kmem_cache *cache, const void *object,
	unsigned long caller, const struct kmem_cache *owner)
{
	if (!slab_cache_exists(owner))
		slab_fault(cache, object, caller, "memory that is no slab's");
	if (!cache)
		panic("kfree(%p) from %lx: an object of cache %s", object, caller, owner->name);
	panic("kmem_cache_free(%s, %p) from %lx: an object of cache %s", cache->name, object,
		caller, owner->name);
}

struct slab *slab_find(const struct kmem_cache *cache, const void *object, unsigned long caller,
	struct slab_word **word, u64 *bit)
{
	int order = page_order(object);
	struct slab *slab;
	u64 offset, position;

	if (order < 0)
		slab_fault(cache, object, caller, "memory that is free, or that nobody hands out");
	slab = (struct slab *)ALIGN_DOWN((uintptr_t)object, PAGE_SIZE << order);
	if (!is_slab(slab, object, (unsigned int)order))
		slab_fault(cache, object, caller, "memory that is no slab's");
	if (cache ? slab->cache != cache : !slab_is_kmalloc(slab->cache))
		stranger(cache, object, caller, slab->cache);
	offset = (u64)((const char *)object - (const char *)slab);
	position = slab_position(slab, offset);
	*word = &slab->words[position / 64];
	*bit = 1UL << position % 64;
	if (position * slab->stride != offset || !((*word)->objects & *bit))
		slab_fault(cache, object, caller, "an address where no object begins");
	if (__atomic_load_n(&(*word)->free, __ATOMIC_RELAXED) & *bit)
		slab_fault(cache, object, caller, "an object that is free already");
	return slab;
}
