/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slabs against a model that shares nothing with them: who has each 8 bytes of the arena.
 * Random calls are made on both; nothing may be handed out twice or lose what was written
 * there, memory may run out only where pages have, and every count must be the model's.
 *
 *	slab_oracle_test [OPERATIONS [SEED]]
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mm/ledger.h>
#include <molt/compiler.h>

#include "slab_world.h"

#define LIVE_MAX 20000
#define NAMED	 6
#define COMPARE	 2000 /* operations before all counts are compared again */
#define GRANULE	 8

/* What a cache was made of. Cache NAMED is kmalloc(). */
struct kind {
	struct kmem_cache *cache;
	size_t size, align;
	unsigned long live;
	bool constructed;
	char name[8];
};

struct live {
	unsigned char *object;
	size_t size;
	unsigned int kind;
	unsigned char seed;
};

static struct kind kinds[NAMED + 1];
static struct live live[LIVE_MAX];
static unsigned long live_count;
static bool taken[WORLD_PAGES * PAGE_SIZE / GRANULE];

static u64 random_state;

static u64 chance(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 11;
}

static unsigned long pick(unsigned long below)
{
	return chance() % below;
}

/* All granules of an object change hands; false where one is not in @from. */
static bool take(const unsigned char *object, size_t size, bool from)
{
	unsigned long first = (unsigned long)(object - (unsigned char *)world_arena) / GRANULE;
	unsigned long last = first + (size - 1) / GRANULE;

	if (last >= ARRAY_SIZE(taken) || object < (unsigned char *)world_arena)
		return false;
	for (; first <= last; first++) {
		if (taken[first] != from)
			return false;
		taken[first] = !from;
	}
	return true;
}

#define CONSTRUCTED 0x33

static void construct(void *object)
{
	*(unsigned char *)object = CONSTRUCTED;
}

/* Most are small; each power of two is as likely as the next. */
static size_t pick_size(void)
{
	size_t size = 1 + pick(8UL << pick(11));

	return size > KMALLOC_MAX ? KMALLOC_MAX : size;
}

static bool create(unsigned int n)
{
	struct kind *kind = &kinds[n];

	kind->size = pick_size();
	kind->align = pick(2) ? 0 : 1UL << pick(13);
	kind->constructed = pick(3) == 0;
	kind->live = 0;
	world_refused = false;
	kind->cache = kmem_cache_create(
		kind->name, kind->size, kind->align, kind->constructed ? construct : NULL);
	return kind->cache || world_refused;
}

static bool destroy(unsigned int n)
{
	struct kind *kind = &kinds[n];

	if ((kmem_cache_destroy(kind->cache) == 0) != (kind->live == 0))
		return false;
	if (!kind->live)
		kind->cache = NULL;
	return true;
}

static bool allocate(unsigned int n)
{
	struct live *new = &live[live_count];
	struct kind *kind = &kinds[n];
	size_t size = n < NAMED ? kind->size : pick_size(), align = GRANULE;
	gfp_t gfp = GFP_KERNEL | (!kind->constructed && pick(8) == 0 ? __GFP_ZERO : 0);
	unsigned char *object;

	world_refused = false;
	object = n < NAMED ? kmem_cache_alloc(kind->cache, gfp) : kmalloc(size, gfp);
	if (!object)
		return world_refused;
	if (n < NAMED && kind->align > align)
		align = kind->align;
	if (!IS_ALIGNED((uintptr_t)object, align) || !take(object, size, false))
		return false;
	for (size_t i = 0; (gfp & __GFP_ZERO) && i < size; i++) {
		if (object[i])
			return false;
	}
	if (kind->constructed && *object != CONSTRUCTED)
		return false;
	*new = (struct live){object, size, n, (unsigned char)chance()};
	memset(object, new->seed, size);
	kind->live++;
	live_count++;
	return true;
}

static bool release(unsigned long index)
{
	struct live gone = live[index];
	struct kind *kind = &kinds[gone.kind];

	for (size_t i = 0; i < gone.size; i++) {
		if (gone.object[i] != gone.seed)
			return false;
	}
	live[index] = live[--live_count];
	kind->live--;
	if (!take(gone.object, gone.size, true))
		return false;
	if (kind->constructed)
		*gone.object = CONSTRUCTED;
	if (gone.kind < NAMED)
		kmem_cache_free(kind->cache, gone.object);
	else
		kfree(gone.object);
	return true;
}

/* Free what must not be: inside of a live object, or of a wrong cache. */
static void misuse(unsigned long index)
{
	struct live *at = &live[index];
	struct kmem_cache *other = kinds[pick(NAMED)].cache;

	if (pick(2) && at->size > 1) {
		CHECK_PANICS(kfree(at->object + 1 + pick(at->size - 1)));
	} else if (at->kind < NAMED) {
		CHECK_PANICS(kfree(at->object));
	} else if (other) {
		CHECK_PANICS(kmem_cache_free(other, at->object));
	}
}

/* Phases of growth and of shrinking; memory is short at times. */
static bool operate(unsigned long n)
{
	static unsigned int growth;
	unsigned int kind = (unsigned int)pick(2 * NAMED);

	if (n % 2000 == 0) {
		growth = 30 + (unsigned int)pick(45);
		world_limit = pick(3) ? WORLD_PAGES : world_used + pick(50);
		world_largest = pick(4) ? 3 : (unsigned int)pick(3);
	}
	if (!pick(500))
		slab_shrink();
	if (!pick(50) && live_count)
		misuse(pick(live_count));
	if (kind > NAMED)
		kind = NAMED;
	if (kind < NAMED && !kinds[kind].cache)
		return create(kind);
	if (kind < NAMED && !pick(300))
		return destroy(kind);
	if (live_count && (live_count == LIVE_MAX || pick(100) >= growth))
		return release(pick(live_count));
	return allocate(kind);
}

static bool counts_agree(void)
{
	struct kmem_cache_info info;
	u64 bytes = 0, caches = 0, in_use = 0;

	for (unsigned int i = 0; kmem_cache_info(i, &info); i++) {
		bytes += info.bytes;
		if (!strncmp(info.name, "kmalloc-", 8))
			in_use += info.in_use;
		else if (info.in_use != kinds[info.name[0] - 'a'].live)
			return false;
	}
	for (int n = 0; n < NAMED; n++)
		caches += kinds[n].cache != NULL;
	/* A cache is itself an object of kmalloc's. */
	return bytes == world_used * PAGE_SIZE && bytes == ledger_bytes(OWNER_SLAB) &&
	       in_use == kinds[NAMED].live + caches;
}

static unsigned long operation_count = 1000000;

static void random_operations(void)
{
	unsigned long n;

	for (int i = 0; i < NAMED; i++)
		kinds[i].name[0] = (char)('a' + i);
	for (n = 0; n < operation_count; n++) {
		if (!CHECK(operate(n)) || (n % COMPARE == 0 && !CHECK(counts_agree())))
			break;
	}
	CHECK_EQ(n, operation_count);
	while (live_count) {
		if (!CHECK(release(live_count - 1)))
			break;
	}
	for (unsigned int i = 0; i < NAMED; i++)
		CHECK(!kinds[i].cache || destroy(i));
	CHECK(world_is_clean());
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	world_begin(1);
	TEST(random_operations);
	free(world_arena);
	return check_report();
}
