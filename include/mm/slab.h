/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slabs: objects smaller than pages, in caches of one size each. docs/slab.md has the picture.
 *
 * Names and behaviour are the field's (Linux's slab.h). All of it works as soon as
 * page_alloc() does, on any hart. Interrupts are off in the kernel: no context can come between.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <mm/page.h>
#include <molt/types.h>

/* The largest object, of kmalloc() and of a cache. */
#define KMALLOC_MAX 8192

struct kmem_cache;

/**
 * kmalloc - @size bytes
 * @gfp: GFP_KERNEL or GFP_ATOMIC, to which __GFP_ZERO and __GFP_NOWARN may be added. Another
 *       zone panics: objects of a cache share pages.
 *
 * Returns memory aligned to the largest power of two that divides the cache's size: to all of
 * the size, where that is a power of two. Content anything but with __GFP_ZERO. NULL for size
 * 0, for more than KMALLOC_MAX, which is told unless __GFP_NOWARN, and where there is none.
 * No lock in the common case; otherwise the cache's, and those of page_alloc().
 * The caller owns it, and gives it back to kfree().
 */
void *kmalloc(size_t size, gfp_t gfp);

/**
 * kfree - give back what kmalloc() returned
 * @object: NULL is nothing
 *
 * On any hart. What is no object of kmalloc's, or is free already, panics, naming the caller.
 */
void kfree(const void *object);

/**
 * kmem_cache_create - a cache of objects of @size bytes
 * @name: for messages; must live as long as the cache
 * @size: 1 to KMALLOC_MAX
 * @align: a power of two up to a page; 0 for that of a word
 * @ctor: NULL, or is called for each object once, when its slab is made, by the hart that
 *        makes it and without a lock. Whoever frees an object leaves it as constructed.
 *
 * Returns the cache; NULL where there is no memory, and for a size or alignment that cannot
 * be, which is told. Its slabs are made when objects are asked for.
 */
struct kmem_cache *kmem_cache_create(
	const char *name, size_t size, size_t align, void (*ctor)(void *object));

/**
 * kmem_cache_destroy - give @cache and all its memory back
 * Nobody may use the cache any more. Returns 0; -EBUSY, with a message and nothing changed,
 * where objects of it are in use.
 */
int kmem_cache_destroy(struct kmem_cache *cache);

/*
 * kmem_cache_alloc - an object of @cache, as kmalloc(). __GFP_ZERO is not for caches that
 * construct their objects, and panics.
 */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);

/* kmem_cache_free - as kfree(). An object of another cache panics, and so does NULL. */
void kmem_cache_free(struct kmem_cache *cache, void *object);

/**
 * kmem_cache_shrink - give back slabs of which no object is in use
 * A slab that another hart allocates from stays. Any hart; locks the cache.
 * Returns the bytes that went back to the zones.
 */
u64 kmem_cache_shrink(struct kmem_cache *cache);

/* slab_shrink - kmem_cache_shrink() for every cache. Caches may not come and go meanwhile. */
u64 slab_shrink(void);

/* What of a cache is told. */
struct kmem_cache_info {
	const char *name;
	u64 size;   /* bytes of an object, as it was asked for */
	u64 in_use; /* objects */
	u64 slabs;
	u64 bytes; /* of all its slabs; the sum over all caches is what the ledger calls slab */
};

/**
 * kmem_cache_info - tell of cache @index: kmalloc's first, then the others
 * Locks the cache. What is told may be old by then, unless other harts are idle. Caches may
 * not come and go meanwhile.
 * Returns false behind the last.
 */
bool kmem_cache_info(unsigned int index, struct kmem_cache_info *info);

#endif
