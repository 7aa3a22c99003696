// SPDX-License-Identifier: BSD-2-Clause
/*
 * Objects, the common case: allocate from the word at hand, free into a slab of one page.
 * No lock is taken, and no function called: what is left over is jumped to, so that the
 * caller's address is there where it is needed, and here no instruction is spent on it.
 */
#include "hart_pages.h"
#include "slab_internal.h"

const struct slab_word slab_no_word;
__percpu struct slab_slot kmalloc_slots[KMALLOC_CACHES] = {
	[0 ... KMALLOC_CACHES - 1] = {.word = (struct slab_word *)&slab_no_word},
};

/* The cache for sizes to KMALLOC_SMALL, by (size - 1) / 8. */
static const u8 small_cache[KMALLOC_SMALL / 8] = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6,
	6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7};

/* An allocation that is no more than that. */
static inline bool is_plain(gfp_t gfp)
{
	return !IS_ENABLED(CONFIG_SLAB_DEBUG) && !IS_ENABLED(CONFIG_FAULT_INJECTION) &&
	       likely((gfp & (GFP_ZONE_MASK | __GFP_ZERO)) == GFP_KERNEL);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	struct slab_slot *slot = &cache->slots[this_hart()->index];
	u64 free = slab_at_hand(slot);

	if (unlikely(!free) || !is_plain(gfp))
		return slab_alloc_slow(cache, gfp);
	return slab_take(slot, free);
}

void *kmalloc(size_t size, gfp_t gfp)
{
	struct slab_slot *slot = kmalloc_slots;
	u64 free;

	if (likely(size - 1 < KMALLOC_SMALL))
		slot += small_cache[(size - 1) / 8];
	else if (likely(size - 1 < KMALLOC_SLAB_MAX))
		slot += KMALLOC_SMALL_CACHES + (size > 512) + (size > 1024);
	else
		return kmalloc_slow(size, gfp);
	free = slab_at_hand(slot);
	if (unlikely(!free) || !is_plain(gfp))
		return kmalloc_slow(size, gfp);
	return slab_take(slot, free);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	struct slab *slab = slab_at(object, 0);

	if (unlikely(!page_is_single(object)) || unlikely(slab->cache != cache) ||
		unlikely(!slab_put(slab, object)))
		slab_free_slow(cache, object);
}

void kfree(const void *object)
{
	struct slab *slab = slab_at(object, 0);

	/* A page that is kmalloc()'s as a whole has no header, but its user's data. */
	if (unlikely((const void *)slab == object) || unlikely(!page_is_single(object)) ||
		unlikely(slab->kind != SLAB_KMALLOC) || unlikely(!slab_put(slab, object)))
		kfree_slow(object);
}
