/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIG_SLAB_DEBUG: each write where none may be is found, and told. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <molt/compiler.h>

#include "slab_world.h"

static bool said(const char *part)
{
	if (strstr(panic_text, part))
		return true;
	printf("it said: %s\n", panic_text);
	return false;
}

/* Apart, since a panic's jump may spoil what the caller has in registers. */
static void __noinline bad_kfree(void *object)
{
	CHECK_PANICS(kfree(object));
}

static void new_and_free_bytes(void)
{
	unsigned char *object = kmalloc(60, GFP_KERNEL);

	for (int i = 0; i < 60; i++)
		CHECK_EQ(object[i], 0x5a);
	kfree(object);
	for (int i = 0; i < 60; i++)
		CHECK_EQ(object[i], 0x6b);
	CHECK(world_is_clean());
}

/* The very byte behind what was asked for, at each size, though the cache's is larger. */
static void past_the_end(void)
{
	for (size_t size = 1; size <= 2048; size += size / 8 + 1) {
		char *object = kmalloc(size, GFP_KERNEL), old = object[size], where[24];

		object[size] = 1;
		bad_kfree(object);
		snprintf(where, sizeof(where), "its end, at %p", (void *)(object + size));
		CHECK(said("kmalloc-") && said("allocated from") && said(where));
		object[size] = old;
		kfree(object);
	}
	CHECK(world_is_clean());
}

static void after_the_free(void)
{
	struct kmem_cache *cache = kmem_cache_create("freed", 100, 0, NULL);
	char *object = kmem_cache_alloc(cache, GFP_KERNEL), where[24];

	for (int i = 0; i < 100; i++) {
		kmem_cache_free(cache, object);
		object[i] = 1;
		CHECK_PANICS(kmem_cache_alloc(cache, GFP_KERNEL));
		snprintf(where, sizeof(where), "after that, at %p", (void *)(object + i));
		CHECK(said("freed: object") && said("freed from") && said(where));
		/* It is allocated by now. */
		object[i] = 0x6b;
	}
	kmem_cache_free(cache, object);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

static void past_the_end_of_a_free_one(void)
{
	char *object = kmalloc(100, GFP_KERNEL), old = object[130];

	kfree(object);
	object[130] = 1;
	CHECK_PANICS(kmalloc(100, GFP_KERNEL));
	CHECK(said("freed from") && said("past its end"));
	object[130] = old;
	kfree(object);
	CHECK(world_is_clean());
}

static void construct(void *object)
{
	memset(object, 7, 50);
}

/* What a constructor has written is not filled over; the bytes behind it are watched. */
static void constructed(void)
{
	struct kmem_cache *cache = kmem_cache_create("made", 50, 0, construct);
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, object);
	for (int i = 0; i < 50; i++)
		CHECK_EQ(object[i], 7);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	object[50] = 0;
	CHECK_PANICS(kmem_cache_free(cache, object));
	CHECK(said("made: object"));
	object[50] = (char)0xbb;
	kmem_cache_free(cache, object);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

int main(void)
{
	world_begin(1);
	TEST(new_and_free_bytes);
	TEST(past_the_end);
	TEST(after_the_free);
	TEST(past_the_end_of_a_free_one);
	TEST(constructed);
	free(world_arena);
	return check_report();
}
