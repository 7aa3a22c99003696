/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memblock for tests: its two tables, fresh before each test, and what a table is compared
 * with. Include after check.h.
 */
#ifndef TEST_HOST_MEMBLOCK_WORLD_H
#define TEST_HOST_MEMBLOCK_WORLD_H

#include <mm/memblock.h>
#include <molt/compiler.h>

#define KIB  0x400UL
#define MIB  0x100000UL
#define GIB  0x40000000UL
#define RAM  0x80000000UL
#define TOP  PHYS_ADDR_MAX
#define ANY  NUMA_NO_NODE
#define NONE MEMBLOCK_NONE
#define NUMA IS_ENABLED(CONFIG_NUMA)

static struct memblock_type *const memory __maybe_unused = &memblock.memory;
static struct memblock_type *const reserved __maybe_unused = &memblock.reserved;

/* What __va() makes of RAM, once fresh_ram() ran. */
#define ARENA_SIZE (4 * MIB)
extern unsigned char arena[ARENA_SIZE];

/* memblock as the program found it, and no entry where a test did not put it. */
void fresh(void);

/* As fresh(), with ARENA_SIZE bytes of RAM at RAM, 0x5a each, that __va() reaches. */
void fresh_ram(void);

/* As fresh(), and __va() reaches ARENA_SIZE bytes at @base: none of them is RAM yet. */
void fresh_at(phys_addr_t base);

/* ---- Comparing ---- */

struct want {
	phys_addr_t base, size;
	unsigned flags;
	int nid; /* compared under NUMA */
};

/* Whether @type holds the @cnt entries of @want, and its total is theirs. */
bool table_is(const struct memblock_type *type, const struct want *want, unsigned long cnt);

#define WANT(type, ...)                                                       \
	check_that(table_is(type, (const struct want[]){__VA_ARGS__},         \
			   ARRAY_SIZE(((const struct want[]){__VA_ARGS__}))), \
		#type " as expected", __FILE__, __LINE__)
#define WANT_EMPTY(type) check_that(table_is(type, NULL, 0), #type " is empty", __FILE__, __LINE__)

/* Everything that memblock may change. */
struct snapshot {
	struct memblock state;
	struct memblock_region memory_regions[1024], reserved_regions[1024];
};

/* Returns one that lasts until the next. */
const struct snapshot *take_snapshot(void);

/* Whether nothing changed since @s. */
bool unchanged(const struct snapshot *s);

/* ---- Many entries ---- */

/* Where an entry of fill() lies: one page, with one free page above it. */
#define FILL_STEP (2 * 4096UL)

/* Adds @n entries to @type from @base on. Returns whether each call succeeded. */
bool fill(struct memblock_type *type, phys_addr_t base, unsigned long n);

/* memblock_add(), _reserve() or _physmem_add(), as @type asks; and the reverse of it. */
int add_to(struct memblock_type *type, phys_addr_t base, phys_addr_t size);
int drop_from(struct memblock_type *type, phys_addr_t base, phys_addr_t size);

/* The bytes that a table of @max entries takes. */
phys_addr_t table_bytes(unsigned long max);

#endif
