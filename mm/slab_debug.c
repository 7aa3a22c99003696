// SPDX-License-Identifier: BSD-2-Clause
/*
 * CONFIG_SLAB_DEBUG: what is written past an object's end, or after its free, is found.
 *
 * Behind an object's last byte: REDZONE up to the track, at the end of the stride. A free
 * object is full of FREE bytes, unless a constructor has written it; a new one of NEW bytes.
 */
#include "slab_internal.h"
#include <lib/string.h>
#include <molt/panic.h>

#define REDZONE 0xbb
#define FREE	0x6b
#define NEW	0x5a

static struct slab_track *track_of(const struct kmem_cache *cache, void *object)
{
	return (struct slab_track *)((char *)object + cache->stride - sizeof(struct slab_track));
}

/* The first byte of [from, to) that is not @byte, or NULL. */
static const u8 *first_other(const void *from, const void *to, u8 byte)
{
	const u8 *at;

	for (at = from; at < (const u8 *)to; at++) {
		if (*at != byte)
			return at;
	}
	return NULL;
}

static void set_redzone(const struct kmem_cache *cache, void *object, size_t size)
{
	struct slab_track *track = track_of(cache, object);

	memset((char *)object + size, REDZONE, (size_t)((char *)track - (char *)object) - size);
	track->size = (u32)size;
}

/* Nothing of what lies behind the object, @what, has been written. */
static void check_redzone(
	const struct kmem_cache *cache, void *object, const char *what, unsigned long caller)
{
	const struct slab_track *track = track_of(cache, object);
	const u8 *at = NULL;

	if (track->size <= cache->size)
		at = first_other((char *)object + track->size, track, REDZONE);
	if (track->size > cache->size || at)
		panic("%s: object %p, %s from %lx, was written past its end, at %p; found: %lx",
			cache->name, object, what, track->caller, at ? (const void *)at : track,
			caller);
}

void slab_debug_make(const struct kmem_cache *cache, void *object)
{
	if (!cache->ctor)
		memset(object, FREE, cache->size);
	track_of(cache, object)->caller = 0;
	set_redzone(cache, object, cache->size);
}

void slab_debug_alloc(
	const struct kmem_cache *cache, void *object, size_t size, unsigned long caller)
{
	const u8 *at = NULL;

	check_redzone(cache, object, "freed", caller);
	if (!cache->ctor)
		at = first_other(object, (char *)object + cache->size, FREE);
	if (at)
		panic("%s: object %p, freed from %lx, was written to after that, at %p; found: %lx",
			cache->name, object, track_of(cache, object)->caller, (const void *)at,
			caller);
	if (!cache->ctor)
		memset(object, NEW, size);
	track_of(cache, object)->caller = caller;
	set_redzone(cache, object, size);
}

void slab_debug_free(const struct kmem_cache *cache, void *object, unsigned long caller)
{
	check_redzone(cache, object, "allocated", caller);
	slab_debug_make(cache, object);
	track_of(cache, object)->caller = caller;
}
