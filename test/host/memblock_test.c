/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock, function by function, against results worked out by hand. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <arch/page.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/stage.h>

#define KIB  0x400UL
#define MIB  0x100000UL
#define GIB  0x40000000UL
#define RAM  0x80000000UL
#define TOP  PHYS_ADDR_MAX
#define ANY  NUMA_NO_NODE
#define NONE MEMBLOCK_NONE

static struct memblock_type *const memory = &memblock.memory;
static struct memblock_type *const reserved = &memblock.reserved;

/* ---- Scenery ---- */

static struct memblock pristine;
static unsigned char arena[4 * MIB] __attribute__((aligned(4096)));

/* memblock as the program found it, and no entry where a test did not put it. */
static void fresh(void)
{
	memblock = pristine;
	memset(memory->regions, 0xaa, memory->max * sizeof(*memory->regions));
	memset(reserved->regions, 0xaa, reserved->max * sizeof(*reserved->regions));
	stage_now = STAGE_MEMBLOCK;
	linear_offset = 0;
}

/* As fresh(), with 4 MiB of RAM at RAM that can be written to through __va(). */
static void fresh_ram(void)
{
	fresh();
	linear_offset = (unsigned long)arena - RAM;
	memset(arena, 0x5a, sizeof(arena));
	memblock_add(RAM, sizeof(arena));
}

struct want {
	phys_addr_t base, size;
	unsigned flags;
	int nid;
};

static bool region_is(const struct memblock_region *r, const struct want *want)
{
	return r->base == want->base && r->size == want->size && r->flags == want->flags &&
	       (!IS_ENABLED(CONFIG_NUMA) || memblock_get_region_node(r) == want->nid);
}

static void want_table(
	const struct memblock_type *type, const struct want *want, unsigned long cnt, int line)
{
	phys_addr_t total = 0;
	bool good = type->cnt == cnt;

	for (unsigned long i = 0; i < cnt; i++)
		total += want[i].size;
	for (unsigned long i = 0; good && i < cnt; i++)
		good = region_is(&type->regions[i], &want[i]);
	check_that(good && type->total_size == total, "the table as expected", __FILE__, line);
}

#define WANT(type, ...)                                      \
	want_table(type, (const struct want[]){__VA_ARGS__}, \
		sizeof((const struct want[]){__VA_ARGS__}) / sizeof(struct want), __LINE__)
#define WANT_EMPTY(type) want_table(type, NULL, 0, __LINE__)

/* Everything that memblock may change, to show that it did not. */
struct snapshot {
	struct memblock state;
	struct memblock_region memory_regions[512], reserved_regions[512];
};

static struct snapshot take_snapshot(void)
{
	struct snapshot s = {.state = memblock};

	memcpy(s.memory_regions, memory->regions, memory->cnt * sizeof(*memory->regions));
	memcpy(s.reserved_regions, reserved->regions, reserved->cnt * sizeof(*reserved->regions));
	return s;
}

static bool same_type(const struct memblock_type *a, const struct memblock_type *b)
{
	return a->cnt == b->cnt && a->max == b->max && a->total_size == b->total_size &&
	       a->regions == b->regions && a->name == b->name;
}

static bool unchanged(const struct snapshot *s)
{
	const struct memblock *old = &s->state;

	return same_type(memory, &old->memory) && same_type(reserved, &old->reserved) &&
	       memblock.bottom_up == old->bottom_up && memblock.can_resize == old->can_resize &&
	       memblock.current_limit == old->current_limit &&
	       !memcmp(s->memory_regions, memory->regions,
		       memory->cnt * sizeof(*memory->regions)) &&
	       !memcmp(s->reserved_regions, reserved->regions,
		       reserved->cnt * sizeof(*reserved->regions));
}

/* Fills @type with @n entries of one page, two pages apart, from @base on. */
static void fill(struct memblock_type *type, phys_addr_t base, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		phys_addr_t at = base + 2 * i * PAGE_SIZE;

		CHECK_EQ(type == memory ? memblock_add(at, PAGE_SIZE)
					: memblock_reserve(at, PAGE_SIZE),
			0);
	}
	CHECK_EQ(type->cnt, n);
}

/* ---- The tables ---- */

static void starts_empty(void)
{
	CHECK_EQ(memory->cnt, 0);
	CHECK_EQ(memory->max, 128);
	CHECK_EQ(reserved->cnt, 0);
	CHECK_EQ(reserved->max, 128);
	CHECK(!strcmp(memory->name, "memory") && !strcmp(reserved->name, "reserved"));
	CHECK(!memblock.bottom_up && !memblock.can_resize);
	CHECK_EQ(memblock.current_limit, MEMBLOCK_ALLOC_ANYWHERE);
	CHECK_EQ(memblock_start_of_DRAM(), 0);
	CHECK_EQ(memblock_end_of_DRAM(), 0);
	CHECK_EQ(memblock_phys_mem_size() + memblock_reserved_size() + memblock_free_bytes(), 0);
	CHECK(!memblock_is_memory(0) && !memblock_is_reserved(0));
	CHECK_EQ(memblock_phys_alloc(1, 1), 0);
}

/* One entry [100, 200), then a second range in each relation to it, same label. */
static void add_relations(void)
{
	static const struct {
		phys_addr_t base, end;		     /* what is added */
		unsigned long cnt;		     /* what comes of it */
		phys_addr_t low, low_end, high_base; /* first entry; second's base */
	} cases[] = {
		{10, 50, 2, 10, 50, 100},     /* before */
		{10, 100, 1, 10, 200, 0},     /* meets */
		{10, 150, 1, 10, 200, 0},     /* overlaps from below */
		{10, 200, 1, 10, 200, 0},     /* ends with */
		{10, 300, 1, 10, 300, 0},     /* contains */
		{100, 150, 1, 100, 200, 0},   /* starts with, inside */
		{100, 200, 1, 100, 200, 0},   /* equals */
		{100, 300, 1, 100, 300, 0},   /* starts with, beyond */
		{120, 180, 1, 100, 200, 0},   /* inside */
		{150, 200, 1, 100, 200, 0},   /* ends with, inside */
		{150, 300, 1, 100, 300, 0},   /* overlaps from above */
		{200, 300, 1, 100, 300, 0},   /* is met by */
		{250, 300, 2, 100, 200, 250}, /* after */
	};

	for (unsigned long i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		phys_addr_t total = cases[i].low_end - cases[i].low;

		fresh();
		memblock_add(100, 100);
		CHECK_EQ(memblock_add(cases[i].base, cases[i].end - cases[i].base), 0);
		CHECK_EQ(memory->cnt, cases[i].cnt);
		CHECK_EQ(memory->regions[0].base, cases[i].low);
		CHECK_EQ(memory->regions[0].size, total);
		if (cases[i].cnt == 2) {
			CHECK_EQ(memory->regions[1].base, cases[i].high_base);
			total += memory->regions[1].size;
		}
		CHECK_EQ(memory->total_size, total);
	}
}

/* Another label: what is there keeps its own, what is new gets the new one. */
static void add_relations_other_flags(void)
{
	fresh();
	memblock_add(100, 100);
	memblock_add_node(50, 200, 0, MEMBLOCK_HOTPLUG);
	WANT(memory, {50, 50, MEMBLOCK_HOTPLUG, 0}, {100, 100, NONE, ANY},
		{200, 50, MEMBLOCK_HOTPLUG, 0});
	memblock_add_node(120, 30, 0, MEMBLOCK_MIRROR);
	WANT(memory, {50, 50, MEMBLOCK_HOTPLUG, 0}, {100, 100, NONE, ANY},
		{200, 50, MEMBLOCK_HOTPLUG, 0});
	memblock_add(20, 60);
	WANT(memory, {20, 30, NONE, ANY}, {50, 50, MEMBLOCK_HOTPLUG, 0}, {100, 100, NONE, ANY},
		{200, 50, MEMBLOCK_HOTPLUG, 0});
	memblock_add_node(240, 20, 0, MEMBLOCK_HOTPLUG);
	CHECK_EQ(memory->regions[3].size, 60);
}

static void add_bridges(void)
{
	fresh();
	memblock_add(100, 100);
	memblock_add(300, 100);
	memblock_add(500, 100);
	memblock_add(700, 100);
	memblock_add(150, 400);
	WANT(memory, {100, 500, NONE, ANY}, {700, 100, NONE, ANY});
	memblock_add(600, 100);
	WANT(memory, {100, 700, NONE, ANY});
	memblock_add(0, 1000);
	WANT(memory, {0, 1000, NONE, ANY});
	/* Many gaps in one call, with neighbours of both labels. */
	fresh();
	memblock_add(100, 100);
	memblock_add_node(300, 100, ANY, MEMBLOCK_NOMAP);
	memblock_add(500, 100);
	memblock_add_node(700, 100, ANY, MEMBLOCK_NOMAP);
	memblock_add(50, 850);
	WANT(memory, {50, 250, NONE, ANY}, {300, 100, MEMBLOCK_NOMAP, ANY}, {400, 300, NONE, ANY},
		{700, 100, MEMBLOCK_NOMAP, ANY}, {800, 100, NONE, ANY});
}

static void merge_by_node(void)
{
	fresh();
	memblock_add_node(100, 100, 0, NONE);
	memblock_add_node(200, 100, 1, NONE);
	memblock_add_node(300, 100, 1, NONE);
	if (IS_ENABLED(CONFIG_NUMA))
		WANT(memory, {100, 100, NONE, 0}, {200, 200, NONE, 1});
	else
		WANT(memory, {100, 300, NONE, 0});
	CHECK_EQ(memblock_set_node(150, 100, memory, 1), 0);
	if (IS_ENABLED(CONFIG_NUMA))
		WANT(memory, {100, 50, NONE, 0}, {150, 250, NONE, 1});
	CHECK_EQ(memblock_set_node(0, TOP, memory, 0), 0);
	WANT(memory, {100, 300, NONE, 0});
	memblock_reserve(120, 10);
	CHECK_EQ(memblock_set_node(100, 100, reserved, 3), 0);
	WANT(reserved, {120, 10, NONE, 3});
}

static void size_zero(void)
{
	struct snapshot s;

	fresh();
	memblock_add(100, 100);
	memblock_reserve(120, 10);
	s = take_snapshot();
	CHECK_EQ(memblock_add(150, 0), 0);
	CHECK_EQ(memblock_add(400, 0), 0);
	CHECK_EQ(memblock_add_node(400, 0, 1, MEMBLOCK_MIRROR), 0);
	CHECK_EQ(memblock_reserve(150, 0), 0);
	CHECK_EQ(memblock_reserve_owner(150, 0, 3), 0);
	CHECK_EQ(memblock_set_owner(125, 0, 3), 0);
	CHECK_EQ(memblock_remove(150, 0), 0);
	CHECK_EQ(memblock_phys_free(125, 0), 0);
	CHECK_EQ(memblock_mark_nomap(150, 0), 0);
	CHECK_EQ(memblock_set_node(150, 0, memory, 1), 0);
	memblock_free(NULL, 100);
	memblock_cap_memory_range(120, 0);
	memblock_enforce_memory_limit(0);
	memblock_mem_limit_remove_map(0);
	CHECK_EQ(memblock_phys_alloc(0, 1), 0);
	CHECK(!memblock_alloc(0, 1));
	CHECK(!memblock_is_region_reserved(125, 0));
	CHECK(unchanged(&s));
}

static void remove_relations(void)
{
	static const struct {
		phys_addr_t base, end; /* what is removed of [100, 200) */
		phys_addr_t low_end, high_base;
	} cases[] = {
		{10, 50, 200, 200},
		{10, 100, 200, 200},
		{10, 150, 100, 150},
		{10, 200, 100, 200},
		{10, 300, 100, 200},
		{100, 150, 100, 150},
		{100, 200, 100, 200},
		{100, 300, 100, 200},
		{120, 180, 120, 180},
		{150, 200, 150, 200},
		{150, 300, 150, 200},
		{200, 300, 200, 200},
		{250, 300, 200, 200},
	};

	for (unsigned long i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		phys_addr_t low = cases[i].low_end - 100, high = 200 - cases[i].high_base;
		phys_addr_t size = cases[i].end - cases[i].base;

		fresh();
		memblock_add(100, 100);
		memblock_reserve(100, 100);
		CHECK_EQ(memblock_remove(cases[i].base, size), 0);
		CHECK_EQ(memblock_phys_free(cases[i].base, size), 0);
		CHECK_EQ(memory->cnt, (low > 0) + (high > 0));
		CHECK_EQ(reserved->cnt, memory->cnt);
		CHECK_EQ(memory->total_size, low + high);
		CHECK_EQ(reserved->total_size, low + high);
		if (low)
			CHECK_EQ(memory->regions[0].size, low);
		if (high) {
			CHECK_EQ(memory->regions[low > 0].base, cases[i].high_base);
			CHECK_EQ(reserved->regions[low > 0].size, high);
		}
	}
}

static void remove_across(void)
{
	fresh();
	for (int i = 0; i < 5; i++)
		memblock_add_node(100 * i, 50 + 50 * (i & 1), ANY, i & 1 ? MEMBLOCK_NOMAP : NONE);
	memblock_remove(120, 300);
	WANT(memory, {0, 50, NONE, ANY}, {100, 20, MEMBLOCK_NOMAP, ANY}, {420, 30, NONE, ANY});
	memblock_remove(0, TOP);
	WANT_EMPTY(memory);
}

static void top_of_the_address_space(void)
{
	fresh();
	CHECK_EQ(memblock_add(TOP - 100, 200), 0);
	WANT(memory, {TOP - 100, 100, NONE, ANY});
	CHECK_EQ(memblock_add(TOP - 200, TOP), 0);
	WANT(memory, {TOP - 200, 200, NONE, ANY});
	CHECK_EQ(memblock_add(TOP, 10), 0);
	CHECK_EQ(memblock_reserve(TOP - 10, 20), 0);
	WANT(reserved, {TOP - 10, 10, NONE, ANY});
	CHECK(memblock_is_region_memory(TOP - 50, TOP));
	CHECK(memblock_is_region_reserved(TOP - 50, TOP));
	CHECK(memblock_is_memory(TOP - 1) && !memblock_is_memory(TOP));
	CHECK_EQ(memblock_end_of_DRAM(), TOP);
	CHECK_EQ(memblock_free_bytes(), 190);
	CHECK_EQ(memblock_phys_alloc_range(8, 8, TOP - 200, TOP), TOP - 23);
	memblock_set_bottom_up(true);
	/* The next multiple of 4 GiB above would be 0. */
	CHECK_EQ(memblock_phys_alloc_range(8, 0x100000000UL, TOP - 200, TOP), 0);
	CHECK_EQ(memblock_phys_free(TOP - 20, TOP), 0);
	CHECK_EQ(memblock_mark_nomap(TOP - 20, TOP), 0);
	WANT(memory, {TOP - 200, 180, NONE, ANY}, {TOP - 20, 20, MEMBLOCK_NOMAP, ANY});
	CHECK_EQ(memblock_remove(TOP - 30, TOP), 0);
	WANT(memory, {TOP - 200, 170, NONE, ANY});
	memblock_add(TOP - 30, TOP);
	memblock_trim_memory(4 * KIB);
	WANT_EMPTY(memory);
	CHECK_EQ(memblock_add(0, TOP), 0);
	CHECK_EQ(memory->total_size, TOP);
}

/* ---- Full tables ---- */

/* The 129th entry, which may not come: at the bottom, in the middle, at the top. */
static void full_without_resize(void)
{
	struct memblock_type *types[] = {memory, reserved};

	for (int t = 0; t < 2; t++) {
		struct snapshot s;

		fresh_ram();
		memblock_remove(0, TOP);
		fill(types[t], RAM, 128);
		s = take_snapshot();
		for (unsigned long rank = 0; rank <= 128; rank += 64) {
			phys_addr_t at = RAM + 2 * rank * PAGE_SIZE - PAGE_SIZE + 64;

			CHECK_EQ(t ? memblock_reserve(at, 64) : memblock_add(at, 64), -ENOMEM);
		}
		CHECK_EQ(t ? memblock_phys_free(RAM + 64, 64) : memblock_remove(RAM + 64, 64),
			-ENOMEM);
		CHECK_EQ(
			t ? memblock_set_owner(RAM, 64, 7) : memblock_mark_nomap(RAM, 64), -ENOMEM);
		/* Some gaps could be filled, others not: none is. */
		CHECK_EQ(t ? memblock_reserve_owner(RAM, MIB, 1)
			   : memblock_add_node(RAM, MIB, ANY, MEMBLOCK_NOMAP),
			-ENOMEM);
		CHECK(unchanged(&s));
		/* What needs no entry goes on working. */
		CHECK_EQ(t ? memblock_reserve(RAM + PAGE_SIZE, 64)
			   : memblock_add(RAM + PAGE_SIZE, 64),
			0);
		CHECK_EQ(types[t]->cnt, 128);
		CHECK_EQ(t ? memblock_reserve(RAM, MIB) : memblock_add(RAM, MIB), 0);
		CHECK_EQ(types[t]->cnt, 1);
		CHECK_EQ(types[t]->max, 128);
	}
}

/* A change that first lengthens, then shortens a full table fits into it. */
static void full_but_fits(void)
{
	fresh();
	for (int i = 0; i < 128; i++)
		memblock_add_node(100 * i, 50, ANY, i < 64 ? MEMBLOCK_MIRROR : NONE);
	CHECK_EQ(memory->cnt, 128);
	/* 63 gaps more between MIRROR, 64 joined by the rest. */
	CHECK_EQ(memblock_add(50, 12700), 0);
	CHECK_EQ(memory->cnt, 128);
	CHECK_EQ(memory->total_size, 12750);
	CHECK_EQ(memory->regions[127].base, 6350);
	/* A split at one end that a merge at the other pays for. */
	CHECK_EQ(memblock_mark_mirror(60, 70), 0);
	CHECK_EQ(memory->cnt, 128);
	CHECK_EQ(memblock_mark_nomap(20, 10), -ENOMEM);
	CHECK_EQ(memblock_mark_nomap(40, 10), -ENOMEM);
	CHECK_EQ(memblock_mark_mirror(40, 30), 0);
	CHECK_EQ(memory->cnt, 126);
	CHECK_EQ(memblock_mark_nomap(20, 10), 0);
	CHECK_EQ(memory->cnt, 128);
	CHECK_EQ(memory->max, 128);
}

static void doubles_reserved(void)
{
	const unsigned long bytes = ALIGN_UP(256 * sizeof(struct memblock_region), PAGE_SIZE);

	for (int up = 0; up < 2; up++) {
		for (unsigned long rank = 0; rank <= 128; rank += 32) {
			phys_addr_t at = RAM + MIB + 2 * rank * PAGE_SIZE - PAGE_SIZE + 64;
			phys_addr_t table = up ? RAM : RAM + 4 * MIB - bytes;

			fresh_ram();
			memblock_allow_resize();
			memblock_set_bottom_up(up);
			fill(reserved, RAM + MIB, 128);
			CHECK_EQ(reserved->max, 128);
			CHECK_EQ(memblock_reserve(at, 64), 0);
			CHECK_EQ(reserved->max, 256);
			CHECK_EQ(reserved->cnt, 130);
			CHECK_EQ(__pa(reserved->regions), table);
			CHECK_EQ(reserved->total_size, 128 * PAGE_SIZE + 64 + bytes);
			CHECK(memblock_is_region_reserved(table, bytes));
			CHECK(memblock_is_region_reserved(at, 64));
			CHECK_EQ(reserved->regions[rank + up].base, at);
		}
	}
}

/* The new table keeps out of the range that is being reserved. */
static void doubling_keeps_clear(void)
{
	struct snapshot s;

	for (int up = 0; up < 2; up++) {
		phys_addr_t at = up ? RAM : RAM + 3 * MIB;

		fresh_ram();
		memblock_allow_resize();
		memblock_set_bottom_up(up);
		fill(reserved, RAM + MIB, 128);
		CHECK_EQ(memblock_reserve(at, MIB - 64), 0);
		CHECK_EQ(reserved->max, 256);
		CHECK(__pa(reserved->regions) + 256 * sizeof(struct memblock_region) <= at ||
			__pa(reserved->regions) >= at + MIB);
		CHECK_EQ(memblock_is_region_reserved(__pa(reserved->regions), 1), true);
	}
	/* The only free memory is the range itself. */
	fresh_ram();
	memblock_allow_resize();
	fill(reserved, RAM + MIB, 127);
	memblock_remove(RAM, 3 * MIB);
	memblock_reserve(RAM + 3 * MIB, 64);
	s = take_snapshot();
	CHECK_EQ(memblock_reserve(RAM + 3 * MIB + 128, 2 * MIB), -ENOMEM);
	CHECK(unchanged(&s));
	/* Nor does a table lie where memory is about to go. */
	fresh_ram();
	memblock_remove(RAM, 2 * MIB);
	for (int i = 0; i < 127; i++)
		memblock_add(RAM + 2 * i * PAGE_SIZE, PAGE_SIZE);
	memblock_allow_resize();
	CHECK_EQ(memory->cnt, 128);
	CHECK_EQ(memblock_remove(RAM + 3 * MIB, MIB - 64), 0);
	CHECK_EQ(memory->max, 256);
	CHECK(memblock_is_region_memory(__pa(memory->regions), PAGE_SIZE));
}

static void doubles_memory(void)
{
	const unsigned long bytes = ALIGN_UP(256 * sizeof(struct memblock_region), PAGE_SIZE);

	fresh_ram();
	memblock_allow_resize();
	for (int i = 0; i < 127; i++)
		memblock_add_node(RAM + 8 * MIB + i * PAGE_SIZE, PAGE_SIZE, ANY,
			i & 1 ? MEMBLOCK_NOMAP : MEMBLOCK_DRIVER_MANAGED);
	CHECK_EQ(memory->max, 128);
	CHECK_EQ(memblock_add(0x1000, 64), 0);
	CHECK_EQ(memory->max, 256);
	CHECK_EQ(memory->cnt, 129);
	WANT(reserved, {RAM + 4 * MIB - bytes, bytes, NONE, ANY});
	CHECK_EQ(__pa(memory->regions), RAM + 4 * MIB - bytes);
	CHECK_EQ(memory->regions[0].base, 0x1000);
}

/* Both tables full: memory's doubling makes reserved double first. */
static void doubles_both(void)
{
	fresh_ram();
	memblock_allow_resize();
	fill(reserved, RAM + MIB, 128);
	for (int i = 0; i < 127; i++)
		memblock_add(RAM + 8 * MIB + 2 * i * PAGE_SIZE, PAGE_SIZE);
	CHECK_EQ(memblock_add(RAM - 64, 32), 0);
	CHECK_EQ(memory->max, 256);
	CHECK_EQ(reserved->max, 256);
	CHECK_EQ(memory->cnt, 129);
	/* The two tables touch, so they are one entry. */
	CHECK_EQ(reserved->cnt, 129);
	CHECK_EQ(reserved->total_size, 128 * PAGE_SIZE + 2 * 8192);
}

/* The second doubling gives the first dynamic table back, not the static one. */
static void doubles_twice(void)
{
	phys_addr_t first;

	fresh_ram();
	memblock_allow_resize();
	for (int i = 0; i < 129; i++)
		memblock_reserve(RAM + 2 * i * PAGE_SIZE, PAGE_SIZE);
	first = __pa(reserved->regions);
	for (int i = 129; i < 256; i++)
		memblock_reserve(RAM + 2 * i * PAGE_SIZE, PAGE_SIZE);
	CHECK_EQ(reserved->max, 512);
	CHECK_EQ(reserved->cnt, 257);
	CHECK(!memblock_is_region_reserved(first, 8192));
	CHECK_EQ(reserved->total_size, 256 * PAGE_SIZE + 3 * PAGE_SIZE);
	/* More than twice as many at once. */
	fresh_ram();
	memblock_allow_resize();
	fill(reserved, RAM, 128);
	CHECK_EQ(memblock_reserve_owner(RAM - 64, MIB, 5), 0);
	CHECK_EQ(reserved->max, 512);
	CHECK_EQ(reserved->cnt, 258);
	CHECK_EQ(memblock_owner_bytes(5), MIB - 64 - 128 * PAGE_SIZE);
}

static void doubling_without_room(void)
{
	struct snapshot s;

	fresh_ram();
	memblock_allow_resize();
	memblock_set_current_limit(RAM);
	fill(reserved, RAM, 128);
	s = take_snapshot();
	CHECK_EQ(memblock_reserve(RAM + 3 * MIB, 64), -ENOMEM);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + 2 * MIB, RAM + 4 * MIB), 0);
	CHECK(unchanged(&s));
}

/* ---- Flags ---- */

static void marks(void)
{
	fresh();
	memblock_add(100, 300);
	CHECK_EQ(memblock_mark_hotplug(200, 100), 0);
	WANT(memory, {100, 100, NONE, ANY}, {200, 100, MEMBLOCK_HOTPLUG, ANY},
		{300, 100, NONE, ANY});
	CHECK_EQ(memblock_mark_mirror(150, 100), 0);
	WANT(memory, {100, 50, NONE, ANY}, {150, 50, MEMBLOCK_MIRROR, ANY},
		{200, 50, MEMBLOCK_MIRROR | MEMBLOCK_HOTPLUG, ANY},
		{250, 50, MEMBLOCK_HOTPLUG, ANY}, {300, 100, NONE, ANY});
	CHECK_EQ(memblock_clear_hotplug(0, 1000), 0);
	WANT(memory, {100, 50, NONE, ANY}, {150, 100, MEMBLOCK_MIRROR, ANY}, {250, 150, NONE, ANY});
	CHECK_EQ(memblock_mark_nomap(0, 1000), 0);
	CHECK_EQ(memory->cnt, 3);
	CHECK(!memblock_is_map_memory(120) && memblock_is_memory(120));
	CHECK_EQ(memblock_clear_nomap(0, 1000), 0);
	CHECK(memblock_is_map_memory(120));
	CHECK_EQ(memblock_mark_nomap(500, 1000), 0);
	CHECK_EQ(memory->cnt, 3);
	CHECK_EQ(memory->total_size, 300);
}

/* ---- Queries ---- */

static void queries(void)
{
	unsigned long start = 1, end = 1;

	fresh();
	memblock_add_node(0x1800, 0x2000, 0, NONE);
	memblock_add_node(0x5000, 0x1000, 1, NONE);
	memblock_reserve(0x2000, 0x100);
	CHECK(!memblock_is_memory(0x17ff) && memblock_is_memory(0x1800));
	CHECK(memblock_is_memory(0x37ff) && !memblock_is_memory(0x3800));
	CHECK(memblock_is_reserved(0x20ff) && !memblock_is_reserved(0x2100));
	CHECK(memblock_is_region_memory(0x1800, 0x2000));
	CHECK(!memblock_is_region_memory(0x1800, 0x2001));
	CHECK(!memblock_is_region_memory(0x1700, 0x10));
	CHECK(memblock_is_region_reserved(0x1000, 0x1001));
	CHECK(!memblock_is_region_reserved(0x1000, 0x1000));
	CHECK(!memblock_is_region_reserved(0x2100, 0x1000));
	CHECK(memblock_overlaps_region(memory, 0x3000, 0x9000));
	CHECK(!memblock_overlaps_region(memory, 0x3800, 0x1800));
	CHECK_EQ(memblock_start_of_DRAM(), 0x1800);
	CHECK_EQ(memblock_end_of_DRAM(), 0x6000);
	CHECK_EQ(memblock_phys_mem_size(), 0x3000);
	CHECK_EQ(memblock_reserved_size(), 0x100);
	CHECK_EQ(memblock_free_bytes(), 0x2f00);
	CHECK_EQ(memblock_search_pfn_nid(4, &start, &end), ANY);
	CHECK_EQ(start, 1);
	CHECK_EQ(memblock_search_pfn_nid(~0UL, &start, &end), ANY);
	CHECK_EQ(memblock_search_pfn_nid(5, &start, &end), IS_ENABLED(CONFIG_NUMA) ? 1 : 0);
	CHECK(start == 5 && end == 6);
	CHECK_EQ(memblock_search_pfn_nid(2, &start, &end), 0);
	CHECK(start == 1 && end == 3);
}

static void iterators_of_one_set(void)
{
	struct memblock_region *r;
	phys_addr_t start, end, digits = 0;
	long n = 0;
	u64 i;

	fresh();
	memblock_add(0x1000, 0x3000);
	memblock_add_node(0x4000, 0x1000, ANY, MEMBLOCK_NOMAP);
	memblock_add_node(0x5000, 0x1000, ANY, MEMBLOCK_DRIVER_MANAGED);
	memblock_add_node(0x6000, 0x1000, ANY, MEMBLOCK_HOTPLUG);
	for_each_mem_range(i, &start, &end)
		digits = digits * 16 + (start >> 12);
	/* Movable nodes hide HOTPLUG memory only from those who ask for free memory. */
	CHECK_EQ(digits, 0x156);
	digits = 0;
	for_each_mem_range_rev(i, &start, &end)
		digits = digits * 16 + (end >> 12);
	CHECK_EQ(digits, 0x764);
	memblock_reserve(0x1000, 0x100);
	memblock_reserve_owner(0x1100, 0x100, 1);
	digits = 0;
	for_each_reserved_mem_range(i, &start, &end)
		digits = digits * 256 + (start >> 8);
	CHECK_EQ(digits, 0x1011);
	for_each_mem_region(r)
		n += r->size;
	for_each_reserved_mem_region(r)
		n -= r->size;
	CHECK_EQ(n, 0x5e00);
}

static void iterators_of_free_memory(void)
{
	unsigned long hotplug = movable_node_is_enabled() ? 0 : 0x1000;
	phys_addr_t start, end, sum = 0;
	int n = 0, nid;
	u64 i;

	fresh();
	memblock_add(0x1000, 0x3000);
	memblock_add_node(0x4000, 0x1000, ANY, MEMBLOCK_NOMAP);
	memblock_add_node(0x5000, 0x1000, ANY, MEMBLOCK_DRIVER_MANAGED);
	memblock_add_node(0x6000, 0x1000, ANY, MEMBLOCK_HOTPLUG);
	/* From before RAM on, two owners that touch, and across the end of an entry. */
	memblock_reserve(0x800, 0x900);
	memblock_reserve_owner(0x2000, 0x80, 1);
	memblock_reserve_owner(0x2080, 0x80, 2);
	memblock_reserve(0x3f00, 0x2000);
	for_each_free_mem_range(i, ANY, NONE, &start, &end, &nid) {
		CHECK(start < end && !memblock_is_region_reserved(start, end - start));
		sum += end - start;
		n++;
	}
	CHECK_EQ(n, hotplug ? 3 : 2);
	CHECK_EQ(sum, 0xf00 + 0x1e00 + hotplug);
	CHECK_EQ(memblock_free_bytes(), sum);
	for_each_free_mem_range_reverse(i, ANY, NONE, &start, &end, NULL) {
		sum -= end - start;
		n--;
	}
	CHECK(!n && !sum);
	for_each_free_mem_range(i, ANY, MEMBLOCK_NOMAP | MEMBLOCK_HOTPLUG, NULL, &end, NULL)
		n++;
	CHECK_EQ(n, 3);
	for_each_free_mem_range(i, ANY, MEMBLOCK_MIRROR, &start, NULL, NULL)
		n++;
	CHECK_EQ(n, 3);
}

static void iterators_of_pages(void)
{
	unsigned long pfn, end, digits = 0, n = 0;
	int i, nid;

	fresh();
	memblock_add_node(0x1800, 0x2000, 0, NONE);
	memblock_add_node(0x3900, 0x800, 0, NONE);
	memblock_add_node(0x5000, 0x1000, 1, NONE);
	memblock_add_node(0x7000, 0x1000, 0, NONE);
	/* No whole page: rounding this up must not wrap. */
	memblock_add_node(TOP - 0x800, 0x1000, 0, NONE);
	for_each_mem_pfn_range(i, ANY, &pfn, &end, &nid)
		digits = digits * 256 + (pfn & 15) * 16 + (end & 15);
	CHECK_EQ(digits, 0x235678);
	for_each_mem_pfn_range(i, 1, &pfn, &end, NULL)
		n++;
	CHECK_EQ(n, IS_ENABLED(CONFIG_NUMA) ? 1 : 0);
	fresh();
	memblock_add(TOP - 0x4000, TOP);
	for_each_mem_pfn_range(i, ANY, &pfn, &end, NULL)
		CHECK_EQ(end - pfn, 3);
}

/* ---- Limits ---- */

static void limits(void)
{
	fresh();
	memblock_cap_memory_range(0, 100);
	WANT_EMPTY(memory);
	memblock_add(100, 100);
	memblock_add_node(300, 100, ANY, MEMBLOCK_NOMAP);
	memblock_add(500, 100);
	memblock_reserve(50, 20);
	memblock_reserve(150, 400);
	memblock_enforce_memory_limit(1000);
	memblock_enforce_memory_limit(300);
	CHECK_EQ(memory->total_size, 300);
	memblock_enforce_memory_limit(250);
	WANT(memory, {100, 100, NONE, ANY}, {300, 100, MEMBLOCK_NOMAP, ANY}, {500, 50, NONE, ANY});
	WANT(reserved, {50, 20, NONE, ANY}, {150, 400, NONE, ANY});
	memblock_mem_limit_remove_map(50);
	WANT(memory, {100, 50, NONE, ANY}, {300, 100, MEMBLOCK_NOMAP, ANY});
	WANT(reserved, {50, 20, NONE, ANY});
	memblock_enforce_memory_limit(50);
	WANT(memory, {100, 50, NONE, ANY});
}

static void caps(void)
{
	fresh();
	memblock_add(100, 100);
	memblock_add_node(200, 100, ANY, MEMBLOCK_NOMAP);
	memblock_add(300, 100);
	memblock_reserve(0, 400);
	memblock_cap_memory_range(150, 100);
	WANT(memory, {150, 50, NONE, ANY}, {200, 100, MEMBLOCK_NOMAP, ANY});
	WANT(reserved, {150, 100, NONE, ANY});
	memblock_cap_memory_range(600, TOP);
	WANT(memory, {200, 100, MEMBLOCK_NOMAP, ANY});
	WANT_EMPTY(reserved);
}

static void trims(void)
{
	fresh();
	memblock_add(0x1000, 0x1000);
	memblock_add(0x2800, 0x900);
	memblock_add(0x3200, 0x100);
	memblock_add_node(0x3f00, 0x1000, ANY, MEMBLOCK_NOMAP);
	memblock_add(0x4f00, 0x2200);
	memblock_trim_memory(0x1000);
	WANT(memory, {0x1000, 0x1000, NONE, ANY}, {0x5000, 0x2000, NONE, ANY});
}

/* ---- Allocation ---- */

static void alloc_directions(void)
{
	fresh_ram();
	CHECK_EQ(memblock_phys_alloc(3, 1), RAM + 4 * MIB - 3);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + 4 * MIB - 128);
	CHECK_EQ(memblock_phys_alloc(4 * MIB - 128, PAGE_SIZE), RAM);
	CHECK_EQ(memblock_phys_alloc(62, 1), 0);
	CHECK_EQ(memblock_phys_alloc(61, 1), RAM + 4 * MIB - 64);
	CHECK_EQ(memblock_free_bytes(), 0);
	CHECK_EQ(memblock_phys_alloc(1, 1), 0);
	fresh_ram();
	memblock_set_bottom_up(true);
	CHECK(memblock_bottom_up());
	CHECK_EQ(memblock_phys_alloc(3, 1), RAM);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + 64);
	CHECK_EQ(memblock_phys_alloc(4 * MIB - 128, 1), RAM + 128);
	WANT(reserved, {RAM, 3, NONE, ANY}, {RAM + 64, 4 * MIB - 64, NONE, ANY});
}

static void alloc_bounds(void)
{
	fresh_ram();
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + MIB, RAM + 2 * MIB), RAM + 2 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + 8 * MIB, RAM + 9 * MIB), 0);
	CHECK_EQ(memblock_phys_alloc_range(2 * MIB, 1, RAM, RAM + MIB), 0);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + MIB, RAM), 0);
	memblock_set_bottom_up(true);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + MIB, RAM + 2 * MIB), RAM + MIB);
	memblock_set_bottom_up(false);
	memblock_set_current_limit(RAM + 3 * MIB);
	CHECK_EQ(memblock_get_current_limit(), RAM + 3 * MIB);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + 3 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM, RAM + 4 * MIB), RAM + 4 * MIB - 64);
	/* A minimum is dropped, a maximum and the current limit are not. */
	CHECK_EQ(__pa(memblock_alloc_from(64, 64, RAM + 3 * MIB)), RAM + 3 * MIB - 128);
	CHECK_EQ(__pa(memblock_alloc_try_nid(64, 64, 0, RAM + 4 * MIB, ANY)), RAM + 3 * MIB - 192);
	CHECK_EQ(__pa(memblock_alloc_try_nid(64, 64, RAM, RAM + MIB, ANY)), RAM + MIB - 64);
	CHECK(!memblock_alloc_try_nid(64, 64, 0, RAM, ANY));
	memblock_set_current_limit(RAM + 64);
	CHECK(!memblock_alloc(65, 1));
	CHECK(memblock_alloc_low(64, 1) == arena);
}

static void alloc_low_memory(void)
{
	fresh();
	memblock_add(0, 0x3000);
	memblock_add(4 * GIB, GIB);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 5 * GIB - 0x1000);
	memblock_set_current_limit(0x3000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 0x2000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 0x1000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), 0);
	memblock_set_bottom_up(true);
	memblock_phys_free(0, 0x3000);
	CHECK_EQ(memblock_phys_alloc(0x2001, 1), 0);
	CHECK_EQ(memblock_phys_alloc(0x2000, 1), 0x1000);
}

static void alloc_clears(void)
{
	unsigned char *p;

	fresh_ram();
	p = memblock_alloc(100, 4);
	CHECK(p && p[-1] == 0x5a && !p[0] && !p[99]);
	p = memblock_alloc_raw(100, 4);
	CHECK(p && p[0] == 0x5a && p[99] == 0x5a);
	p = memblock_alloc_node(8, 8, 0);
	CHECK(p && !p[7]);
	p = memblock_alloc_try_nid_raw(8, 8, 0, MEMBLOCK_ALLOC_ACCESSIBLE, 0);
	CHECK(p && p[7] == 0x5a);
	memblock_free(p, 8);
	CHECK(!memblock_is_reserved(__pa(p)) && p[0] == 0x5a);
	printk_count = 0;
	CHECK(IS_ALIGNED((unsigned long)memblock_alloc(1, 0), SMP_CACHE_BYTES));
	CHECK_EQ(printk_count, 1);
	CHECK(strstr(printk_text, "memblock_alloc()"));
	CHECK(IS_ALIGNED(memblock_phys_alloc(1, 0), SMP_CACHE_BYTES));
	CHECK_EQ(printk_count, 2);
}

static void alloc_nodes(void)
{
	void *p;

	fresh_ram();
	memblock_set_node(RAM, 2 * MIB, memory, 0);
	memblock_set_node(RAM + 2 * MIB, 2 * MIB, memory, 1);
	if (!IS_ENABLED(CONFIG_NUMA)) {
		/* Everything is node 0; what asks for another falls back or fails. */
		CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 0), RAM + 4 * MIB - 64);
		CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 7), RAM + 4 * MIB - 128);
		CHECK(!memblock_alloc_exact_nid_raw(64, 64, 0, 0, 7));
		return;
	}
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 0), RAM + 2 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 1), RAM + 4 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 7), RAM + 4 * MIB - 128);
	CHECK_EQ(memblock_alloc_range_nid(MIB, 1, 0, 0, 0, true), RAM + MIB - 64);
	CHECK_EQ(memblock_alloc_range_nid(MIB, 1, 0, 0, 0, true), 0);
	CHECK_EQ(memblock_alloc_range_nid(MIB, 1, 0, 0, 0, false), RAM + 3 * MIB - 128);
	/* The node counts for more than the minimum, when the minimum is dropped at all. */
	p = memblock_alloc_try_nid(64, 64, RAM + 2 * MIB, RAM + 4 * MIB, 0);
	CHECK_EQ(__pa(p), RAM + 3 * MIB - 192);
	p = memblock_alloc_exact_nid_raw(64, 64, RAM + 2 * MIB, RAM + 4 * MIB, 0);
	CHECK_EQ(__pa(p), RAM + MIB - 128);
	CHECK(!memblock_alloc_exact_nid_raw(64, 64, 0, 0, 7));
	CHECK_EQ(__pa(memblock_alloc_node(64, 64, 1)), RAM + 3 * MIB - 256);
}

static void alloc_flags(void)
{
	fresh_ram();
	memblock_mark_mirror(RAM + MIB, MIB);
	CHECK_EQ(memblock_phys_alloc(MIB, MIB), RAM + MIB);
	printk_count = 0;
	CHECK_EQ(memblock_phys_alloc(MIB, MIB), RAM + 3 * MIB);
	CHECK_EQ(printk_count, 1);
	/* Mirrored memory of another node goes before memory that is not mirrored. */
	memblock_phys_free(RAM, 4 * MIB);
	memblock_set_node(RAM, 2 * MIB, memory, 1);
	memblock_set_node(RAM + 2 * MIB, 2 * MIB, memory, 0);
	CHECK_EQ(memblock_phys_alloc_try_nid(64, 64, 0), RAM + 2 * MIB - 64);
	fresh_ram();
	memblock_mark_nomap(RAM + MIB, 3 * MIB);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + MIB - 64);
	CHECK_EQ(memblock_phys_alloc(2 * MIB, 64), 0);
	memblock_add_node(RAM + 4 * MIB, MIB, ANY, MEMBLOCK_DRIVER_MANAGED);
	CHECK_EQ(memblock_phys_alloc(64, 64), RAM + MIB - 128);
	fresh_ram();
	memblock_mark_hotplug(RAM + MIB, 3 * MIB);
	CHECK_EQ(memblock_phys_alloc(64, 64),
		movable_node_is_enabled() ? RAM + MIB - 64 : RAM + 4 * MIB - 64);
	CHECK_EQ(memblock_phys_alloc(2 * MIB, MIB), movable_node_is_enabled() ? 0 : RAM + MIB);
}

static void exhaustion(void)
{
	struct snapshot s;

	fresh_ram();
	memblock_reserve(RAM, 4 * MIB - 100);
	s = take_snapshot();
	CHECK_EQ(memblock_phys_alloc(101, 1), 0);
	CHECK_EQ(memblock_phys_alloc(TOP, 1), 0);
	CHECK_EQ(memblock_phys_alloc_range(1, 1, RAM, RAM + 4 * MIB - 100), 0);
	CHECK_EQ(memblock_phys_alloc_try_nid(101, 1, 0), 0);
	CHECK(!memblock_alloc(101, 1) && !memblock_alloc_raw(101, 1) &&
		!memblock_alloc_from(101, 1, RAM) && !memblock_alloc_low(101, 1));
	CHECK(unchanged(&s));
}

/* ---- Owners ---- */

static void owners(void)
{
	phys_addr_t p, bytes = 0;

	fresh_ram();
	CHECK_EQ(memblock_reserve_owner(RAM, 0x1000, 2), 0);
	CHECK_EQ(memblock_reserve_owner(RAM - 0x800, 0x2000, 65535), 0);
	CHECK_EQ(memblock_reserve(RAM, 0x2000), 0);
	WANT(reserved, {RAM - 0x800, 0x800, MEMBLOCK_OWNER(65535), ANY},
		{RAM, 0x1000, MEMBLOCK_OWNER(2), ANY},
		{RAM + 0x1000, 0x800, MEMBLOCK_OWNER(65535), ANY},
		{RAM + 0x1800, 0x800, NONE, ANY});
	CHECK_EQ(memblock_region_owner(&reserved->regions[0]), 65535);
	CHECK_EQ(memblock_owner_bytes(65535), 0x800);
	CHECK_EQ(memblock_owner_bytes(2), 0x1000);
	CHECK_EQ(memblock_owner_bytes(0), 0x800);
	CHECK_EQ(memblock_owner_bytes(3), 0);
	p = memblock_phys_alloc(0x1000, 0x1000);
	CHECK_EQ(memblock_set_owner(p, 0x1000, 3), 0);
	CHECK_EQ(memblock_owner_bytes(3), 0x1000);
	CHECK_EQ(memblock_set_owner(RAM + 0x400, 0x1000, 4), 0);
	CHECK_EQ(memblock_set_owner(RAM + 0x2000, 0x1000, 4), 0);
	CHECK_EQ(memblock_owner_bytes(4), 0x1000);
	CHECK_EQ(reserved->cnt, 6);
	/* RAM of every kind counts, and each byte of RAM is free or has one owner. */
	memblock_mark_nomap(RAM + 0x1000, 0x1000);
	memblock_add_node(RAM + 4 * MIB, MIB, 0, MEMBLOCK_MIRROR);
	for (unsigned owner = 0; owner < MEMBLOCK_OWNER_LIMIT; owner++)
		bytes += memblock_owner_bytes(owner);
	CHECK_EQ(bytes + memblock_free_bytes(), memblock_phys_mem_size());
	CHECK_EQ(memblock_set_owner(RAM - 0x800, TOP, 9), 0);
	WANT(reserved, {RAM - 0x800, 0x2800, MEMBLOCK_OWNER(9), ANY},
		{p, 0x1000, MEMBLOCK_OWNER(9), ANY});
	CHECK_EQ(memblock_phys_free(RAM, 0x1000), 0);
	CHECK_EQ(memblock_owner_bytes(9), 0x2000);
	CHECK_EQ(memblock_reserve_owner(RAM, 1, 65536), -EINVAL);
	CHECK_EQ(memblock_set_owner(RAM, 1, 65536), -EINVAL);
	CHECK_EQ(memblock_own_tables(65536), -EINVAL);
}

static void table_owners(void)
{
	fresh_ram();
	memblock_allow_resize();
	CHECK_EQ(memblock_own_tables(11), 0);
	CHECK_EQ(memblock_owner_bytes(11), 0);
	fill(reserved, RAM + MIB, 128);
	memblock_reserve(RAM, 64);
	CHECK_EQ(memblock_own_tables(11), 0);
	CHECK_EQ(memblock_owner_bytes(11), 8192);
	for (int i = 0; i < 128; i++)
		memblock_add(RAM + 8 * MIB + 2 * i * PAGE_SIZE, PAGE_SIZE);
	CHECK_EQ(memory->max, 256);
	CHECK_EQ(memblock_own_tables(11), 0);
	CHECK_EQ(memblock_owner_bytes(11), 16384);
	/* With reserved full to the last entry the tables are still found where they are. */
	for (int i = 0; reserved->cnt < 256; i++)
		memblock_reserve(RAM + 64 * MIB + 2 * i * PAGE_SIZE, PAGE_SIZE);
	CHECK_EQ(reserved->max, 256);
	CHECK_EQ(memblock_own_tables(12), 0);
	CHECK_EQ(reserved->max, 512);
	CHECK_EQ(memblock_owner_bytes(12), 8192 + 12288);
	CHECK_EQ(memblock_owner_bytes(11), 0);
}

/* ---- Stages ---- */

#define REFUSED(name, call)                                                                \
	do {                                                                               \
		printk_count = 0;                                                          \
		call;                                                                      \
		check_that(printk_count == 1 && strstr(printk_text, name "()") &&          \
				   strstr(printk_text, "called from 0x") && unchanged(&s), \
			name " is refused", __FILE__, __LINE__);                           \
	} while (0)
#define REFUSED_CALL(name, args)	 REFUSED(#name, name args)
#define REFUSED_RESULT(name, args, want) REFUSED(#name, CHECK((name args) == (want)))

static struct snapshot freeze(enum stage stage)
{
	fresh_ram();
	memblock_reserve(RAM, 64);
	stage_now = stage;
	return take_snapshot();
}

static void refuses_changes(void)
{
	struct snapshot s = freeze(STAGE_ZONES);

	REFUSED_RESULT(memblock_add, (0, 1), -EINVAL);
	REFUSED_RESULT(memblock_add_node, (0, 1, 0, NONE), -EINVAL);
	REFUSED_RESULT(memblock_remove, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_reserve, (RAM, 128), -EINVAL);
	REFUSED_RESULT(memblock_reserve_owner, (RAM, 128, 1), -EINVAL);
	REFUSED_RESULT(memblock_set_owner, (RAM, 128, 1), -EINVAL);
	REFUSED_RESULT(memblock_own_tables, (1), -EINVAL);
	REFUSED_RESULT(memblock_phys_free, (RAM, 1), -EINVAL);
	REFUSED_CALL(memblock_free, (arena, 1));
	REFUSED_RESULT(memblock_mark_hotplug, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_clear_hotplug, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_mark_mirror, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_mark_nomap, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_clear_nomap, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_set_node, (RAM, 1, memory, 1), -EINVAL);
	REFUSED_CALL(memblock_trim_memory, (MIB * 8));
	REFUSED_CALL(memblock_enforce_memory_limit, (1));
	REFUSED_CALL(memblock_mem_limit_remove_map, (1));
	REFUSED_CALL(memblock_cap_memory_range, (RAM, 1));
	REFUSED_CALL(memblock_set_bottom_up, (true));
	REFUSED_CALL(memblock_set_current_limit, (1));
	REFUSED_CALL(memblock_allow_resize, ());
}

static void refuses_allocations(void)
{
	struct snapshot s = freeze(STAGE_MOLTED);

	REFUSED_RESULT(memblock_phys_alloc, (1, 1), 0);
	REFUSED_RESULT(memblock_phys_alloc_range, (1, 1, 0, TOP), 0);
	REFUSED_RESULT(memblock_phys_alloc_try_nid, (1, 1, 0), 0);
	REFUSED_RESULT(memblock_alloc_range_nid, (1, 1, 0, 0, 0, false), 0);
	REFUSED_RESULT(memblock_alloc, (1, 1), NULL);
	REFUSED_RESULT(memblock_alloc_raw, (1, 1), NULL);
	REFUSED_RESULT(memblock_alloc_from, (1, 1, 0), NULL);
	REFUSED_RESULT(memblock_alloc_low, (1, 1), NULL);
	REFUSED_RESULT(memblock_alloc_node, (1, 1, 0), NULL);
	REFUSED_RESULT(memblock_alloc_try_nid, (1, 1, 0, 0, 0), NULL);
	REFUSED_RESULT(memblock_alloc_try_nid_raw, (1, 1, 0, 0, 0), NULL);
	REFUSED_RESULT(memblock_alloc_exact_nid_raw, (1, 1, 0, 0, 0), NULL);
}

static void answers_when_frozen(void)
{
	freeze(STAGE_MOLTED);
	printk_count = 0;
	CHECK(memblock_is_memory(RAM) && memblock_is_reserved(RAM));
	CHECK_EQ(memblock_free_bytes(), 4 * MIB - 64);
	CHECK_EQ(memblock_owner_bytes(0), 64);
	CHECK_EQ(printk_count, 0);
	memblock_dump_all();
	CHECK(printk_count >= 4);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void physmem_keeps_all(void)
{
	fresh();
	CHECK_EQ(memblock_physmem_add(100, 100), 0);
	CHECK_EQ(memblock_physmem_add(200, 100), 0);
	memblock_add(100, 200);
	memblock_enforce_memory_limit(50);
	WANT(memory, {100, 50, NONE, ANY});
	WANT(&physmem, {100, 200, NONE, ANY});
	stage_now = STAGE_ZONES;
	CHECK_EQ(memblock_physmem_add(500, 100), -EINVAL);
	CHECK(!strcmp(physmem.name, "physmem"));
}
#else
static void physmem_keeps_all(void)
{
}
#endif

static void test_tables(void)
{
	TEST(starts_empty);
	TEST(add_relations);
	TEST(add_relations_other_flags);
	TEST(add_bridges);
	TEST(merge_by_node);
	TEST(size_zero);
	TEST(remove_relations);
	TEST(remove_across);
	TEST(top_of_the_address_space);
	TEST(full_without_resize);
	TEST(full_but_fits);
	TEST(doubles_reserved);
	TEST(doubling_keeps_clear);
	TEST(doubles_memory);
	TEST(doubles_both);
	TEST(doubles_twice);
	TEST(doubling_without_room);
	TEST(marks);
}

static void test_uses(void)
{
	TEST(queries);
	TEST(iterators_of_one_set);
	TEST(iterators_of_free_memory);
	TEST(iterators_of_pages);
	TEST(limits);
	TEST(caps);
	TEST(trims);
	TEST(alloc_directions);
	TEST(alloc_bounds);
	TEST(alloc_low_memory);
	TEST(alloc_clears);
	TEST(alloc_nodes);
	TEST(alloc_flags);
	TEST(exhaustion);
	TEST(owners);
	TEST(table_owners);
	TEST(refuses_changes);
	TEST(refuses_allocations);
	TEST(answers_when_frozen);
	TEST(physmem_keeps_all);
}

int main(void)
{
	pristine = memblock;
	test_tables();
	test_uses();
	return check_report();
}
