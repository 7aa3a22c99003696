/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's rules, each of them broken by hand, and found. */
#include "check.h"
#include "memblock_world.h"

#include <string.h>

#include <arch/page.h>
#include <molt/stage.h>

/* Three entries of each set, which is sound so far. */
static void three(struct memblock_type *type)
{
	fresh_ram();
	if (type == memory)
		memblock_remove(0, TOP);
	CHECK(fill(type, RAM, 3));
	memblock_verify();
}

static void says(struct memblock_type *type, const char *text)
{
	CHECK_PANICS(memblock_verify());
	CHECK(strstr(panic_text, text));
	CHECK(strstr(panic_text, type->name));
}

static void entries(struct memblock_type *type)
{
	three(type);
	type->regions[1].size = 0;
	says(type, "is empty");
	three(type);
	type->regions[2].size = PHYS_ADDR_MAX - type->regions[2].base + 1;
	says(type, "has no end");
	three(type);
	type->regions[0].size = 2 * FILL_STEP;
	says(type, "overlaps");
	three(type);
	type->regions[1].base = RAM - FILL_STEP;
	says(type, "overlaps");
	three(type);
	type->regions[0].size = FILL_STEP;
	says(type, "are one");
}

static void sums(struct memblock_type *type)
{
	three(type);
	type->total_size++;
	says(type, "counts");
	three(type);
	type->max = 2;
	says(type, "has 3 entries, and room for 2");
}

static void rules_of_memory(void)
{
	entries(memory);
	sums(memory);
}

static void rules_of_reserved(void)
{
	entries(reserved);
	sums(reserved);
}

/* Neighbours that touch may differ, in whatever there is. */
static void neighbours(void)
{
	fresh_ram();
	CHECK_EQ(memblock_mark_nomap(RAM + MIB, MIB), 0);
	CHECK_EQ(memblock_reserve_owner(RAM, MIB, 1), 0);
	CHECK_EQ(memblock_reserve_owner(RAM + MIB, MIB, 2), 0);
	CHECK_EQ(memblock_set_node(RAM + 2 * MIB, MIB, memory, 1), 0);
	CHECK_EQ(memory->cnt, NUMA ? 4 : 3);
	CHECK_EQ(reserved->cnt, 2);
	memblock_verify();
}

/* A table that has doubled is reserved; and is not to be looked for before it can be seen. */
static void room_of(struct memblock_type *type)
{
	phys_addr_t table, size;

	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(type, RAM + ARENA_SIZE, INIT_MEMBLOCK_REGIONS + 1));
	table = __pa(type->regions);
	size = type->max * sizeof(*type->regions);
	stage_now = STAGE_MAPPED;
	memblock_verify();
	CHECK_EQ(memblock_phys_free(table + size - 1, 1), 0);
	says(type, "is not reserved");
	stage_now = STAGE_MEMBLOCK;
	memblock_verify();
	CHECK_EQ(memblock_phys_free(table, size), 0);
	stage_now = STAGE_MAPPED;
	says(type, "is not reserved");
}

static void room(void)
{
	room_of(memory);
	room_of(reserved);
}

int main(void)
{
	TEST(rules_of_memory);
	TEST(rules_of_reserved);
	TEST(neighbours);
	TEST(room);
	return check_report();
}
