/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock's limits: the lowest bytes, a range, whole pages. */
#include "check.h"
#include "memblock_world.h"

#include <arch/page.h>

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

int main(void)
{
	TEST(limits);
	TEST(caps);
	TEST(trims);
	return check_report();
}
