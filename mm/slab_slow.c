// SPDX-License-Identifier: BSD-2-Clause
/*
 * Slabs between harts and caches, under the cache's lock. A slab is claimed by one hart,
 * which allocates from it; or in the cache's list of partial ones; or in no list, when all of
 * its objects are in use. The first free of such a one lists it again, so that is done under
 * the lock; and so is the last free of a slab that no hart has, which gives it back.
 */
#include "hart_pages.h"
#include "slab_internal.h"
#include <lib/string.h>
#include <mm/fault_inject.h>
#include <mm/page_owner.h>
#include <molt/panic.h>

static void list_add(struct slab **head, struct slab *slab)
{
	slab->next = *head;
	slab->link = head;
	if (slab->next)
		slab->next->link = &slab->next;
	*head = slab;
}

static void list_remove(struct slab *slab)
{
	*slab->link = slab->next;
	if (slab->next)
		slab->next->link = slab->link;
	slab->link = NULL;
}

/* Go to a word of the claimed slab that has a free object. */
static bool next_word(struct slab_slot *slot)
{
	struct slab *slab = slot->slab;
	unsigned int i;

	for (i = 0; slab && i < slab->word_count; i++) {
		if (__atomic_load_n(&slab->words[i].free, __ATOMIC_RELAXED)) {
			slot->word = &slab->words[i];
			slot->base = (char *)slab + i * 64UL * slab->stride;
			return true;
		}
	}
	return false;
}

static void unclaim(struct slab_slot *slot)
{
	if (!slot->slab)
		return;
	list_remove(slot->slab);
	__atomic_store_n(&slot->slab->claim, NULL, __ATOMIC_RELAXED);
	slot->slab = NULL;
	slot->word = (struct slab_word *)&slab_no_word;
}

/* Claim a partial slab; the spare one last. */
static bool claim(struct kmem_cache *cache, struct slab_slot *slot)
{
	struct slab *slab = cache->partial;

	if (!slab)
		return false;
	if (slab == cache->spare && slab->next)
		slab = slab->next;
	if (slab == cache->spare)
		cache->spare = NULL;
	list_remove(slab);
	list_add(&cache->claimed, slab);
	__atomic_store_n(&slab->claim, slot, __ATOMIC_RELAXED);
	slot->slab = slab;
	slot->stride = slab->stride;
	return true;
}

static void enter(struct kmem_cache *cache, struct slab *slab)
{
	cache->slabs++;
	cache->objects += slab->objects;
	cache->bytes += PAGE_SIZE << slab->order;
	list_add(&cache->partial, slab);
}

/* Out of the lists and the books. */
static void leave(struct kmem_cache *cache, struct slab *slab)
{
	cache->slabs--;
	cache->objects -= slab->objects;
	cache->bytes -= PAGE_SIZE << slab->order;
	if (slab == cache->spare)
		cache->spare = NULL;
	list_remove(slab);
}

/* Have an object at hand. False: there is no memory. */
static bool refill(struct kmem_cache *cache, struct slab_slot *slot, gfp_t gfp)
{
	struct slab *slab;

	spin_lock(&cache->lock);
	while (!next_word(slot)) {
		unclaim(slot);
		if (claim(cache, slot))
			continue;
		spin_unlock(&cache->lock);
		slab = slab_make(cache, gfp);
		if (!slab)
			return false;
		spin_lock(&cache->lock);
		enter(cache, slab);
	}
	spin_unlock(&cache->lock);
	return true;
}

void *slab_alloc_any(struct kmem_cache *cache, gfp_t gfp, size_t size, unsigned long caller)
{
	struct slab_slot *slot = slab_slot(cache);
	void *object;

	if ((gfp & GFP_ZONE_MASK) != GFP_KERNEL)
		panic("%s: gfp %x from %lx: objects are of GFP_KERNEL", cache->name, gfp, caller);
	if ((gfp & __GFP_ZERO) && cache->ctor)
		panic("%s: __GFP_ZERO from %lx: objects are constructed", cache->name, caller);
	if (IS_ENABLED(CONFIG_FAULT_INJECTION) && should_fail(&failslab, caller))
		return NULL;
	if (!slab_at_hand(slot) && !refill(cache, slot, gfp & ~__GFP_ZERO))
		return NULL;
	if (IS_ENABLED(CONFIG_PAGE_OWNER))
		page_owner_tell(slot->slab, OWNER_SLAB, caller);
	object = slab_take(slot, slab_at_hand(slot));
	if (IS_ENABLED(CONFIG_SLAB_DEBUG))
		slab_debug_alloc(cache, object, size, caller);
	return gfp & __GFP_ZERO ? memset(object, 0, size) : object;
}

void *slab_alloc_slow(struct kmem_cache *cache, gfp_t gfp)
{
	return slab_alloc_any(cache, gfp, cache->size, CALLER);
}

/* @slab, which no hart has, has one more free object. Returns it where it may go. */
static struct slab *settle(struct kmem_cache *cache, struct slab *slab)
{
	if (!slab->link)
		list_add(&cache->partial, slab);
	if (!slab_is_empty(slab))
		return NULL;
	if (!cache->spare || cache->spare == slab) {
		cache->spare = slab;
		return NULL;
	}
	leave(cache, slab);
	return slab;
}

void slab_free_any(struct kmem_cache *cache, const void *object, unsigned long caller)
{
	struct slab_word *word;
	u64 bit, free;
	struct slab *slab = slab_find(cache, object, caller, &word, &bit), *empty = NULL;
	struct kmem_cache *owner = slab->cache;

	/* More frees may come from there. */
	if (!slab->order && !page_is_single(object))
		span_move(__pa(object));
	if (IS_ENABLED(CONFIG_SLAB_DEBUG))
		slab_debug_free(owner, (void *)object, caller);
	spin_lock(&owner->lock);
	free = __atomic_fetch_or(&word->free, bit, __ATOMIC_RELEASE);
	if (!(free & bit) && !slab->claim)
		empty = settle(owner, slab);
	spin_unlock(&owner->lock);
	if (free & bit)
		slab_fault(cache, object, caller, "an object that is free already");
	if (empty)
		slab_give_back(empty);
}

bool slab_free_large(const struct kmem_cache *cache, const void *object)
{
	struct slab *slab = slab_at(object, SLAB_ORDER);

	return (const void *)slab != object && page_is_run(object, SLAB_ORDER) &&
	       (cache ? slab->cache == cache : slab->kind == SLAB_KMALLOC) &&
	       slab_put(slab, object);
}

void slab_free_slow(struct kmem_cache *cache, const void *object)
{
	if (slab_free_large(cache, object))
		return;
	slab_free_any(cache, object, CALLER);
}

void slab_unclaim_all(struct kmem_cache *cache)
{
	while (cache->claimed) {
		struct slab *slab = cache->claimed;

		unclaim(slab->claim);
		list_add(&cache->partial, slab);
	}
}

/* Off the cache and onto @list, if no object is in use. */
static void reap_one(struct kmem_cache *cache, struct slab *slab, struct slab **list)
{
	if (!slab_is_empty(slab))
		return;
	leave(cache, slab);
	slab->next = *list;
	*list = slab;
}

u64 slab_reap(struct kmem_cache *cache)
{
	struct slab_slot *slot = slab_slot(cache);
	struct slab *slab, *next, *list = NULL;
	u64 bytes = 0;

	spin_lock(&cache->lock);
	slab = slot->slab;
	if (slab && slab_is_empty(slab)) {
		unclaim(slot);
		list_add(&cache->partial, slab);
	}
	for (slab = cache->partial; slab; slab = next) {
		next = slab->next;
		reap_one(cache, slab, &list);
	}
	spin_unlock(&cache->lock);
	for (slab = list; slab; slab = next) {
		next = slab->next;
		bytes += slab_give_back(slab);
	}
	return bytes;
}
