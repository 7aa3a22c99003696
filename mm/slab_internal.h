/* SPDX-License-Identifier: BSD-2-Clause */
/* Slabs and their caches: what slab*.c share. */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include <arch/page.h>
#include <arch/percpu.h>
#include <lib/bitops.h>
#include <mm/slab.h>
#include <molt/compiler.h>
#include <molt/spinlock.h>

/*
 * 64 positions of a slab, bit n for position n. The hart that has claimed the slab clears
 * bits of @free without a lock, and nobody else does. A bit is set without the cache's lock
 * only where that changes nothing for the slab as a whole: where the word has another free
 * object and another one in use, or the hart itself has claimed the slab.
 */
struct slab_word {
	u64 free;
	u64 objects; /* positions that are objects. Never changes */
};

/*
 * The start of each slab, 2^order pages aligned to their size. Object n lies at n times the
 * stride; the first positions are this header's.
 */
struct slab {
	struct kmem_cache *cache;

	/* Under the cache's lock. */
	struct slab *next, **link; /* in a list of the cache; link NULL: all are in use */
	struct slab_slot *claim;   /* of the hart that allocates from it, or NULL */

	/* Never changes; gone with the slab. */
	u32 kind;	/* SLAB_KMALLOC, SLAB_NAMED; anything else is no slab */
	u32 reciprocal; /* the cache's */
	u16 stride;	/* the cache's */
	u16 objects;
	u16 order;
	u16 word_count;
	struct slab_word words[];
};
_Static_assert(sizeof(struct slab) + sizeof(struct slab_word) <= 64,
	"the header of a slab of 64 objects is one of them");

#define SLAB_KMALLOC 0x6b6d5000
#define SLAB_NAMED   0x6e6d5000

/* Where a hart allocates next. Only that hart uses it, but for kmem_cache_destroy(). */
struct slab_slot {
	struct slab_word *word; /* of the claimed slab, or slab_no_word */
	char *base;		/* of the word's first position */
	struct slab *slab;	/* that is claimed, or NULL */
	u64 stride;		/* its */
};

struct kmem_cache {
	/* Set once. */
	u32 stride;	/* bytes from one object to the next */
	u32 reciprocal; /* 2^32 / stride, rounded up: exact for offsets inside a slab */
	u32 size;	/* of an object, as it was asked for */
	const char *name;
	void (*ctor)(void *object);
	struct slab_slot *slots;       /* one for each hart, behind this; kmalloc's: NULL */
	struct kmem_cache *next_cache; /* of those that are not kmalloc's */

	/* Guards all that follows and the slabs' lists. */
	spinlock_t lock;
	struct slab *partial; /* no hart's, with free objects */
	struct slab *claimed; /* harts', whatever is free of them */
	struct slab *spare;   /* of the partial ones: no object is in use. Or NULL */
	u64 slabs, objects, bytes;
};

/* kmalloc()'s sizes: caches, the first of them up to KMALLOC_SMALL; then pages of order 0, 1. */
#define KMALLOC_SMALL	     256
#define KMALLOC_SMALL_CACHES 8
#define KMALLOC_CACHES	     11
#define KMALLOC_SLAB_MAX     2048
#define KMALLOC_PAGE_ORDERS  2

/* The order of a slab where a page would be used badly. */
#define SLAB_ORDER 3

extern struct kmem_cache kmalloc_caches[KMALLOC_CACHES];

/* Has no free object. */
extern const struct slab_word slab_no_word;

extern __percpu struct slab_slot kmalloc_slots[KMALLOC_CACHES];

/* This hart's. */
static inline struct slab_slot *slab_slot(const struct kmem_cache *cache)
{
	if (cache->slots)
		return &cache->slots[this_hart()->index];
	return &kmalloc_slots[cache - kmalloc_caches];
}

/* kmem_cache_alloc() where no object is at hand, or more than that is asked for. */
void *slab_alloc_slow(struct kmem_cache *cache, gfp_t gfp);

/* A free into a slab of more than a page that needs no lock. @cache NULL: any of kmalloc's. */
bool slab_free_large(const struct kmem_cache *cache, const void *object);

/* kmem_cache_free() where the cache's lock is needed, or something is wrong. */
void slab_free_slow(struct kmem_cache *cache, const void *object);

/* kmalloc(), kfree() likewise; and of what is whole pages. */
void *kmalloc_slow(size_t size, gfp_t gfp);
void kfree_slow(const void *object);

/* An object of which @size bytes are asked for, whatever that takes. */
void *slab_alloc_any(struct kmem_cache *cache, gfp_t gfp, size_t size, unsigned long caller);

/* Free an object of @cache, NULL: of any of kmalloc's, under the lock. */
void slab_free_any(struct kmem_cache *cache, const void *object, unsigned long caller);

/* kmem_cache_info() for kmalloc()'s whole pages of @order. */
void kmalloc_pages_info(unsigned int order, struct kmem_cache_info *info);

/* No hart has a slab of @cache any more, which is locked, and nobody uses it. */
void slab_unclaim_all(struct kmem_cache *cache);

/* Take all slabs of which no object is in use, and that no other hart has, off the cache. */
u64 slab_reap(struct kmem_cache *cache);

/*
 * Where @object of @cache (NULL: any of kmalloc's) is, and the slab it lies in. What is no
 * object panics.
 */
struct slab *slab_find(const struct kmem_cache *cache, const void *object, unsigned long caller,
	struct slab_word **word, u64 *bit);

/* Whether a cache lies at @cache, which is never read. */
bool slab_cache_exists(const struct kmem_cache *cache);

static inline bool slab_is_kmalloc(const struct kmem_cache *cache)
{
	return cache >= kmalloc_caches && cache < kmalloc_caches + KMALLOC_CACHES;
}

/* A free that is wrong ends here. @cache NULL: it was kfree(). */
void __noreturn __cold slab_fault(const struct kmem_cache *cache, const void *object,
	unsigned long caller, const char *fault);

/* A new slab of free objects, in no list; NULL where there are no pages. */
struct slab *slab_make(struct kmem_cache *cache, gfp_t gfp);

/* Its pages back to the zones: it is in no list, and no object is in use. Returns bytes. */
u64 slab_give_back(struct slab *slab);

/* Objects of @slab that are free. It is this hart's, or the cache is locked. */
u64 slab_free_objects(const struct slab *slab);

/* No object of it is in use. Whoever has freed one has done so before all that follows. */
bool slab_is_empty(const struct slab *slab);

/* The free objects of the word at hand. Other harts may add to them, and nobody takes any. */
static inline u64 slab_at_hand(const struct slab_slot *slot)
{
	return __atomic_load_n(&slot->word->free, __ATOMIC_RELAXED);
}

/* The lowest of the objects that are at hand. */
static inline void *slab_take(const struct slab_slot *slot, u64 free)
{
	/* What a hart wrote into an object before it was freed comes first. */
	__atomic_fetch_and(&slot->word->free, ~(free & -free), __ATOMIC_ACQUIRE);
	return slot->base + lowest_bit(free) * slot->stride;
}

/* The position at @offset bytes in a slab, rounded down. */
static inline u64 slab_position(const struct slab *slab, u64 offset)
{
	return offset * slab->reciprocal >> 32;
}

/* The slab of 2^@order pages that @object lies in. */
static inline struct slab *slab_at(const void *object, unsigned int order)
{
	return (struct slab *)ALIGN_DOWN((uintptr_t)object, PAGE_SIZE << order);
}

/* Whether this hart has claimed @slab: nobody else can change that. */
static inline bool slab_is_mine(const struct slab *slab)
{
	return __atomic_load_n(&slab->claim, __ATOMIC_RELAXED) == slab_slot(slab->cache);
}

/* Whether @object is free now; if not, there is more to it than setting a bit. */
static inline bool slab_put(struct slab *slab, const void *object)
{
	u64 offset = (u64)((const char *)object - (const char *)slab);
	u64 position = slab_position(slab, offset), bit = 1UL << position % 64;
	struct slab_word *word = &slab->words[position / 64];
	u64 free, in_use;

	if (IS_ENABLED(CONFIG_SLAB_DEBUG) || unlikely(position * slab->stride != offset))
		return false;
	free = __atomic_load_n(&word->free, __ATOMIC_RELAXED);
	in_use = word->objects ^ free;
	if (unlikely(!(in_use & bit)))
		return false;
	if (unlikely(!free || in_use == bit) && !slab_is_mine(slab))
		return false;
	return __atomic_compare_exchange_n(
		&word->free, &free, free | bit, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

/* ---- SLAB_DEBUG: slab_debug.c ---- */

/* Behind each object: bytes that nobody writes, then who had it last. */
struct slab_track {
	u64 caller; /* that allocated it, or that freed it */
	u32 size;   /* that was asked for */
};
#define SLAB_REDZONE_MIN 8

/* Fill a new object, which its constructor has seen. */
void slab_debug_make(const struct kmem_cache *cache, void *object);

/* A free object is handed out, @size bytes of it: it must be as it was left. */
void slab_debug_alloc(
	const struct kmem_cache *cache, void *object, size_t size, unsigned long caller);

/* One that is in use is about to be free. */
void slab_debug_free(const struct kmem_cache *cache, void *object, unsigned long caller);

/* ---- What a cache is made of ---- */

#define SLAB_BEHIND(size)                                                                   \
	(IS_ENABLED(CONFIG_SLAB_DEBUG) ? ALIGN_UP((size) + SLAB_REDZONE_MIN, sizeof(u64)) + \
						 sizeof(struct slab_track)                  \
				       : (size))
#define SLAB_STRIDE(size, align) ALIGN_UP(SLAB_BEHIND(size), align)

/* All of a cache that must be set, for objects of @bytes bytes, aligned to @align. */
#define SLAB_CACHE(text, bytes, align, constructor)                                 \
	{                                                                           \
		.stride = (u32)SLAB_STRIDE(bytes, align),                           \
		.reciprocal = (u32)(((1UL << 32) + SLAB_STRIDE(bytes, align) - 1) / \
				    SLAB_STRIDE(bytes, align)),                     \
		.size = (u32)(bytes), .name = (text), .ctor = (constructor),        \
	}

#endif
