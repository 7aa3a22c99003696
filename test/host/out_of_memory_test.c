/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said when there is no memory, how often, and the tables of it. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <arch/page.h>
#include <mm/ledger.h>
#include <mm/meminfo.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/stage.h>

#include "zone_world.h"

#define RAM	      0x80000000UL
#define FAILURES_TOLD 1024

static const struct world small = {"16 MiB", {{RAM, RAM + 16 * MIB, 0}}};
static const struct world two_zones = {
	"around 4 GiB", {{0x100000000 - 64 * MIB, 0x100000000 + 64 * MIB, 0}}};

static void begin_free(const struct world *world)
{
	const struct ram *ram = world->ram;

	world_begin(world);
	for (; ram->end; ram++)
		zone_release(ram->base, ram->end);
}

/* ---- All that is printed since start_listening() ---- */

static char told[1 << 14];
static size_t told_length;

static void listen(const char *text)
{
	size_t length = strlen(text);

	if (told_length + length < sizeof(told)) {
		memcpy(told + told_length, text, length + 1);
		told_length += length;
	}
}

static void start_listening(void)
{
	told_length = 0;
	told[0] = '\0';
	printk_listener = listen;
}

static bool was_told(const char *line)
{
	if (strstr(told, line))
		return true;
	printf("it said: %s\n", told);
	return false;
}

/* ---- Tables ---- */

static void tables_of_zones(void)
{
	static const char *const lines[] = {
		"  node 0  DMA32        65536       65532                1      0\n",
		"  node 0  NORMAL       65536       65536                0      0\n",
		"free runs              4K      8K     16K     32K     64K    128K    256K    512K"
		"      1M\n"
		"  node 0  DMA32         1       1       1       1       1       1       1       1"
		"       1\n"
		"  node 0  NORMAL        0       0       0       0       0       0       0       0"
		"       0\n",
		"free runs              2M      4M      8M     16M     32M     64M    128M    256M"
		"    512M      1G\n"
		"  node 0  DMA32         1       1       1       1       1       0       0       0"
		"       0       0\n"
		"  node 0  NORMAL        0       0       0       0       0       1       0       0"
		"       0       0\n",
	};
	void *page;
	u64 digest;

	begin_free(&two_zones);
	page = page_alloc(0, GFP_DMA32);
	digest = world_digest();
	start_listening();
	zones_print(LOGLEVEL_INFO);
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++)
		CHECK(was_told(lines[i]));
	CHECK_EQ(world_digest(), digest);
	page_free(page, 0);
}

/* Blocks that are loose, or claimed, are counted as what they are, and stay so. */
static void tables_of_loose_blocks(void)
{
	struct zone_summary one, all;
	struct zone_info info;
	void *blocks[3];

	begin_free(&small);
	for (int i = 0; i < 3; i++)
		blocks[i] = page_alloc(BLOCK_ORDER, GFP_KERNEL);
	for (int i = 0; i < 3; i++)
		page_free(blocks[i], BLOCK_ORDER);
	CHECK(zone_info(0, &info));
	CHECK_EQ(info.loose, 3);
	CHECK_EQ(zone_summarise_one(0, &one), 0);
	CHECK_EQ(one.bytes, 16 * MIB);
	CHECK(one.free[BLOCK_ORDER] >= 3);
	CHECK(zone_info(0, &info) && info.loose == 3);
	zone_summarise(&all);
	CHECK_EQ(all.bytes, one.bytes);
	CHECK_EQ(all.free[BLOCK_ORDER + 3], 1);
	CHECK(zone_info(0, &info) && info.loose == 0);
}

/* ---- Out of memory ---- */

/* Ended by NULL. */
static void **take_all(gfp_t gfp)
{
	static void *pages[1 << 16];
	unsigned int n = 0;

	while ((pages[n] = page_alloc(0, gfp | __GFP_NOWARN)))
		n++;
	return pages;
}

static void silent(void)
{
	begin_free(&small);
	start_listening();
	take_all(GFP_KERNEL);
	CHECK(!page_alloc(3, GFP_KERNEL | __GFP_NOWARN));
	CHECK(!page_alloc_node(3, GFP_KERNEL | __GFP_NOWARN, 0));
	CHECK_EQ(told_length, 0);
}

/* The first failure of the program, then each of so many. */
static void told_now_and_then(void)
{
	void **pages;

	begin_free(&two_zones);
	pages = take_all(GFP_DMA32);
	/* Every other page: half is free, and no two of them together. */
	for (unsigned int i = 0; pages[i]; i++) {
		if (__pa(pages[i]) / PAGE_SIZE % 2)
			page_free(pages[i], 0);
	}
	start_listening();
	CHECK(!page_alloc(1, GFP_DMA32 | __GFP_ZERO | __GFP_ATOMIC));
	CHECK(was_told("out of memory: no 8 KiB (order 1, GFP_DMA32|__GFP_ZERO|__GFP_ATOMIC) near "
		       "node 0, asked for from 0x"));
	CHECK(was_told("; failure 1\n"));
	CHECK(was_told("  node 0  DMA32        65536       32768 "));
	CHECK(was_told("  node 0  DMA32      8192       0       0 "));
	CHECK(was_told("memory: 131072 KiB, held by\n"));
	CHECK(was_told("  stacks "));
	CHECK(was_told("  free "));
	start_listening();
	for (unsigned int i = 1; i < FAILURES_TOLD; i++)
		CHECK(!page_alloc_node(1, GFP_DMA32, 0));
	CHECK_EQ(told_length, 0);
	CHECK(!page_alloc_node(1, GFP_DMA32, 0));
	CHECK(was_told("order 1, GFP_DMA32) near node 0"));
	CHECK(was_told("; failure 1025\n"));
}

int main(void)
{
	stage_now = STAGE_MOLTED;
	ledger_ram = 128 * MIB;
	ledger_add(OWNER_STACKS, 4096);
	TEST(tables_of_zones);
	TEST(tables_of_loose_blocks);
	TEST(silent);
	TEST(told_now_and_then);
	world_end();
	return check_report();
}
