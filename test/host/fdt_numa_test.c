/* SPDX-License-Identifier: BSD-2-Clause */
/* What the FDT says of nodes: whose memory and harts are, how far they are from each other. */
#include "check.h"
#include "fdt_build.h"

#include <core/boot.h>
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/numa.h>
#include <stdarg.h>
#include <string.h>

#define MIB  0x100000U
#define RAM  0x80000000U
#define NONE (~0U) /* no numa-node-id */

static void begin(void)
{
	numa_nodes = 1;
	printk_text[0] = '\0';
	build_begin_cells(1, 1);
}

static void memory(const char *name, u32 base, u32 size, u32 node)
{
	build_node(name, "memory", NULL);
	build_cells("reg", 2, base, size);
	if (node != NONE)
		build_cells("numa-node-id", 1, node);
	build_end();
}

static void hart(const char *name, u32 id, u32 node)
{
	build_node(name, "cpu", NULL);
	build_cells("reg", 1, id);
	build_text("mmu-type", "riscv,sv39");
	if (node != NONE)
		build_cells("numa-node-id", 1, node);
	build_end();
}

/* A machine of two nodes, which goes on. */
static void begin_two(void)
{
	begin();
	memory("memory@80000000", RAM, 64 * MIB, 0);
	memory("memory@84000000", RAM + 64 * MIB, 64 * MIB, 1);
}

static int node_at(u32 base)
{
	unsigned long first, end;

	return memblock_search_pfn_nid(base >> 12, &first, &end);
}

/* What numa_check() says now; it says so once. */
static const char *check_says(void)
{
	static char text[sizeof(printk_text)];

	printk_text[0] = '\0';
	numa_check();
	strcpy(text, printk_text);
	printk_text[0] = '\0';
	numa_check();
	CHECK(!printk_text[0]);
	return text;
}

/* ---- Nodes ---- */

static void memory_of_nodes(void)
{
	begin();
	memory("memory@80000000", RAM, MIB, 3);
	memory("memory@80100000", RAM + MIB, MIB, NONE);
	memory("memory@80200000", RAM + 2 * MIB, MIB, 1);
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(node_at(RAM), 3);
	CHECK_EQ(node_at(RAM + MIB), 0);
	CHECK_EQ(node_at(RAM + 2 * MIB), 1);
	CHECK_EQ(numa_nodes, 4);
	CHECK_EQ(strlen(check_says()), 0);
}

static void harts_of_nodes(void)
{
	begin();
	memory("memory@80000000", RAM, MIB, NONE);
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 1);
	build_cells("#size-cells", 1, 0);
	hart("cpu@0", 0, 2);
	hart("cpu@1", 1, NONE);
	hart("cpu@5", 5, 1);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(boot_harts.count, 3);
	CHECK_EQ(boot_harts.nodes[0], 2);
	CHECK_EQ(boot_harts.nodes[1], 0);
	CHECK_EQ(boot_harts.nodes[2], 1);
	CHECK_EQ(numa_nodes, 3);
}

/* NR_NODES is 4. The first is named, all count as node 0's. */
static void a_node_too_large(void)
{
	begin();
	memory("memory@80000000", RAM, MIB, 1);
	memory("memory@80100000", RAM + MIB, MIB, 4);
	memory("memory@80200000", RAM + 2 * MIB, MIB, 0xffffffff);
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(node_at(RAM + MIB), 0);
	CHECK_EQ(node_at(RAM + 2 * MIB), 0);
	CHECK_EQ(numa_nodes, 2);
	CHECK(strstr(check_says(), "/memory@80100000: node 4 is not below NR_NODES, 4:"));
}

static void a_node_of_three_cells(void)
{
	begin();
	build_node("memory@80000000", "memory", NULL);
	build_cells("reg", 2, RAM, MIB);
	build_cells("numa-node-id", 3, 0, 0, 1);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(node_at(RAM), 0);
}

/* ---- Distances ---- */

/* Read two nodes and a map of @count cells; returns what is warned of. */
static const char *map(int count, const u32 *cells)
{
	begin_two();
	build_node("distance-map", NULL, "numa-distance-map-v1");
	if (count == 3)
		build_cells("distance-matrix", 3, cells[0], cells[1], cells[2]);
	else if (count == 4)
		build_cells("distance-matrix", 4, cells[0], cells[1], cells[2], cells[3]);
	else if (count == 6)
		build_cells("distance-matrix", 6, cells[0], cells[1], cells[2], cells[3], cells[4],
			cells[5]);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	return check_says();
}

#define MAP(...) map(sizeof((u32[]){__VA_ARGS__}) / sizeof(u32), (const u32[]){__VA_ARGS__})

static void distances_are(unsigned int up, unsigned int down)
{
	CHECK_EQ(numa_distance(0, 0), 10);
	CHECK_EQ(numa_distance(1, 1), 10);
	CHECK_EQ(numa_distance(0, 1), up);
	CHECK_EQ(numa_distance(1, 0), down);
}

static void distances_unless_said(void)
{
	begin_two();
	CHECK_EQ(boot_read_build(), 0);
	distances_are(20, 20);
}

static void distances_each_way(void)
{
	CHECK_EQ(strlen(MAP(0, 1, 30)), 0);
	distances_are(30, 30);
	CHECK_EQ(strlen(MAP(1, 0, 40)), 0);
	distances_are(40, 40);
	CHECK_EQ(strlen(MAP(0, 1, 11, 1, 0, 255)), 0);
	distances_are(11, 255);
	CHECK_EQ(strlen(MAP(0, 1, 30, 0, 1, 30)), 0);
	distances_are(30, 30);
	CHECK_EQ(strlen(MAP(0, 0, 10, 7, 1, 30)), 0);
	distances_are(20, 20);
	CHECK_EQ(strlen(MAP(0, 7, 30, 0, 1, 12)), 0);
	distances_are(12, 12);
}

static void distances_that_make_no_sense(void)
{
	CHECK(strstr(MAP(0, 1, 30, 1, 1, 11), "a node is 10 from itself (1 to 1: 11)"));
	distances_are(20, 20);
	CHECK(strstr(MAP(0, 1, 10), "another node is 11 to 255 away (0 to 1: 10)"));
	CHECK(strstr(MAP(0, 1, 0), "another node is 11 to 255 away (0 to 1: 0)"));
	CHECK(strstr(MAP(1, 0, 256), "another node is 11 to 255 away (1 to 0: 256)"));
	CHECK(strstr(MAP(0, 1, 30, 0, 1, 31), "the same way is said twice (0 to 1: 31)"));
	distances_are(20, 20);
	CHECK(strstr(MAP(0, 1, 30, 0), "distance-matrix is not made of triples"));
	CHECK(strstr(map(0, NULL), "distance-matrix is not made of triples"));
	distances_are(20, 20);
}

static void maps_of_another_kind(void)
{
	static const u32 good[] = {0, 1, 30};
	static const char *const kinds[] = {NULL, "numa-distance-map-v2"};

	for (unsigned int i = 0; i < 2; i++) {
		map(3, good);
		begin_two();
		build_node("distance-map", NULL, kinds[i]);
		build_cells("distance-matrix", 3, 0, 1, 30);
		build_end();
		CHECK_EQ(boot_read_build(), 0);
		CHECK(strstr(check_says(), "it is not numa-distance-map-v1"));
		distances_are(20, 20);
	}
	begin_two();
	build_node("distance-map", NULL, "numa-distance-map-v1");
	build_text("status", "disabled");
	build_cells("distance-matrix", 3, 0, 1, 30);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(strlen(check_says()), 0);
	distances_are(20, 20);
}

/* ---- What two nodes share ---- */

static void a_shared_block(void)
{
	begin();
	memory("memory@80000000", RAM, 5 * MIB, 0);
	memory("memory@80500000", RAM + 5 * MIB, 11 * MIB, 1);
	boot_claim_build(NULL);
	CHECK_EQ(memblock_owner_bytes(OWNER_UNUSABLE), MIB);
	CHECK(memblock_is_reserved(RAM + 5 * MIB) && !memblock_is_reserved(RAM + 6 * MIB));
	CHECK_EQ(node_at(RAM + 5 * MIB), 1);
}

/* The kernel's own blocks are of the node that it begins on. */
static void a_kernel_on_two_nodes(void)
{
	static const struct kernel_part kernel[] = {
		{RAM + 4 * MIB, MIB + MIB / 2, OWNER_TEXT}, {0, 0, OWNER_TEXT}};

	begin();
	memory("memory@80000000", RAM, 5 * MIB, 0);
	memory("memory@80500000", RAM + 5 * MIB, 11 * MIB, 1);
	boot_claim_build(kernel);
	CHECK_EQ(memblock_owner_bytes(OWNER_UNUSABLE), 0);
	CHECK_EQ(node_at(RAM + 5 * MIB), 0);
	CHECK_EQ(node_at(RAM + 6 * MIB), 1);
}

int main(void)
{
	/* First: nothing forgets a map but another one. */
	TEST(distances_unless_said);
	TEST(memory_of_nodes);
	TEST(harts_of_nodes);
	TEST(a_node_too_large);
	TEST(a_node_of_three_cells);
	TEST(distances_each_way);
	TEST(distances_that_make_no_sense);
	TEST(maps_of_another_kind);
	TEST(a_shared_block);
	TEST(a_kernel_on_two_nodes);
	return check_report();
}
