/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's tables when they are full: what still fits, what fails, and how they double. */
#include "check.h"
#include "memblock_world.h"

#include <arch/page.h>
#include <molt/err.h>

#define FULL 128 /* entries of a table before its first doubling */

/* Where fill() from @base on leaves a gap below its entry @rank, or above the last. */
static phys_addr_t gap_below(phys_addr_t base, unsigned long rank)
{
	return base + rank * FILL_STEP - PAGE_SIZE;
}

static phys_addr_t table_of(const struct memblock_type *type)
{
	return __pa(type->regions);
}

/* Whether @type has a table of @max entries inside free memory that became reserved. */
static bool doubled_to(const struct memblock_type *type, unsigned long max)
{
	phys_addr_t table = table_of(type);

	return type->max == max && table % PAGE_SIZE == 0 &&
	       memblock_is_region_memory(table, table_bytes(max)) &&
	       memblock_is_region_reserved(table, 1) &&
	       memblock_is_region_reserved(table + table_bytes(max) - 1, 1);
}

/* ---- Full, and not to double ---- */

/* The 129th entry may not come, wherever it would stand. */
static void full_without_resize(void)
{
	for (int set = 0; set < 2; set++) {
		struct memblock_type *type = set ? reserved : memory;
		const struct snapshot *s;

		fresh_ram();
		if (type == memory)
			memblock_remove(0, TOP);
		CHECK(fill(type, RAM, FULL));
		s = take_snapshot();
		for (unsigned long rank = 0; rank <= FULL; rank++) {
			phys_addr_t gap = gap_below(RAM, rank);

			CHECK_EQ(add_to(type, gap + 64, 64), -ENOMEM);
			if (rank < FULL)
				CHECK_EQ(drop_from(type, gap + PAGE_SIZE + 64, 64), -ENOMEM);
		}
		/* Some gaps could be filled, others not: none is. */
		if (type == memory) {
			CHECK_EQ(memblock_mark_nomap(RAM, 64), -ENOMEM);
			CHECK_EQ(memblock_mark_hotplug(RAM + 64, MIB), -ENOMEM);
			CHECK_EQ(memblock_add_node(RAM, MIB, ANY, MEMBLOCK_NOMAP), -ENOMEM);
		} else {
			CHECK_EQ(memblock_set_owner(RAM, 64, 7), -ENOMEM);
			CHECK_EQ(memblock_reserve_owner(RAM, MIB, 1), -ENOMEM);
			CHECK_EQ(memblock_phys_alloc(64, 64), 0);
			CHECK(!memblock_alloc(64, 64));
		}
		CHECK(unchanged(s));
	}
}

/* What needs no entry goes on working in a full table. */
static void full_but_fits(void)
{
	for (int set = 0; set < 2; set++) {
		struct memblock_type *type = set ? reserved : memory;

		fresh();
		memblock_allow_resize();
		CHECK(fill(type, RAM, FULL));
		CHECK_EQ(add_to(type, RAM + PAGE_SIZE, 64), 0);
		CHECK_EQ(add_to(type, RAM + FILL_STEP - 64, 64), 0);
		CHECK_EQ(add_to(type, RAM + 64, 64), 0);
		CHECK_EQ(drop_from(type, RAM, 64), 0);
		CHECK_EQ(type->cnt, FULL);
		CHECK_EQ(type->total_size, FULL * PAGE_SIZE + 64);
		CHECK_EQ(add_to(type, RAM, MIB), 0);
		CHECK_EQ(type->cnt, 1);
		CHECK_EQ(type->max, FULL);
	}
}

/* A change that first lengthens, then shortens a full table fits into it. */
static void full_but_fits_in_the_end(void)
{
	fresh();
	for (int i = 0; i < FULL; i++)
		memblock_add_node(100 * i, 50, ANY, i < 64 ? MEMBLOCK_MIRROR : NONE);
	CHECK_EQ(memory->cnt, FULL);
	/* 63 gaps more between MIRROR, 64 joined by the rest. */
	CHECK_EQ(memblock_add(50, 12700), 0);
	CHECK_EQ(memory->cnt, FULL);
	CHECK_EQ(memory->total_size, 12750);
	CHECK_EQ(memory->regions[127].base, 6350);
	/* A split at one end that a merge at the other pays for. */
	CHECK_EQ(memblock_mark_mirror(60, 70), 0);
	CHECK_EQ(memory->cnt, FULL);
	CHECK_EQ(memblock_mark_nomap(20, 10), -ENOMEM);
	CHECK_EQ(memblock_mark_nomap(40, 10), -ENOMEM);
	CHECK_EQ(memblock_mark_mirror(40, 30), 0);
	CHECK_EQ(memory->cnt, 126);
	CHECK_EQ(memblock_mark_nomap(20, 10), 0);
	CHECK_EQ(memory->cnt, FULL);
	CHECK_EQ(memory->max, FULL);
}

/* ---- The 129th entry ---- */

static void reserved_doubles(void)
{
	const phys_addr_t bytes = table_bytes(2 * FULL);

	for (int up = 0; up < 2; up++) {
		for (unsigned long rank = 0; rank <= FULL; rank++) {
			phys_addr_t at = gap_below(RAM + MIB, rank) + 64;

			fresh_ram();
			memblock_allow_resize();
			memblock_set_bottom_up(up);
			CHECK(fill(reserved, RAM + MIB, FULL));
			CHECK_EQ(reserved->max, FULL);
			CHECK_EQ(memblock_reserve(at, 64), 0);
			CHECK(doubled_to(reserved, 2 * FULL));
			CHECK_EQ(table_of(reserved), up ? RAM : RAM + ARENA_SIZE - bytes);
			CHECK_EQ(reserved->cnt, FULL + 2);
			CHECK_EQ(reserved->total_size, FULL * PAGE_SIZE + 64 + bytes);
			CHECK_EQ(reserved->regions[rank + up].base, at);
			CHECK_EQ(reserved->regions[rank + up].size, 64);
			/* The longer table works on. */
			CHECK_EQ(memblock_phys_free(at, 64), 0);
			CHECK_EQ(memblock_reserve(RAM + MIB, MIB), 0);
			CHECK_EQ(reserved->cnt, 2);
		}
	}
}

static void memory_doubles(void)
{
	const phys_addr_t bytes = table_bytes(2 * FULL), far = RAM + 8 * MIB;

	for (int up = 0; up < 2; up++) {
		for (unsigned long rank = 0; rank < FULL; rank++) {
			phys_addr_t at = gap_below(far, rank) + 64;
			phys_addr_t table = up ? RAM : RAM + ARENA_SIZE - bytes;

			fresh_ram();
			memblock_allow_resize();
			memblock_set_bottom_up(up);
			CHECK(fill(memory, far, FULL - 1));
			CHECK_EQ(memory->max, FULL);
			CHECK_EQ(memblock_add(at, 64), 0);
			CHECK(doubled_to(memory, 2 * FULL));
			CHECK_EQ(memory->cnt, FULL + 1);
			CHECK_EQ(memory->regions[rank + 1].base, at);
			WANT(reserved, {table, bytes, NONE, ANY});
		}
	}
}

/* Flags, nodes and removals split entries: they double too. */
static void splits_double(void)
{
	for (int which = 0; which < 4; which++) {
		phys_addr_t at = RAM + 8 * MIB + 10 * FILL_STEP + 64;

		fresh_ram();
		memblock_allow_resize();
		CHECK(fill(memory, RAM + 8 * MIB, FULL - 1));
		CHECK_EQ(memory->max, FULL);
		if (which == 0)
			CHECK_EQ(memblock_mark_nomap(at, 64), 0);
		if (which == 1)
			CHECK_EQ(memblock_remove(at, 64), 0);
		if (which == 2)
			CHECK_EQ(memblock_add_node(at - 64, 2 * FILL_STEP, 1, MEMBLOCK_MIRROR), 0);
		if (which == 3)
			CHECK_EQ(memblock_set_node(at, 64, memory, 1), 0);
		if (which == 3 && !NUMA) {
			CHECK_EQ(memory->max, FULL);
			continue;
		}
		CHECK_EQ(memory->cnt, which == 1 ? FULL + 1 : FULL + 2);
		CHECK(doubled_to(memory, 2 * FULL));
	}
	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(reserved, RAM, FULL));
	CHECK_EQ(memblock_phys_free(RAM + FILL_STEP + 64, 64), 0);
	CHECK(doubled_to(reserved, 2 * FULL));
	CHECK_EQ(reserved->cnt, FULL + 2);
	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(reserved, RAM, FULL));
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + PAGE_SIZE + 64, RAM + FILL_STEP - 64),
		RAM + FILL_STEP - 128);
	CHECK(doubled_to(reserved, 2 * FULL));
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void physmem_doubles(void)
{
	phys_addr_t first;

	fresh_ram();
	CHECK(fill(&physmem, RAM, FULL));
	CHECK_EQ(memblock_physmem_add(RAM - 64, 32), -ENOMEM);
	CHECK_EQ(physmem.cnt, FULL);
	memblock_allow_resize();
	CHECK_EQ(memblock_physmem_add(RAM - 64, 32), 0);
	CHECK(doubled_to(&physmem, 2 * FULL));
	CHECK_EQ(physmem.cnt, FULL + 1);
	CHECK_EQ(physmem.total_size, FULL * PAGE_SIZE + 32);
	first = table_of(&physmem);
	CHECK(fill(&physmem, RAM + 64 * MIB, FULL));
	CHECK(doubled_to(&physmem, 4 * FULL));
	CHECK(!memblock_is_region_reserved(first, table_bytes(2 * FULL)));
	CHECK_EQ(memory->max, FULL);
	CHECK_EQ(memory->cnt, 1);
}
#else
static void physmem_doubles(void)
{
}
#endif

/* Both tables full: memory's doubling makes reserved double first. */
static void both_double(void)
{
	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(reserved, RAM + MIB, FULL));
	CHECK(fill(memory, RAM + 8 * MIB, FULL - 1));
	CHECK_EQ(memblock_add(RAM - 64, 32), 0);
	CHECK(doubled_to(memory, 2 * FULL));
	CHECK(doubled_to(reserved, 2 * FULL));
	CHECK_EQ(memory->cnt, FULL + 1);
	/* The two tables touch, so they are one entry. */
	CHECK_EQ(reserved->cnt, FULL + 1);
	CHECK_EQ(reserved->total_size, FULL * PAGE_SIZE + 2 * table_bytes(2 * FULL));
}

/* The second doubling gives the first doubled table back, not the static one. */
static void double_twice(void)
{
	for (int set = 0; set < 2; set++) {
		struct memblock_type *type = set ? reserved : memory;
		phys_addr_t base = set ? RAM : RAM + 8 * MIB, first;
		const struct memblock_region *original;

		fresh_ram();
		original = type->regions;
		memblock_allow_resize();
		CHECK(fill(type, base, FULL + 1));
		CHECK(doubled_to(type, 2 * FULL));
		CHECK_EQ(original[5].base, type->regions[5].base);
		first = table_of(type);
		CHECK(fill(type, base + (FULL + 1) * FILL_STEP, FULL - 1));
		CHECK(doubled_to(type, 4 * FULL));
		CHECK(!memblock_is_region_reserved(first, table_bytes(2 * FULL)));
		CHECK_EQ(reserved->total_size,
			table_bytes(4 * FULL) + (set ? 2 * FULL * PAGE_SIZE : 0));
		CHECK_EQ(type->cnt, 2 * FULL + 1);
	}
	/* More than twice as many at once. */
	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(reserved, RAM, FULL));
	CHECK_EQ(memblock_reserve_owner(RAM - 64, MIB, 5), 0);
	CHECK(doubled_to(reserved, 4 * FULL));
	CHECK_EQ(reserved->cnt, 2 * FULL + 2);
	CHECK_EQ(memblock_owner_bytes(5), MIB - 64 - FULL * PAGE_SIZE);
}

/* ---- Where the new table lies ---- */

/* Outside the range that is being reserved. */
static void keeps_clear_of_the_range(void)
{
	const struct snapshot *s;

	for (int up = 0; up < 2; up++) {
		phys_addr_t at = up ? RAM : RAM + 3 * MIB;

		fresh_ram();
		memblock_allow_resize();
		memblock_set_bottom_up(up);
		CHECK(fill(reserved, RAM + MIB, FULL));
		CHECK_EQ(memblock_reserve(at, MIB - 64), 0);
		CHECK(doubled_to(reserved, 2 * FULL));
		CHECK(table_of(reserved) + table_bytes(2 * FULL) <= at ||
			table_of(reserved) >= at + MIB - 64);
	}
	/* The only free memory is the range itself. */
	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(reserved, RAM + MIB, FULL - 1));
	memblock_remove(RAM, 3 * MIB);
	memblock_reserve(RAM + 3 * MIB, 64);
	s = take_snapshot();
	CHECK_EQ(memblock_reserve(RAM + 3 * MIB + 128, 2 * MIB), -ENOMEM);
	CHECK(unchanged(s));
}

/* As above, at every rank, with room for the table at @room alone. */
static void keeps_clear_at_every_rank(void)
{
	const phys_addr_t step = 4 * PAGE_SIZE, size = 2 * PAGE_SIZE;

	for (unsigned long rank = 1; rank <= FULL + 1; rank++) {
		fresh_ram();
		memblock_remove(0, TOP);
		memblock_add(RAM, size);
		memblock_add(RAM + rank * step, size);
		memblock_allow_resize();
		for (unsigned long i = 1; i <= FULL + 1; i++)
			if (i != rank)
				CHECK_EQ(memblock_reserve(RAM + i * step, size), 0);
		CHECK_EQ(reserved->cnt, FULL);
		CHECK_EQ(memblock_reserve(RAM + rank * step, size), 0);
		CHECK(doubled_to(reserved, 2 * FULL));
		CHECK_EQ(table_of(reserved), RAM);
		CHECK_EQ(reserved->cnt, FULL + 2);
		CHECK_EQ(reserved->total_size, (FULL + 2) * size);
	}
}

/* Nor where memory is about to go, or to leave the linear map: not even reserved's own. */
static void keeps_clear_of_what_goes(void)
{
	fresh_ram();
	memblock_remove(RAM, 2 * MIB);
	CHECK(fill(memory, RAM, FULL - 1));
	memblock_allow_resize();
	CHECK_EQ(memory->cnt, FULL);
	CHECK_EQ(memblock_remove(RAM + 3 * MIB, MIB - 64), 0);
	CHECK(doubled_to(memory, 2 * FULL));
	for (int up = 0; up < 2; up++) {
		phys_addr_t at = up ? RAM : RAM + 3 * MIB;

		fresh_ram();
		memblock_set_bottom_up(up);
		CHECK(fill(reserved, RAM + 64 * MIB, FULL));
		CHECK(fill(memory, RAM + 8 * MIB, FULL - 1));
		memblock_allow_resize();
		CHECK_EQ(memblock_mark_nomap(at + 64, MIB - 128), 0);
		CHECK(doubled_to(memory, 2 * FULL));
		CHECK(doubled_to(reserved, 2 * FULL));
		CHECK(memblock_is_map_memory(table_of(memory)));
		CHECK(memblock_is_map_memory(table_of(reserved)));
	}
}

/* MIRROR first; never NOMAP, nor HOTPLUG that may go; below the limit. */
static void tables_lie_where_they_may(void)
{
	const phys_addr_t bytes = table_bytes(2 * FULL);
	phys_addr_t want = RAM + MIB - bytes;

	for (int which = 0; which < 5; which++) {
		fresh_ram();
		memblock_allow_resize();
		CHECK(fill(reserved, RAM + 64 * MIB, FULL));
		if (which == 0)
			memblock_mark_mirror(RAM, MIB);
		if (which == 1)
			memblock_mark_nomap(RAM + MIB, 3 * MIB);
		if (which == 2)
			memblock_set_current_limit(RAM + MIB);
		if (which == 3) {
			memblock_mark_hotplug(RAM + MIB, 3 * MIB);
			want = movable_node_is_enabled() ? RAM + MIB - bytes
							 : RAM + ARENA_SIZE - bytes;
		}
		if (which == 4) { /* too small a mirror */
			memblock_mark_mirror(RAM + MIB + PAGE_SIZE, bytes);
			memblock_reserve(RAM + MIB + bytes, MIB);
			want = RAM + ARENA_SIZE - bytes;
		}
		CHECK_EQ(memblock_reserve(RAM + 63 * MIB, 64), 0);
		CHECK(doubled_to(reserved, 2 * FULL));
		CHECK_EQ(table_of(reserved), want);
	}
}

static void no_table_in_page_0(void)
{
	fresh_at(0);
	memblock_add(0, PAGE_SIZE + table_bytes(2 * FULL));
	memblock_set_bottom_up(true);
	memblock_allow_resize();
	CHECK(fill(reserved, RAM, FULL));
	CHECK_EQ(memblock_reserve(RAM - 64, 32), 0);
	CHECK_EQ(table_of(reserved), PAGE_SIZE);
}

/* ---- No room ---- */

static void doubling_without_room(void)
{
	const struct snapshot *s;

	fresh_ram();
	memblock_allow_resize();
	memblock_set_current_limit(RAM);
	CHECK(fill(reserved, RAM, FULL));
	s = take_snapshot();
	printk_count = 0;
	CHECK_EQ(memblock_reserve(RAM + 3 * MIB, 64), -ENOMEM);
	CHECK_EQ(printk_count, 1);
	CHECK_EQ(memblock_phys_alloc_range(64, 64, RAM + 2 * MIB, RAM + 4 * MIB), 0);
	CHECK_EQ(memblock_phys_free(RAM + 64, 64), -ENOMEM);
	CHECK(unchanged(s));
	/* Room for memory's table, and not for reserved's. */
	fresh_ram();
	memblock_allow_resize();
	memblock_remove(RAM + 4 * PAGE_SIZE, TOP);
	memblock_reserve(RAM, PAGE_SIZE);
	CHECK(fill(reserved, RAM + 8 * MIB, FULL - 1));
	CHECK(fill(memory, RAM + 8 * MIB, FULL - 1));
	s = take_snapshot();
	CHECK_EQ(memblock_remove(RAM + 64, 64), -ENOMEM);
	CHECK(unchanged(s));
}

/* ---- State ---- */

/* All state is in struct memblock: who puts its fields back starts anew. */
static void starts_anew(void)
{
	struct memblock_type first_memory, first_reserved;

	fresh_ram();
	memblock_remove(0, TOP);
	first_memory = *memory;
	first_reserved = *reserved;
	memblock_allow_resize();
	for (int round = 0; round < 3; round++) {
		*memory = first_memory;
		*reserved = first_reserved;
		memblock.bottom_up = false;
		memblock.current_limit = MEMBLOCK_ALLOC_ANYWHERE;
		CHECK_EQ(memblock_add(RAM, ARENA_SIZE), 0);
		memblock_mark_mirror(RAM, MIB);
		CHECK(fill(reserved, RAM, FULL));
		CHECK_EQ(reserved->max, FULL);
		CHECK_EQ(memblock_reserve(RAM + 3 * MIB, 64), 0);
		CHECK(doubled_to(reserved, 2 * FULL));
		CHECK(fill(memory, RAM + 8 * MIB, FULL));
		CHECK(doubled_to(memory, 2 * FULL));
		memblock_set_bottom_up(true);
		memblock_set_current_limit(RAM + MIB);
	}
}

int main(void)
{
	TEST(full_without_resize);
	TEST(full_but_fits);
	TEST(full_but_fits_in_the_end);
	TEST(reserved_doubles);
	TEST(memory_doubles);
	TEST(splits_double);
	TEST(physmem_doubles);
	TEST(both_double);
	TEST(double_twice);
	TEST(keeps_clear_of_the_range);
	TEST(keeps_clear_at_every_rank);
	TEST(keeps_clear_of_what_goes);
	TEST(tables_lie_where_they_may);
	TEST(no_table_in_page_0);
	TEST(doubling_without_room);
	TEST(starts_anew);
	return check_report();
}
