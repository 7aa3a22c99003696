/* SPDX-License-Identifier: BSD-2-Clause */
/* The pages that slabs under test are made of, and what may be done to them. */
#ifndef TEST_HOST_SLAB_WORLD_H
#define TEST_HOST_SLAB_WORLD_H

#include <mm/slab.h>

#define WORLD_PAGES 8192UL

extern char *world_arena;	   /* WORLD_PAGES of them, aligned to 64 KiB */
extern unsigned long world_used;   /* pages that are allocated */
extern unsigned long world_limit;  /* pages that may be, at most */
extern unsigned int world_largest; /* order of the largest run that there is */
extern bool world_refused;	   /* an allocation has failed since this was set to false */

/* Once, before all else. This thread is hart 0 of @harts. */
void world_begin(unsigned int harts);

/* Give every empty slab back; whether no page and no byte is held by slabs then. */
bool world_is_clean(void);

/* The info of the cache called @name; its name is NULL where there is none. */
struct kmem_cache_info world_cache(const char *name);

/* The cache that kmalloc() has 8 bytes from. */
struct kmem_cache *world_kmalloc_cache(void);

#endif
