/* SPDX-License-Identifier: BSD-2-Clause */
/* Who reserved what, in memblock's tables. */
#include "check.h"
#include "memblock_world.h"

#include <arch/page.h>
#include <molt/err.h>

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

static void allocations(void)
{
	phys_addr_t p;

	fresh_ram();
	p = memblock_phys_alloc_owner(0x1000, 0x1000, 65535);
	WANT(reserved, {p, 0x1000, MEMBLOCK_OWNER(65535), ANY});
	/* A neighbour of the same owner's is one entry with it, another's is not. */
	CHECK_EQ(memblock_phys_alloc_owner(0x1000, 0x1000, 65535), p - 0x1000);
	CHECK_EQ(memblock_phys_alloc_owner(0x1000, 0x1000, 1), p - 0x2000);
	CHECK_EQ(memblock_phys_alloc(0x1000, 0x1000), p - 0x3000);
	WANT(reserved, {p - 0x3000, 0x1000, NONE, ANY},
		{p - 0x2000, 0x1000, MEMBLOCK_OWNER(1), ANY},
		{p - 0x1000, 0x2000, MEMBLOCK_OWNER(65535), ANY});
	CHECK_EQ(memblock_phys_alloc_owner(64, 64, 65536), 0);
	CHECK_EQ(memblock_phys_alloc_owner(0, 64, 1), 0);
	CHECK_EQ(memblock_phys_alloc_owner(TOP, 64, 1), 0);
	CHECK_EQ(reserved->cnt, 3);
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

/* The owners of tables change together, or not at all. */
static void table_owners_without_room(void)
{
	const struct snapshot *s;

	fresh_ram();
	memblock_allow_resize();
	CHECK(fill(memory, RAM + 8 * MIB, 128));
	CHECK_EQ(memory->max, 256);
	CHECK(fill(reserved, RAM, 127));
	memblock_set_current_limit(RAM);
	s = take_snapshot();
	CHECK_EQ(memblock_own_tables(11), -ENOMEM);
	CHECK(unchanged(s));
	CHECK_EQ(memblock_phys_free(RAM, MIB), 0);
	CHECK_EQ(memblock_own_tables(11), 0);
	CHECK_EQ(memblock_owner_bytes(11), table_bytes(256));
}

int main(void)
{
	TEST(owners);
	TEST(allocations);
	TEST(table_owners);
	TEST(table_owners_without_room);
	return check_report();
}
