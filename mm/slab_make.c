// SPDX-License-Identifier: BSD-2-Clause
/* A slab's life outside of its cache: from pages to free objects, and back. */
#include "slab_internal.h"
#include <mm/ledger.h>

/* Bits [from, to) of word @index, counted over all words. */
static u64 span(u64 index, u64 from, u64 to)
{
	u64 begin = index * 64, end = begin + 64;

	if (from > begin)
		begin = from;
	if (to < end)
		end = to;
	return begin < end ? ~0UL >> (64 - (end - begin)) << begin % 64 : 0;
}

/* Positions, and of them how many the header takes. What is left at the end has a bit, too. */
static u32 shape(const struct kmem_cache *cache, unsigned int order, u32 *words, u32 *first)
{
	u32 bytes = PAGE_SIZE << order;

	*words = ((bytes + cache->stride - 1) / cache->stride + 63) / 64;
	*first = (sizeof(struct slab) + *words * sizeof(struct slab_word) + cache->stride - 1) /
		 cache->stride;
	return bytes / cache->stride;
}

static u32 objects_in(const struct kmem_cache *cache, unsigned int order)
{
	u32 words, first, positions = shape(cache, order, &words, &first);

	return positions > first ? positions - first : 0;
}

/* A page, unless more than an eighth of it would be lost. */
static unsigned int order_for(const struct kmem_cache *cache)
{
	return objects_in(cache, 0) * cache->stride < PAGE_SIZE / 8 * 7 ? SLAB_ORDER : 0;
}

/* Where there is no run of pages, one page may do. */
static void *pages_for(const struct kmem_cache *cache, unsigned int *order, gfp_t gfp)
{
	void *pages;

	*order = order_for(cache);
	if (!*order || !objects_in(cache, 0))
		return page_alloc(*order, gfp);
	pages = page_alloc(*order, gfp | __GFP_NOWARN);
	if (pages)
		return pages;
	*order = 0;
	return page_alloc(0, gfp);
}

static void construct(const struct kmem_cache *cache, struct slab *slab, u32 first, u32 positions)
{
	u32 n;

	if (!cache->ctor && !IS_ENABLED(CONFIG_SLAB_DEBUG))
		return;
	for (n = first; n < positions; n++) {
		void *object = (char *)slab + (u64)n * cache->stride;

		if (IS_ENABLED(CONFIG_SLAB_DEBUG))
			slab_debug_make(cache, object);
		if (cache->ctor)
			cache->ctor(object);
	}
}

struct slab *slab_make(struct kmem_cache *cache, gfp_t gfp)
{
	u32 words, first, positions, i;
	unsigned int order;
	struct slab *slab = pages_for(cache, &order, gfp);

	if (!slab)
		return NULL;
	ledger_add(OWNER_SLAB, (s64)(PAGE_SIZE << order));
	positions = shape(cache, order, &words, &first);
	*slab = (struct slab){
		.cache = cache,
		.kind = slab_is_kmalloc(cache) ? SLAB_KMALLOC : SLAB_NAMED,
		.reciprocal = cache->reciprocal,
		.stride = (u16)cache->stride,
		.order = (u16)order,
		.word_count = (u16)words,
		.objects = (u16)(positions - first),
	};
	for (i = 0; i < words; i++) {
		slab->words[i].objects = span(i, first, positions);
		slab->words[i].free = slab->words[i].objects;
	}
	construct(cache, slab, first, positions);
	return slab;
}

u64 slab_give_back(struct slab *slab)
{
	unsigned int order = slab->order;

	/* What is freed here once more finds no slab, whatever becomes of the page. */
	slab->cache = NULL;
	slab->kind = 0;
	page_free(slab, order);
	ledger_add(OWNER_SLAB, -(s64)(PAGE_SIZE << order));
	return PAGE_SIZE << order;
}

u64 slab_free_objects(const struct slab *slab)
{
	u64 n = 0;
	u32 i;

	for (i = 0; i < slab->word_count; i++)
		n += bits_set(READ_ONCE(slab->words[i].free));
	return n;
}

bool slab_is_empty(const struct slab *slab)
{
	u32 i;

	for (i = 0; i < slab->word_count; i++) {
		if (__atomic_load_n(&slab->words[i].free, __ATOMIC_ACQUIRE) !=
			slab->words[i].objects)
			return false;
	}
	return true;
}
