/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's tables: adding, dropping, flags and nodes, in every relation of two ranges. */
#include "check.h"
#include "memblock_world.h"

#include <string.h>

#include <arch/page.h>
#include <molt/err.h>
#include <molt/stage.h>

static void starts_empty(void)
{
	CHECK_EQ(memory->cnt, 0);
	CHECK_EQ(memory->max, 128);
	CHECK_EQ(memory->total_size, 0);
	CHECK_EQ(reserved->cnt, 0);
	CHECK_EQ(reserved->max, 128);
	CHECK_EQ(reserved->total_size, 0);
	CHECK(!strcmp(memory->name, "memory") && !strcmp(reserved->name, "reserved"));
	CHECK(!memblock.bottom_up && !memblock.can_resize);
	CHECK_EQ(memblock.current_limit, MEMBLOCK_ALLOC_ANYWHERE);
	CHECK_EQ(memblock_start_of_DRAM(), 0);
	CHECK_EQ(memblock_end_of_DRAM(), 0);
	CHECK_EQ(memblock_phys_mem_size() + memblock_reserved_size() + memblock_free_bytes(), 0);
	CHECK(!memblock_is_memory(0) && !memblock_is_reserved(0));
	CHECK_EQ(memblock_phys_alloc(1, 1), 0);
	CHECK_EQ(memblock_remove(0, TOP), 0);
	CHECK_EQ(memblock_phys_free(0, TOP), 0);
	CHECK_EQ(memblock_mark_nomap(0, TOP), 0);
	memblock_trim_memory(PAGE_SIZE);
	memblock_enforce_memory_limit(1);
	memblock_mem_limit_remove_map(1);
	WANT_EMPTY(memory);
	WANT_EMPTY(reserved);
}

/* ---- Two ranges ---- */

/* A range in each of the 13 relations to the entry [100, 200). */
static const struct relation {
	const char *name;
	phys_addr_t base, end;
} relations[] = {
	{"before", 10, 50},
	{"meets", 10, 100},
	{"overlaps from below", 10, 150},
	{"ends with it, from below", 10, 200},
	{"contains", 10, 300},
	{"starts with it, inside", 100, 150},
	{"equals", 100, 200},
	{"starts with it, beyond", 100, 300},
	{"inside", 120, 180},
	{"ends with it, inside", 150, 200},
	{"overlaps from above", 150, 300},
	{"is met by", 200, 300},
	{"after", 250, 300},
};

#define for_each_relation(r)                       \
	for (const struct relation *r = relations; \
		r < relations + ARRAY_SIZE(relations) && fresh_range(); r++)

/* Makes the entry, in both sets. Always true. */
static bool fresh_range(void)
{
	fresh();
	memblock_add_node(100, 100, 0, MEMBLOCK_MIRROR);
	memblock_reserve_owner(100, 100, 7);
	return true;
}

struct label {
	unsigned flags;
	int nid;
};

/*
 * Checks that @type holds what becomes of [100, 200), of label @old, where the part inside
 * @r has label @inside, and the rest of @r label @outside. NULL: is not in the set.
 */
static void want_parts(const struct memblock_type *type, const struct relation *r, struct label old,
	const struct label *inside, const struct label *outside)
{
	static const phys_addr_t edges[] = {10, 50, 100, 120, 150, 180, 200, 250, 300};
	struct want want[ARRAY_SIZE(edges)];
	unsigned long n = 0;

	for (unsigned long i = 0; i + 1 < ARRAY_SIZE(edges); i++) {
		phys_addr_t base = edges[i], size = edges[i + 1] - base;
		bool in_old = base >= 100 && base < 200;
		const struct label *label = in_old ? &old : NULL;

		if (base >= r->base && base < r->end)
			label = in_old ? inside : outside;
		if (!label)
			continue;
		if (n && want[n - 1].base + want[n - 1].size == base &&
			want[n - 1].flags == label->flags &&
			(!NUMA || want[n - 1].nid == label->nid))
			want[n - 1].size += size;
		else
			want[n++] = (struct want){base, size, label->flags, label->nid};
	}
	check_that(table_is(type, want, n), r->name, __FILE__, __LINE__);
}

static const struct label mirrored = {MEMBLOCK_MIRROR, 0};
static const struct label owned = {MEMBLOCK_OWNER(7), ANY};

/* The same label: one entry wherever the two touch. */
static void adds_alike(void)
{
	for_each_relation(r)
	{
		phys_addr_t size = r->end - r->base;

		CHECK_EQ(memblock_add_node(r->base, size, 0, MEMBLOCK_MIRROR), 0);
		want_parts(memory, r, mirrored, &mirrored, &mirrored);
		CHECK_EQ(memblock_reserve_owner(r->base, size, 7), 0);
		want_parts(reserved, r, owned, &owned, &owned);
	}
}

/* Another label: what is there keeps its own, what is new gets the new one. */
static void adds_unlike(void)
{
	static const struct label nomap = {MEMBLOCK_MIRROR | MEMBLOCK_NOMAP, 0};
	static const struct label node = {MEMBLOCK_MIRROR, 1}, nobody = {NONE, ANY};

	for_each_relation(r)
	{
		phys_addr_t size = r->end - r->base;

		CHECK_EQ(memblock_add_node(r->base, size, 0, nomap.flags), 0);
		want_parts(memory, r, mirrored, &mirrored, &nomap);
		CHECK_EQ(memblock_reserve(r->base, size), 0);
		want_parts(reserved, r, owned, &owned, &nobody);
	}
	for_each_relation(r)
	{
		CHECK_EQ(memblock_add_node(r->base, r->end - r->base, 1, MEMBLOCK_MIRROR), 0);
		want_parts(memory, r, mirrored, &mirrored, &node);
	}
}

static void drops(void)
{
	for_each_relation(r)
	{
		CHECK_EQ(memblock_remove(r->base, r->end - r->base), 0);
		want_parts(memory, r, mirrored, NULL, NULL);
		WANT(reserved, {100, 100, MEMBLOCK_OWNER(7), ANY});
		CHECK_EQ(memblock_phys_free(r->base, r->end - r->base), 0);
		want_parts(reserved, r, owned, NULL, NULL);
	}
	for_each_relation(r)
	{
		linear_offset = 0x100000;
		memblock_free(__va(r->base), r->end - r->base);
		want_parts(reserved, r, owned, NULL, NULL);
		WANT(memory, {100, 100, MEMBLOCK_MIRROR, 0});
	}
}

/* Each flag is set on what of the range is RAM, and cleared again. */
static void marks(void)
{
	static const struct {
		int (*mark)(phys_addr_t base, phys_addr_t size);
		int (*clear)(phys_addr_t base, phys_addr_t size);
		unsigned flag;
	} flags[] = {
		{memblock_mark_hotplug, memblock_clear_hotplug, MEMBLOCK_HOTPLUG},
		{memblock_mark_nomap, memblock_clear_nomap, MEMBLOCK_NOMAP},
		{memblock_mark_mirror, NULL, MEMBLOCK_MIRROR},
	};
	static const struct label old = {MEMBLOCK_DRIVER_MANAGED, 0};

	for (unsigned long i = 0; i < ARRAY_SIZE(flags); i++) {
		const struct label marked = {old.flags | flags[i].flag, 0};

		for_each_relation(r)
		{
			phys_addr_t size = r->end - r->base;

			memblock_remove(0, TOP);
			memblock_add_node(100, 100, 0, old.flags);
			CHECK_EQ(flags[i].mark(r->base, size), 0);
			want_parts(memory, r, old, &marked, NULL);
			WANT(reserved, {100, 100, MEMBLOCK_OWNER(7), ANY});
			if (!flags[i].clear)
				continue;
			CHECK_EQ(flags[i].mark(0, TOP), 0);
			CHECK_EQ(flags[i].clear(r->base, size), 0);
			want_parts(memory, r, marked, &old, NULL);
		}
	}
}

static void sets_nodes(void)
{
	static const struct label moved = {MEMBLOCK_MIRROR, 3}, taken = {MEMBLOCK_OWNER(7), 3};

	for_each_relation(r)
	{
		phys_addr_t size = r->end - r->base;

		CHECK_EQ(memblock_set_node(r->base, size, memory, 3), 0);
		want_parts(memory, r, mirrored, &moved, NULL);
		CHECK_EQ(memblock_set_node(r->base, size, reserved, 3), 0);
		want_parts(reserved, r, owned, &taken, NULL);
		CHECK_EQ(memblock_set_node(0, TOP, memory, 0), 0);
		WANT(memory, {100, 100, MEMBLOCK_MIRROR, 0});
	}
}

/* ---- Many ranges ---- */

static void bridges(void)
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

static void drops_across(void)
{
	fresh();
	for (int i = 0; i < 5; i++)
		memblock_add_node(100 * i, 50 + 50 * (i & 1), ANY, i & 1 ? MEMBLOCK_NOMAP : NONE);
	memblock_remove(120, 300);
	WANT(memory, {0, 50, NONE, ANY}, {100, 20, MEMBLOCK_NOMAP, ANY}, {420, 30, NONE, ANY});
	memblock_remove(50, 50);
	CHECK_EQ(memory->cnt, 3);
	memblock_remove(0, TOP);
	WANT_EMPTY(memory);
	memblock_add(10, 10);
	WANT(memory, {10, 10, NONE, ANY});
}

/* Flags merge and part where ranges of different flags meet. */
static void marks_across(void)
{
	fresh();
	memblock_add(100, 300);
	memblock_mark_hotplug(200, 100);
	memblock_mark_mirror(150, 100);
	WANT(memory, {100, 50, NONE, ANY}, {150, 50, MEMBLOCK_MIRROR, ANY},
		{200, 50, MEMBLOCK_MIRROR | MEMBLOCK_HOTPLUG, ANY},
		{250, 50, MEMBLOCK_HOTPLUG, ANY}, {300, 100, NONE, ANY});
	memblock_clear_hotplug(0, 1000);
	WANT(memory, {100, 50, NONE, ANY}, {150, 100, MEMBLOCK_MIRROR, ANY}, {250, 150, NONE, ANY});
	/* A part that becomes what its neighbours are: below, above, both. */
	memblock_mark_mirror(100, 50);
	WANT(memory, {100, 150, MEMBLOCK_MIRROR, ANY}, {250, 150, NONE, ANY});
	memblock_mark_mirror(250, 50);
	WANT(memory, {100, 200, MEMBLOCK_MIRROR, ANY}, {300, 100, NONE, ANY});
	memblock_mark_nomap(150, 50);
	memblock_clear_nomap(150, 50);
	WANT(memory, {100, 200, MEMBLOCK_MIRROR, ANY}, {300, 100, NONE, ANY});
	/* The hole stays a hole. */
	memblock_add(500, 100);
	memblock_mark_nomap(350, 200);
	WANT(memory, {100, 200, MEMBLOCK_MIRROR, ANY}, {300, 50, NONE, ANY},
		{350, 50, MEMBLOCK_NOMAP, ANY}, {500, 50, MEMBLOCK_NOMAP, ANY},
		{550, 50, NONE, ANY});
}

/* ---- The ends ---- */

static void size_zero(void)
{
	const struct snapshot *s;

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
	CHECK_EQ(memblock_mark_hotplug(100, 0), 0);
	CHECK_EQ(memblock_set_node(150, 0, memory, 1), 0);
	memblock_free(NULL, 100);
	memblock_free((void *)125, 0);
	memblock_cap_memory_range(120, 0);
	memblock_enforce_memory_limit(0);
	memblock_mem_limit_remove_map(0);
	CHECK_EQ(memblock_phys_alloc(0, 1), 0);
	CHECK(!memblock_alloc(0, 1));
	CHECK(!memblock_is_region_reserved(125, 0));
	CHECK(!memblock_overlaps_region(memory, 125, 0));
	CHECK(memblock_is_region_memory(125, 0) && !memblock_is_region_memory(200, 0));
	CHECK(unchanged(s));
	/* Above the top there is no byte. */
	CHECK_EQ(memblock_add(TOP, 10), 0);
	CHECK_EQ(memblock_reserve(TOP, TOP), 0);
	CHECK(unchanged(s));
}

static void over_the_top(void)
{
	fresh();
	CHECK_EQ(memblock_add(TOP - 100, 200), 0);
	WANT(memory, {TOP - 100, 100, NONE, ANY});
	CHECK_EQ(memblock_add(TOP - 200, TOP), 0);
	WANT(memory, {TOP - 200, 200, NONE, ANY});
	CHECK_EQ(memblock_reserve(TOP - 10, 20), 0);
	WANT(reserved, {TOP - 10, 10, NONE, ANY});
	CHECK(memblock_is_region_memory(TOP - 50, TOP));
	CHECK(memblock_is_region_reserved(TOP - 50, TOP));
	CHECK(memblock_overlaps_region(memory, 10, TOP));
	CHECK(memblock_is_memory(TOP - 1) && !memblock_is_memory(TOP));
	CHECK_EQ(memblock_end_of_DRAM(), TOP);
	CHECK_EQ(memblock_free_bytes(), 190);
	CHECK_EQ(memblock_set_owner(TOP - 5, 6, 4), 0);
	WANT(reserved, {TOP - 10, 5, NONE, ANY}, {TOP - 5, 5, MEMBLOCK_OWNER(4), ANY});
	CHECK_EQ(memblock_phys_free(TOP - 20, TOP), 0);
	WANT_EMPTY(reserved);
	CHECK_EQ(memblock_mark_nomap(TOP - 20, TOP), 0);
	WANT(memory, {TOP - 200, 180, NONE, ANY}, {TOP - 20, 20, MEMBLOCK_NOMAP, ANY});
	CHECK_EQ(memblock_remove(TOP - 30, TOP), 0);
	WANT(memory, {TOP - 200, 170, NONE, ANY});
	CHECK_EQ(memblock_add(0, TOP), 0);
	WANT(memory, {0, TOP, NONE, ANY});
	CHECK_EQ(memblock_remove(1, TOP - 2), 0);
	WANT(memory, {0, 1, NONE, ANY}, {TOP - 1, 1, NONE, ANY});
}

/* Nothing is rounded, and nothing but the tables is touched. */
static void byte_exact(void)
{
	fresh();
	memblock_add(RAM + 1, 7);
	memblock_add(RAM + 9, 1);
	memblock_reserve(RAM + 3, 1);
	WANT(memory, {RAM + 1, 7, NONE, ANY}, {RAM + 9, 1, NONE, ANY});
	WANT(reserved, {RAM + 3, 1, NONE, ANY});
	memblock_remove(RAM + 4, 1);
	WANT(memory, {RAM + 1, 3, NONE, ANY}, {RAM + 5, 3, NONE, ANY}, {RAM + 9, 1, NONE, ANY});
	CHECK_EQ(memblock_phys_alloc(1, 1), RAM + 9);
	CHECK_EQ(memblock_phys_alloc(3, 1), RAM + 5);
	CHECK_EQ(memblock_phys_alloc(2, 1), RAM + 1);
	WANT(reserved, {RAM + 1, 3, NONE, ANY}, {RAM + 5, 3, NONE, ANY}, {RAM + 9, 1, NONE, ANY});
}

/* ---- physmem ---- */

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void physmem_keeps_all(void)
{
	const struct snapshot *s;

	fresh();
	CHECK(!strcmp(physmem.name, "physmem") && physmem.max == 128);
	s = take_snapshot();
	CHECK_EQ(memblock_physmem_add(100, 100), 0);
	CHECK_EQ(memblock_physmem_add(200, 100), 0);
	CHECK_EQ(memblock_physmem_add(TOP - 10, 20), 0);
	CHECK_EQ(memblock_physmem_add(700, 0), 0);
	WANT(&physmem, {100, 200, NONE, ANY}, {TOP - 10, 10, NONE, ANY});
	CHECK(unchanged(s));
	memblock_add(100, 200);
	memblock_reserve(100, 200);
	memblock_mark_nomap(100, 100);
	memblock_enforce_memory_limit(50);
	memblock_cap_memory_range(120, 10);
	memblock_trim_memory(PAGE_SIZE);
	memblock_remove(0, TOP);
	WANT(&physmem, {100, 200, NONE, ANY}, {TOP - 10, 10, NONE, ANY});
	CHECK(memblock_overlaps_region(&physmem, 299, 1));
	CHECK(!memblock_overlaps_region(&physmem, 300, 1));
	CHECK(!memblock_is_memory(100));
	CHECK_EQ(memblock_set_node(100, 50, &physmem, 1), 0);
	CHECK_EQ(physmem.cnt, NUMA ? 3 : 2);
}
#else
static void physmem_keeps_all(void)
{
}
#endif

int main(void)
{
	TEST(starts_empty);
	TEST(adds_alike);
	TEST(adds_unlike);
	TEST(drops);
	TEST(marks);
	TEST(sets_nodes);
	TEST(bridges);
	TEST(drops_across);
	TEST(marks_across);
	TEST(size_zero);
	TEST(over_the_top);
	TEST(byte_exact);
	TEST(physmem_keeps_all);
	return check_report();
}
