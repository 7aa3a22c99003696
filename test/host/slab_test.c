/* SPDX-License-Identifier: BSD-2-Clause */
/* Object caches and kmalloc(), function by function, and each mistake that they catch. */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <mm/ledger.h>
#include <molt/compiler.h>
#include <molt/err.h>

#include "slab_world.h"

#define MANY 1000

static const size_t sizes[] = {8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192};

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

static void __noinline bad_free(struct kmem_cache *cache, void *object)
{
	CHECK_PANICS(kmem_cache_free(cache, object));
}

static bool is_full_of(const void *memory, unsigned char byte, size_t size)
{
	const unsigned char *at = memory;

	while (size && *at == byte) {
		at++;
		size--;
	}
	return !size;
}

/* ---- What is handed out ---- */

/* Every size there is: aligned, apart from the next, and all of it can be written. */
static void every_size(void)
{
	for (size_t size = 1; size <= KMALLOC_MAX; size++) {
		unsigned char *a = kmalloc(size, GFP_KERNEL), *b = kmalloc(size, GFP_KERNEL);

		if (!CHECK(a && b))
			return;
		memset(a, 1, size);
		memset(b, 2, size);
		CHECK(is_full_of(a, 1, size) && is_full_of(b, 2, size));
		CHECK(IS_ALIGNED((uintptr_t)a | (uintptr_t)b, 8));
		if (!(size & (size - 1)) && !IS_ENABLED(CONFIG_SLAB_DEBUG))
			CHECK(IS_ALIGNED(
				(uintptr_t)a | (uintptr_t)b, size < PAGE_SIZE ? size : PAGE_SIZE));
		kfree(a);
		kfree(b);
	}
	CHECK(world_is_clean());
}

/* Many of each size at once; then freed from both ends. */
static void many(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned char *objects[MANY];

		for (int n = 0; n < MANY; n++) {
			objects[n] = kmalloc(sizes[i], GFP_KERNEL);
			if (!CHECK(objects[n]))
				return;
			memset(objects[n], n, sizes[i]);
		}
		for (int n = 0; n < MANY; n++) {
			unsigned char *object = objects[n % 2 ? MANY - n : n];

			CHECK(is_full_of(object, (unsigned char)(n % 2 ? MANY - n : n), sizes[i]));
			kfree(object);
		}
	}
	CHECK(world_is_clean());
}

static void sizes_that_cannot_be(void)
{
	unsigned long messages = printk_count;

	CHECK(!kmalloc(0, GFP_KERNEL));
	CHECK(!kmalloc(KMALLOC_MAX + 1, GFP_KERNEL | __GFP_NOWARN));
	CHECK_EQ(printk_count, messages);
	CHECK(!kmalloc(KMALLOC_MAX + 1, GFP_KERNEL));
	CHECK(strstr(printk_text, "kmalloc(8193)"));
	CHECK(!kmalloc((size_t)-1, GFP_KERNEL));
	CHECK_EQ(printk_count, messages + 2);
	kfree(NULL);
}

static void zeroed(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *object = kmalloc(sizes[i], GFP_KERNEL);

		memset(object, 0xff, sizes[i]);
		kfree(object);
		object = kmalloc(sizes[i], GFP_ATOMIC | __GFP_ZERO);
		CHECK(is_full_of(object, 0, sizes[i]));
		kfree(object);
	}
	CHECK(world_is_clean());
}

static void other_zones(void)
{
	CHECK_PANICS(kmalloc(64, GFP_DMA32));
	CHECK(said("kmalloc-64: gfp 0 from"));
	CHECK_PANICS(kmalloc(64, GFP_MOVABLE));
	CHECK_PANICS(kmalloc(4096, GFP_MOVABLE));
	CHECK(said("kmalloc(4096): gfp 60 from"));
	CHECK(world_is_clean());
}

static void alignments(void)
{
	for (size_t align = 1; align <= PAGE_SIZE; align *= 2) {
		for (size_t size = 1; size <= KMALLOC_MAX; size += size / 3 + 1) {
			struct kmem_cache *cache = kmem_cache_create("a", size, align, NULL);
			void *objects[20];

			for (int i = 0; i < 20; i++) {
				objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
				if (!CHECK(objects[i]))
					return;
				CHECK(IS_ALIGNED((uintptr_t)objects[i], align));
				memset(objects[i], i, size);
			}
			for (int i = 0; i < 20; i++) {
				CHECK(is_full_of(objects[i], (unsigned char)i, size));
				kmem_cache_free(cache, objects[i]);
			}
			CHECK_EQ(kmem_cache_destroy(cache), 0);
		}
	}
	CHECK(world_is_clean());
}

/* ---- Caches ---- */

static int constructed;

static void construct(void *object)
{
	*(int *)object = ++constructed;
}

/* Once for each object; what it left is there whenever the object is handed out. */
static void constructors(void)
{
	struct kmem_cache *cache = kmem_cache_create("constructed", 100, 0, construct);
	int *objects[MANY], before;

	constructed = 0;
	for (int i = 0; i < MANY; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		CHECK(*objects[i] > 0 && *objects[i] <= constructed);
		*objects[i] = -*objects[i];
	}
	before = constructed;
	CHECK(before >= MANY);
	for (int i = 0; i < MANY; i++) {
		*objects[i] = -*objects[i];
		kmem_cache_free(cache, objects[i]);
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		CHECK(*objects[i] > 0);
	}
	CHECK_EQ(constructed, before);
	CHECK_PANICS(kmem_cache_alloc(cache, GFP_KERNEL | __GFP_ZERO));
	CHECK(said("constructed: __GFP_ZERO from"));
	for (int i = 0; i < MANY; i++)
		kmem_cache_free(cache, objects[i]);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

static void caches_that_cannot_be(void)
{
	unsigned long messages = printk_count;

	CHECK(!kmem_cache_create("none", 0, 0, NULL));
	CHECK(!kmem_cache_create("large", KMALLOC_MAX + 1, 0, NULL));
	CHECK(!kmem_cache_create("odd", 8, 3, NULL));
	CHECK(!kmem_cache_create("odd", 8, 24, NULL));
	CHECK(!kmem_cache_create("apart", 8, 2 * PAGE_SIZE, NULL));
	CHECK(strstr(printk_text, "kmem_cache_create(apart)"));
	CHECK_EQ(printk_count, messages + 5);
	world_limit = 0;
	CHECK(!kmem_cache_create("no memory", 8, 0, NULL));
	world_limit = WORLD_PAGES;
	CHECK(world_is_clean());
}

static void destroy_in_use(void)
{
	struct kmem_cache *cache = kmem_cache_create("busy", 40, 0, NULL);
	void *objects[500];

	for (int i = 0; i < 500; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	CHECK_EQ(kmem_cache_destroy(cache), -EBUSY);
	CHECK(strstr(printk_text, "kmem_cache_destroy(busy)"));
	CHECK(strstr(printk_text, ": 500 objects"));
	CHECK_EQ(world_cache("busy").in_use, 500);
	for (int i = 0; i < 499; i++)
		kmem_cache_free(cache, objects[i]);
	CHECK_EQ(kmem_cache_destroy(cache), -EBUSY);
	kmem_cache_free(cache, objects[499]);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(!world_cache("busy").name);
	CHECK(world_is_clean());
}

/* The one to go is in the midst of others. */
static void caches_come_and_go(void)
{
	struct kmem_cache *a = kmem_cache_create("a", 8, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("b", 8, 0, NULL);
	struct kmem_cache *c = kmem_cache_create("c", 8, 0, NULL);

	CHECK(world_cache("a").name && world_cache("b").name && world_cache("c").name);
	CHECK_EQ(kmem_cache_destroy(b), 0);
	CHECK(world_cache("a").name && !world_cache("b").name && world_cache("c").name);
	CHECK_EQ(kmem_cache_destroy(c), 0);
	CHECK_EQ(kmem_cache_destroy(a), 0);
	CHECK(!world_cache("a").name && !world_cache("c").name);
	CHECK(world_is_clean());
}

/* ---- Where slabs go ---- */

/* With all objects free a cache keeps the hart's slab and one to spare, and shrinks to none. */
static void empty_slabs_go_back(void)
{
	struct kmem_cache *cache = kmem_cache_create("empty", 128, 0, NULL);
	void *objects[MANY];
	u64 held;

	for (int i = 0; i < MANY; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	CHECK(world_cache("empty").bytes >= MANY * 128UL);
	for (int i = 0; i < MANY; i++)
		kmem_cache_free(cache, objects[i]);
	held = world_cache("empty").bytes;
	CHECK_EQ(world_cache("empty").in_use, 0);
	CHECK(held <= 2 * PAGE_SIZE);
	CHECK_EQ(kmem_cache_shrink(cache), held);
	CHECK_EQ(kmem_cache_shrink(cache), 0);
	CHECK_EQ(world_cache("empty").slabs, 0);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

/* What is in use stays where it is, and its slab can be filled up again. */
static void shrink_keeps_what_is_used(void)
{
	struct kmem_cache *cache = kmem_cache_create("kept", 64, 0, NULL);
	unsigned char *objects[MANY];
	u64 slabs;

	for (int i = 0; i < MANY; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		memset(objects[i], i, 64);
	}
	for (int i = 0; i < MANY; i++) {
		if (i % 200)
			kmem_cache_free(cache, objects[i]);
	}
	kmem_cache_shrink(cache);
	CHECK_EQ(world_cache("kept").in_use, MANY / 200);
	slabs = world_cache("kept").slabs;
	CHECK(slabs <= MANY / 200);
	for (int i = 0; i < MANY; i++) {
		if (i % 200)
			objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		else
			CHECK(is_full_of(objects[i], (unsigned char)i, 64));
	}
	for (int i = 0; i < MANY; i++)
		kmem_cache_free(cache, objects[i]);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

/* Free objects of slabs that are used in part come first: a cache does not grow over them. */
static void partial_slabs_come_first(void)
{
	void *objects[MANY];
	u64 slabs;

	for (int i = 0; i < MANY; i++)
		objects[i] = kmalloc(96, GFP_KERNEL);
	slabs = world_cache("kmalloc-96").slabs;
	for (int i = 0; i < MANY; i += 2)
		kfree(objects[i]);
	for (int i = 0; i < MANY; i += 2)
		objects[i] = kmalloc(96, GFP_KERNEL);
	CHECK_EQ(world_cache("kmalloc-96").slabs, slabs);
	CHECK_EQ(world_cache("kmalloc-96").in_use, MANY);
	for (int i = 0; i < MANY; i++)
		kfree(objects[i]);
	CHECK(world_is_clean());
}

/* Nothing is lost when there is no memory, and what is freed can be had again. */
static void no_memory(void)
{
	static void *objects[8 * 1024];

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned int n = 0, again;

		world_limit = 10;
		world_refused = false;
		while ((objects[n] = kmalloc(sizes[i], GFP_KERNEL)))
			n++;
		CHECK(world_refused && n >= 10 * PAGE_SIZE / sizes[i] / 8);
		CHECK(!kmalloc(sizes[i], GFP_ATOMIC | __GFP_ZERO));
		for (again = 0; again < n; again++)
			kfree(objects[again]);
		for (again = 0; again < n && (objects[again] = kmalloc(sizes[i], GFP_KERNEL));)
			again++;
		CHECK_EQ(again, n);
		while (again)
			kfree(objects[--again]);
		CHECK(world_is_clean());
	}
	world_limit = WORLD_PAGES;
}

/* Where there are pages but no runs of them, slabs are single pages. */
static void fragmented_memory(void)
{
	void *few[3], *many_more[100];

	world_largest = 0;
	CHECK(!kmalloc(8192, GFP_KERNEL));
	for (int i = 0; i < 3; i++)
		CHECK((few[i] = kmalloc(1024, GFP_KERNEL)));
	CHECK(world_cache("kmalloc-1024").bytes <= 3 * PAGE_SIZE);
	world_largest = 3;
	for (int i = 0; i < 100; i++)
		CHECK((many_more[i] = kmalloc(1024, GFP_KERNEL)));
	CHECK_EQ(world_cache("kmalloc-1024").in_use, 103);
	for (int i = 0; i < 3; i++)
		kfree(few[i]);
	for (int i = 0; i < 100; i++)
		kfree(many_more[i]);
	CHECK(world_is_clean());
}

/* Each cache once, and all of them add up to what the ledger has. */
static void infos_add_up(void)
{
	struct kmem_cache *cache = kmem_cache_create("named", 24, 0, NULL);
	struct kmem_cache_info info;
	void *objects[2 * ARRAY_SIZE(sizes)], *object = kmem_cache_alloc(cache, GFP_KERNEL);
	unsigned int i, n = 0;
	u64 bytes = 0;

	for (i = 0; i < 2 * ARRAY_SIZE(sizes); i++)
		objects[i] = kmalloc(sizes[i / 2], GFP_KERNEL);
	for (i = 0; kmem_cache_info(i, &info); i++) {
		bytes += info.bytes;
		n += !strncmp(info.name, "kmalloc-", 8) && info.in_use >= 2 &&
		     info.size == strtoul(info.name + 8, NULL, 10);
	}
	CHECK_EQ(n, ARRAY_SIZE(sizes));
	CHECK_EQ(i, ARRAY_SIZE(sizes) + 1);
	CHECK_EQ(bytes, ledger_bytes(OWNER_SLAB));
	CHECK_EQ(bytes, world_used * PAGE_SIZE);
	CHECK_EQ(world_cache("named").size, 24);
	CHECK_EQ(world_cache("named").in_use, 1);
	for (i = 0; i < 2 * ARRAY_SIZE(sizes); i++)
		kfree(objects[i]);
	kmem_cache_free(cache, object);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

/* ---- Mistakes ---- */

/* With others of the slab in use or not, while the hart has it or not. */
static void double_free(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *object = kmalloc(sizes[i], GFP_KERNEL), *other;

		other = kmalloc(sizes[i], GFP_KERNEL);
		kfree(object);
		bad_kfree(object);
		CHECK(said(" free")); /* "already", or the memory as a whole */
		kfree(other);
		bad_kfree(other);
		CHECK(said(" free")); /* "already", or the memory as a whole */
		CHECK(world_is_clean());
		bad_kfree(object);
		CHECK(said("memory that is free, or that nobody hands out"));
	}
	CHECK(world_is_clean());
}

static void double_free_of_a_cache(void)
{
	struct kmem_cache *cache = kmem_cache_create("twice", 64, 0, NULL);
	void *objects[200];

	for (int i = 0; i < 200; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	for (int i = 0; i < 200; i++) {
		kmem_cache_free(cache, objects[i]);
		bad_free(cache, objects[i]);
		CHECK(said("kmem_cache_free(twice, "));
		CHECK(said(" free")); /* "already", or the memory as a whole */
	}
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

static void wrong_cache(void)
{
	struct kmem_cache *a = kmem_cache_create("a", 64, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("b", 64, 0, NULL);
	void *of_a = kmem_cache_alloc(a, GFP_KERNEL), *of_b = kmem_cache_alloc(b, GFP_KERNEL);
	void *of_none = kmalloc(64, GFP_KERNEL), *large = kmalloc(2000, GFP_KERNEL);

	bad_free(a, of_b);
	CHECK(said("kmem_cache_free(a, ") && said("an object of cache b"));
	bad_free(a, of_none);
	CHECK(said("an object of cache kmalloc-64"));
	bad_free(a, large);
	CHECK(said("an object of cache kmalloc-2048"));
	bad_kfree(of_a);
	CHECK(said("kfree(") && said("an object of cache a"));
	bad_free(a, NULL);
	CHECK_EQ(world_cache("a").in_use, 1);
	CHECK_EQ(world_cache("b").in_use, 1);
	kmem_cache_free(a, of_a);
	kmem_cache_free(b, of_b);
	kfree(of_none);
	kfree(large);
	CHECK_PANICS(kmem_cache_destroy(world_kmalloc_cache()));
	CHECK(said("it is kmalloc's"));
	CHECK_EQ(kmem_cache_destroy(a), 0);
	CHECK_EQ(kmem_cache_destroy(b), 0);
	CHECK(world_is_clean());
}

/* Every address in the slabs of an object but its own, however it lies there. */
static void no_object(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes) - 2; i++) {
		char *object = kmalloc(sizes[i], GFP_KERNEL);
		unsigned long size = PAGE_SIZE << page_order(object);
		char *slab = (char *)ALIGN_DOWN((uintptr_t)object, size);

		for (char *at = slab; at < slab + size; at += 4) {
			if (at != object)
				bad_kfree(at);
		}
		bad_kfree(object + 1);
		CHECK(said("an address where no object begins"));
		bad_kfree(slab);
		CHECK(said(page_order(object) ? "no slab's" : "kmalloc() did not hand out"));
		kfree(object);
	}
	CHECK(world_is_clean());
}

static void no_slab(void)
{
	char here, *page = page_alloc(0, GFP_KERNEL), *pages = page_alloc(3, GFP_KERNEL);
	struct kmem_cache *cache = kmem_cache_create("strange", 64, 0, NULL);
	char *large = kmalloc(8192, GFP_KERNEL);

	bad_kfree(&here);
	CHECK(said("that nobody hands out"));
	bad_free(cache, &here);
	bad_kfree(page + 64);
	CHECK(said("memory that is no slab's"));
	bad_kfree(page);
	CHECK(said("pages that kmalloc() did not hand out"));
	bad_free(cache, page);
	bad_free(cache, page + 64);
	bad_free(cache, pages + 64);
	bad_kfree(pages);
	bad_kfree(pages + 4096);
	bad_kfree(large + 64);
	bad_kfree(large + 4096);
	CHECK(said("memory that is no slab's"));
	kfree(large);
	page_free(page, 0);
	page_free(pages, 3);
	CHECK_EQ(kmem_cache_destroy(cache), 0);
	CHECK(world_is_clean());
}

/* What a user writes to its own memory does not make a slab of it. */
static void forged_headers(void)
{
	char *object = kmalloc(64, GFP_KERNEL), *page = kmalloc(4096, GFP_KERNEL);
	char *pages = kmalloc(8192, GFP_KERNEL), *kilobytes[31];
	const char *slab = (const char *)ALIGN_DOWN((uintptr_t)object, PAGE_SIZE);

	/* All positions are objects, and some are in use: position 0, where no object is, too. */
	for (int i = 0; i < 4096 / 8; i++)
		((u64 *)page)[i] = i % 2 ? ~0UL : ~0UL << 60 >> 1;
	memcpy(page, slab, 48);
	memset(pages, 0xff, 8192);
	memcpy(pages, slab, 48);
	memcpy(pages + 4096, slab, 48);
	bad_kfree(pages + 4096);
	bad_kfree(pages + 4096 + 64);
	bad_kfree(pages + 64);
	/* Pages in the midst of a larger slab. */
	for (int i = 0; i < 31; i++) {
		kilobytes[i] = kmalloc(1024, GFP_KERNEL);
		memset(kilobytes[i], 0xff, 1024);
		memcpy(kilobytes[i], slab, 48);
	}
	for (int i = 0; i < 31; i++) {
		bad_kfree(kilobytes[i] + 64);
		kfree(kilobytes[i]);
	}
	kfree(page);
	kfree(pages);
	CHECK_EQ(world_cache("kmalloc-64").in_use, 1);
	kfree(object);
	CHECK(world_is_clean());
}

/* ---- Two harts ---- */

static void *objects_of_other[MANY];
static pthread_barrier_t barrier;

static void *other_hart(void *size)
{
	host_hart.index = 1;
	for (int i = 0; i < MANY; i++)
		objects_of_other[i] = kmalloc(*(size_t *)size, GFP_KERNEL);
	pthread_barrier_wait(&barrier);
	/* Now the first frees them all. */
	pthread_barrier_wait(&barrier);
	slab_shrink();
	return NULL;
}

/* All that one has allocated another frees: one slab stays with the first, until it shrinks. */
static void freed_by_another(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t size = sizes[i];
		pthread_t thread;

		pthread_barrier_init(&barrier, NULL, 2);
		pthread_create(&thread, NULL, other_hart, &size);
		pthread_barrier_wait(&barrier);
		for (int n = 0; n < MANY; n++) {
			kfree(objects_of_other[n]);
			bad_kfree(objects_of_other[n]);
		}
		slab_shrink();
		CHECK(world_used <= (size > 256 ? 8 : 1));
		CHECK(world_used || size > 2048);
		pthread_barrier_wait(&barrier);
		pthread_join(thread, NULL);
		CHECK(world_is_clean());
		pthread_barrier_destroy(&barrier);
	}
}

int main(void)
{
	world_begin(2);
	TEST(every_size);
	TEST(many);
	TEST(sizes_that_cannot_be);
	TEST(zeroed);
	TEST(other_zones);
	TEST(alignments);
	TEST(constructors);
	TEST(caches_that_cannot_be);
	TEST(destroy_in_use);
	TEST(caches_come_and_go);
	TEST(empty_slabs_go_back);
	TEST(shrink_keeps_what_is_used);
	TEST(partial_slabs_come_first);
	TEST(no_memory);
	TEST(fragmented_memory);
	TEST(infos_add_up);
	TEST(double_free);
	TEST(double_free_of_a_cache);
	TEST(wrong_cache);
	TEST(no_object);
	TEST(no_slab);
	TEST(forged_headers);
	TEST(freed_by_another);
	free(world_arena);
	return check_report();
}
