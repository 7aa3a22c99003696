/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From memblock to the zones, on random machines: ranges of several nodes that meet in the
 * middle of blocks, holes, reservations, memory that is not mapped, contiguous areas. A plain
 * model, a few bytes for each page, says which of them somebody may be given, and from where.
 *
 *	handover_test [MACHINES [SEED]]
 */
#include "check.h"
#include "harts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/page.h>
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/molt.h>
#include <mm/numa.h>
#include <mm/reserved.h>
#include <mm/tables.h>
#include <mm/zone.h>
#include <molt/stage.h>

#define BASE   0x80000000UL
#define BLOCKS 32
#define PAGES  (BLOCKS * BLOCK_SIZE / PAGE_SIZE)
#define NODES  4

enum kind {
	HOLE,
	FREE,
	RESERVED,
	UNMAPPED,
	AREA
};

struct page {
	unsigned char kind, node;
	bool foreign, taken,
		shed; /* other than its block's node; handed out; given back by the molt */
};

static struct page pages[PAGES];

unsigned int numa_nodes = NODES;
phys_addr_t memory_cut;
struct address_space kernel_space;
struct reserved_area reserved_first_areas[RESERVED_FIRST_AREAS];
char reserved_first_names[RESERVED_FIRST_NAMES];
const struct page_source zone_page_source;

unsigned int numa_distance(unsigned int from, unsigned int to)
{
	return from == to ? NUMA_LOCAL_DISTANCE : NUMA_REMOTE_DISTANCE;
}

void molt_release(enum ledger_owner owner, phys_addr_t base, phys_addr_t end)
{
	CHECK_EQ(owner, OWNER_FDT);
	for (; base < end; base += PAGE_SIZE)
		pages[(base - BASE) / PAGE_SIZE].shed = true;
}

/* ---- Chance ---- */

static u64 random_state;

static unsigned long pick(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

/* ---- A machine ---- */

/* RAM range by range; each page's kind is FREE. */
static void make_ram(void)
{
	unsigned long at = 0;

	while (at < PAGES) {
		unsigned long count = pick(2) ? 1 + pick(700) : 512 * (1 + pick(6));
		int node = (int)pick(NODES + 1) - 1;

		/* Often the next block: what is at its edge is what goes wrong. */
		if (!pick(3))
			at = ALIGN_UP(at, 512UL);
		if (at >= PAGES)
			break;
		if (count > PAGES - at)
			count = PAGES - at;
		memblock_add_node(BASE + at * PAGE_SIZE, count * PAGE_SIZE, node, MEMBLOCK_NONE);
		for (unsigned long i = at; i < at + count; i++)
			pages[i] = (struct page){
				.kind = FREE, .node = (unsigned char)(node < 0 ? 0 : node)};
		at += count + (pick(3) ? 0 : pick(600));
	}
}

static bool all_free(unsigned long at, unsigned long count)
{
	for (unsigned long i = at; i < at + count; i++) {
		if (pages[i].kind != FREE || pages[i].node != pages[at].node)
			return false;
	}
	return true;
}

static void make_areas(void)
{
	for (unsigned int tries = 0; tries < 8; tries++) {
		unsigned long at = 512 * pick(BLOCKS), count = 512 * (1 + pick(3));

		if (at + count > PAGES || !all_free(at, count))
			continue;
		memblock_reserve_owner(BASE + at * PAGE_SIZE, count * PAGE_SIZE, OWNER_CMA);
		for (unsigned long i = at; i < at + count; i++)
			pages[i].kind = AREA;
	}
}

/* Some pages that are free are reserved, in RAM or over its edge, or not to be mapped. */
static void take_some(void)
{
	for (unsigned int tries = pick(12); tries; tries--) {
		unsigned long at = pick(PAGES), count = 1 + pick(pick(2) ? 8 : 600);
		bool unmapped = !pick(3), area = false;

		if (at + count > PAGES)
			count = PAGES - at;
		for (unsigned long i = at; i < at + count; i++)
			area |= pages[i].kind == AREA;
		if (area)
			continue;
		memblock_reserve_owner(BASE + at * PAGE_SIZE, count * PAGE_SIZE,
			unmapped ? OWNER_RESERVED : OWNER_FDT);
		if (unmapped)
			memblock_mark_nomap(BASE + at * PAGE_SIZE, count * PAGE_SIZE);
		for (unsigned long i = at; i < at + count; i++) {
			if (pages[i].kind != HOLE && pages[i].kind != UNMAPPED)
				pages[i].kind = unmapped ? UNMAPPED : RESERVED;
		}
	}
}

/* The block is its first page's that is boot's; returns the free pages that are not. */
static unsigned long find_foreign(void)
{
	unsigned long foreign = 0;

	for (unsigned long block = 0; block < PAGES; block += 512) {
		int owner = -1;

		for (unsigned long i = block; i < block + 512; i++) {
			if (pages[i].kind == HOLE || pages[i].kind == UNMAPPED)
				continue;
			if (owner < 0)
				owner = pages[i].node;
			pages[i].foreign = pages[i].node != owner;
			foreign += pages[i].foreign && pages[i].kind == FREE;
		}
	}
	return foreign;
}

static unsigned long count_kind(enum kind kind)
{
	unsigned long count = 0;

	for (unsigned long i = 0; i < PAGES; i++)
		count += pages[i].kind == kind;
	return count;
}

static void make_machine(void)
{
	static struct memblock pristine;

	if (!pristine.memory.regions)
		pristine = memblock;
	memblock = pristine;
	harts_forget_pages();
	memset(pages, 0, sizeof(pages));
	stage_now = STAGE_MAPPED;
	make_ram();
	make_areas();
	take_some();
	memblock_set_bottom_up(true);
}

/* ---- What came of it ---- */

/* Every page that @gfp may have, once; it is somebody's to have, and from its own node. */
static bool take_all(gfp_t gfp, unsigned long count)
{
	void *got;

	host_hart_node = (unsigned int)pick(NODES);
	while ((got = page_alloc(0, gfp))) {
		struct page *page = &pages[(__pa(got) - BASE) / PAGE_SIZE];

		if (page->taken || page->foreign || page->node != page_node(got) ||
			page->kind != (gfp == GFP_KERNEL ? FREE : AREA))
			return false;
		page->taken = true;
		count--;
	}
	return count == 0;
}

/* What the FDT held and the molt gives back: pages that their block's zone can have. */
static bool shed_is_right(void)
{
	for (unsigned long i = 0; i < PAGES; i++) {
		if (pages[i].shed && (pages[i].kind != RESERVED || pages[i].foreign))
			return false;
	}
	return true;
}

static bool handed_over(void)
{
	unsigned long foreign, lost;

	make_machine();
	/* Room for what the zones need. */
	if (count_kind(FREE) < 64 || find_foreign() + 64 > count_kind(FREE))
		return true;
	foreign = find_foreign();
	zones_claim_shared();
	zone_metadata_init();
	zone_init();
	handover_release(OWNER_FDT);
	memblock_discard();
	if (ledger_difference() || !shed_is_right())
		return false;
	lost = ledger_bytes(OWNER_UNUSABLE) - foreign * PAGE_SIZE;
	if (lost >= 2 * PAGE_SIZE || ledger_bytes(OWNER_CMA) != count_kind(AREA) * PAGE_SIZE)
		return false;
	if (zone_free_bytes() + ledger_bytes(OWNER_ZONES) + ledger_bytes(OWNER_MEMBLOCK) + lost !=
		(count_kind(FREE) - foreign) * PAGE_SIZE)
		return false;
	return take_all(GFP_KERNEL, zone_free_bytes() / PAGE_SIZE) &&
	       take_all(GFP_MOVABLE, count_kind(AREA)) && zone_free_in(1U << ZONE_CMA) == 0;
}

static unsigned long machines = 2000;

static void random_machines(void)
{
	/* Only the zones' metadata and memblock's tables are ever written to. */
	void *ram = calloc(PAGES, PAGE_SIZE);

	CHECK(ram);
	linear_offset = (unsigned long)ram - BASE;
	for (unsigned long n = 0; n < machines; n++) {
		if (!CHECK(handed_over())) {
			printf("machine %lu\n", n);
			break;
		}
	}
	free(ram);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		machines = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu machines\n", (unsigned long long)seed, machines);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	TEST(random_machines);
	return check_report();
}
