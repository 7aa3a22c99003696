/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slabs on 1, 2 and 4 harts at once. Each allocates, and passes what it has on to whoever
 * comes by; so most objects are freed by another hart than that which allocated them. Each
 * object is full of its own number, and no byte may be left at the end.
 *
 *	slab_thread_test [OPERATIONS [SEED]], of each hart
 */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <molt/compiler.h>

#include "slab_world.h"

#define HARTS_MAX 4
#define BOXES	  512 /* objects that are under way */

struct object {
	struct kmem_cache *cache; /* NULL: kmalloc() */
	size_t size;
	u64 number; /* and the rest is full of its lowest byte */
};

static struct object *boxes[BOXES];
static struct kmem_cache *caches[2];
static pthread_barrier_t barrier;
static unsigned long operation_count = 100000, faults;
static u64 seed;

static const size_t sizes[] = {24, 32, 64, 64, 64, 96, 200, 700, 2048, 4096, 6000};

static u64 chance(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

static struct object *allocate(u64 *state)
{
	unsigned int n = (unsigned int)(chance(state) % 13);
	struct kmem_cache *cache = n < 2 ? caches[n] : NULL;
	size_t size = n == 0 ? 48 : n == 1 ? 1000 : sizes[n - 2];
	struct object *object =
		cache ? kmem_cache_alloc(cache, GFP_KERNEL) : kmalloc(size, GFP_KERNEL);

	if (!object)
		return NULL;
	*object = (struct object){cache, size, chance(state)};
	memset(object + 1, (int)object->number, size - sizeof(*object));
	return object;
}

static void release(struct object *object)
{
	const unsigned char *rest = (const unsigned char *)(object + 1);

	for (size_t i = 0; i < object->size - sizeof(*object); i++) {
		if (rest[i] != (unsigned char)object->number) {
			__atomic_fetch_add(&faults, 1, __ATOMIC_RELAXED);
			break;
		}
	}
	if (object->cache)
		kmem_cache_free(object->cache, object);
	else
		kfree(object);
}

static void *hart(void *index)
{
	u64 state = (seed + (u64)(uintptr_t)index) * 0x9e3779b97f4a7c15ULL | 1;

	host_hart.index = (u32)(uintptr_t)index;
	for (unsigned long n = 0; n < operation_count; n++) {
		struct object **box = &boxes[chance(&state) % BOXES];
		struct object *mine = chance(&state) % 4 ? allocate(&state) : NULL;
		struct object *theirs = __atomic_exchange_n(box, mine, __ATOMIC_ACQ_REL);

		if (theirs)
			release(theirs);
		if (chance(&state) % 1000 == 0)
			slab_shrink();
	}
	pthread_barrier_wait(&barrier);
	for (unsigned int i = 0; i < BOXES; i++) {
		struct object *left = __atomic_exchange_n(&boxes[i], NULL, __ATOMIC_ACQ_REL);

		if (left)
			release(left);
	}
	pthread_barrier_wait(&barrier);
	slab_shrink();
	return NULL;
}

static void run(unsigned int harts)
{
	pthread_t threads[HARTS_MAX];

	caches[0] = kmem_cache_create("a", 48, 0, NULL);
	caches[1] = kmem_cache_create("b", 1000, 64, NULL);
	pthread_barrier_init(&barrier, NULL, harts);
	for (unsigned int i = 0; i < harts; i++)
		pthread_create(&threads[i], NULL, hart, (void *)(uintptr_t)i);
	for (unsigned int i = 0; i < harts; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&barrier);
	CHECK_EQ(faults, 0);
	CHECK_EQ(world_cache("kmalloc-64").in_use + world_cache("b").in_use, 0);
	CHECK_EQ(kmem_cache_destroy(caches[0]), 0);
	CHECK_EQ(kmem_cache_destroy(caches[1]), 0);
	CHECK(world_is_clean());
}

static void one_hart(void)
{
	run(1);
}

static void two_harts(void)
{
	run(2);
}

/* And too little memory for all of them. */
static void four_harts(void)
{
	world_limit = 200;
	run(4);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);
	printf("seed %llu, %lu operations of each hart\n", (unsigned long long)seed,
		operation_count);
	world_begin(HARTS_MAX);
	TEST(one_hart);
	TEST(two_harts);
	TEST(four_harts);
	free(world_arena);
	return check_report();
}
