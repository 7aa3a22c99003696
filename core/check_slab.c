// SPDX-License-Identifier: BSD-2-Clause
/*
 * slab: objects of every size that kmalloc() has, and of a cache with a constructor. Each is
 * full of its own number when it is freed. Then no byte may be left that was not held before.
 */
#include <core/check.h>
#include <lib/printf.h>
#include <mm/ledger.h>
#include <mm/slab.h>

/* Bytes that are held at most, and objects of one size. */
#define BYTES_MAX   (1UL << 20)
#define OBJECTS_MAX 1000

/* An object is at least this. */
struct object {
	struct object *next;
};

struct round {
	struct object *newest;
	u64 count;
	struct kmem_cache *cache; /* NULL: kmalloc() */
	size_t size;
};

/* Byte @at of object @number. */
static u8 pattern(u64 number, size_t at)
{
	return (u8)(number * 7 + at);
}

static struct object *take(const struct round *round)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;
	struct check_tries tries = {0};
	struct object *object;

	do
		object = round->cache ? kmem_cache_alloc(round->cache, gfp)
				      : kmalloc(round->size, gfp);
	while (!object && check_again(&tries));
	return object;
}

static bool allocate(struct round *round)
{
	struct object *object = take(round);
	size_t at;

	if (!object)
		return false;
	object->next = round->newest;
	round->newest = object;
	round->count++;
	for (at = sizeof(*object); at < round->size; at++)
		((u8 *)object)[at] = pattern(round->count, at);
	return true;
}

/* Free the newest. Whether nobody else had written to it. */
static bool release(struct round *round)
{
	struct object *object = round->newest;
	bool ok = true;
	size_t at;

	for (at = sizeof(*object); at < round->size; at++)
		ok &= ((u8 *)object)[at] == pattern(round->count, at);
	round->newest = object->next;
	round->count--;
	if (round->cache)
		kmem_cache_free(round->cache, object);
	else
		kfree(object);
	return ok;
}

/* As many as the bounds, or memory, allow. */
static bool exercise(struct kmem_cache *cache, size_t size, u64 *objects)
{
	struct round round = {.cache = cache, .size = size};
	bool ok;

	while (round.count < OBJECTS_MAX && round.count * size < BYTES_MAX && allocate(&round))
		;
	ok = round.count != 0;
	*objects += round.count;
	while (round.count)
		ok &= release(&round);
	return ok && !round.newest;
}

static u64 constructed;

static void construct(void *object)
{
	(void)object;
	constructed++;
}

static bool named_cache(u64 *objects)
{
	struct check_tries tries = {0};
	struct kmem_cache *cache;
	u64 before = *objects;
	bool ok;

	do
		cache = kmem_cache_create("check", 200, 64, construct);
	while (!cache && check_again(&tries));
	if (!cache)
		return false;
	ok = exercise(cache, 200, objects);
	return ok && constructed >= *objects - before && !kmem_cache_destroy(cache);
}

bool check_slab(void)
{
	u64 before = ledger_bytes(OWNER_SLAB), objects = 0;
	bool ok = true;
	char figures[40];
	size_t size;

	for (size = sizeof(struct object); size <= KMALLOC_MAX; size += size / 2) {
		ok &= exercise(NULL, size, &objects);
		ok &= exercise(NULL, size - 1 > sizeof(u64) ? size - 1 : size, &objects);
	}
	ok &= named_cache(&objects);
	slab_shrink();
	ok &= ledger_bytes(OWNER_SLAB) == before;
	snprintf(figures, sizeof(figures), ",\"objects\":%lu", objects);
	return check_report("slab", ok, figures);
}
