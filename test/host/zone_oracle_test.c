/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The zones against a model that shares nothing with them: a byte for each page. Random
 * calls are made on both; what is handed out, what is refused and every count must be what
 * the model says.
 *
 *	zone_oracle_test [OPERATIONS [SEED]]
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/page.h>
#include <mm/numa.h>
#include <mm/zone.h>
#include <molt/compiler.h>

#include "zone_world.h"

#define EPISODE	 20000 /* operations before the next world */
#define COMPARE	 5000  /* operations before all counts are compared again */
#define HELD_MAX 64    /* ranges of a world that are released late */
#define FOUR_GIB 0x100000000UL
#define TIB	 0x10000000000UL

static const struct world worlds[] = {
	{"16 MiB", {{0x80000000, 0x80000000 + 16 * MIB, 0}}},
	{"holes of pages", {{0x80001000, 0x80003000, 0}, {0x80200000, 0x802ff000, 0},
				   {0x80300000, 0x80a01000, 0}}},
	{"128 MiB behind firmware", {{0x80080000, 0x88000000, 0}}},
	{"a GiB and its edges", {{0x7fff0000, 0xc0010000, 0}}},
	{"two zones and a hole", {{0x80000000, 0xc0000000, 0}, {0xf0000000, 0x110000000, 0}}},
	{"8 GiB", {{0x80000000, 0x80000000 + 8 * GIB, 0}}},
	{"parts of GiBs", {{0xbf000000, 0xc1000000, 0}, {0xfff00000, FOUR_GIB + MIB, 0},
				  {FOUR_GIB + GIB, FOUR_GIB + 3 * GIB, 0}}},
	{"at 1 TiB", {{TIB + 3 * MIB, TIB + 2 * GIB + 5 * MIB, 0}}},
	{"a late GiB", {{0x80000000, 0x84000000, 0}, {0xc0000000, 0x100000000, LATE}}},
	{"late ranges in boot's GiB",
		{{0x80000000, 0x82000000, 0}, {0x82000000, 0x84000000, LATE},
			{0x84000000, 0x85000000, 0}, {0x90000000, 0x90e00000, LATE}}},
	{"two nodes", {{0x80000000, 0x88000000, 0}, {0x88000000, 0x90000000, 1}}},
	{"two nodes by turns, an area in each",
		{{0x80000000, 0x81000000, 0}, {0x81000000, 0x81800000, 0 | AREA},
			{0x81800000, 0x82000000, 0}, {0x82000000, 0x83400000, 1},
			{0x83400000, 0x84000000, 1 | AREA}, {0x84000000, 0x85000000, 0}}},
	{"a GiB each, the third without memory",
		{{0x80000000, 0xc0000000, 1}, {0xc0000000, 0x140000000, 0},
			{0x140000000, 0x180000000, 3}}},
	{"four nodes, ragged ends, late ranges",
		{{0x80001000, 0x80700000, 2}, {0x80801000, 0x80fff000, 0},
			{0x81000000, 0x82000000, 3}, {0x82000000, 0x82800000, 2 | LATE},
			{0x82800000, 0x83000000, 1 | LATE}, {0x83000000, 0x83800000, 1}}},
	{"an area of a GiB", {{0x80000000, 0xc0000000, 0}, {0xc0000000, FOUR_GIB, 0 | AREA},
				     {FOUR_GIB, FOUR_GIB + 64 * MIB, 0}}},
};

static const struct world *world;

static const gfp_t gfps[] = {GFP_DMA32, GFP_KERNEL, GFP_MOVABLE};

/* ---- Chance ---- */

static u64 random_state;

static u64 chance(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 11;
}

static unsigned long pick(unsigned long below)
{
	return chance() % below;
}

/* ---- What is allocated, and what is still held back ---- */

struct run {
	phys_addr_t pa;
	unsigned int order;
};

static struct run *runs;
static unsigned long run_count, run_max;

struct range {
	phys_addr_t base, end;
};

static struct range held[HELD_MAX];
static unsigned int held_count;

static void remember(phys_addr_t pa, unsigned int order)
{
	if (run_count == run_max) {
		run_max = run_max ? 2 * run_max : 1024;
		runs = realloc(runs, run_max * sizeof(*runs));
	}
	runs[run_count++] = (struct run){pa, order};
}

/* ---- Operations: each returns whether both agree ---- */

/* Mostly pages; each block order as often as the others. */
static unsigned int pick_order(void)
{
	return pick(8) ? (unsigned int)pick(BLOCK_ORDER) : BLOCK_ORDER + (unsigned int)pick(10);
}

static bool allocate(unsigned int order, gfp_t gfp)
{
	unsigned int nid = (unsigned int)pick(numa_nodes);
	void *pages;
	bool near;

	near = host_hart_node == nid;
	pages = near ? page_alloc(order, gfp) : page_alloc_node(order, gfp, nid);
	/*
	 * That a nearer zone had none is dear to show: now and then. Single pages stay with the
	 * block that the hart has claimed, though a nearer zone has some again.
	 */
	if ((!pages || (!pick(256) && (order || !near))) &&
		!model_is_nearest(pages, order, gfp, nid))
		return false;
	if (!pages)
		return true;
	remember(__pa(pages), order);
	return IS_ALIGNED(__pa(pages), PAGE_SIZE << order) &&
	       page_node(pages) == model[model_page(__pa(pages))] / 4 % NODES &&
	       (model[model_page(__pa(pages))] & 3) <= gfp >> GFP_ZONE_SHIFT &&
	       model_move(__pa(pages), 1UL << order, PAGE_FREE, PAGE_TAKEN);
}

static bool release_run(unsigned long index)
{
	struct run run = runs[index];

	runs[index] = runs[--run_count];
	page_free(__va(run.pa), run.order);
	return model_move(run.pa, 1UL << run.order, PAGE_TAKEN, PAGE_FREE);
}

/* A held range, or some pages off its lower or its upper end, becomes free. */
static bool release_held(void)
{
	struct range *range = &held[pick(held_count)], part = *range;
	unsigned long pages = (range->end - range->base) / PAGE_SIZE;

	if (pages > 1 && pick(2)) {
		unsigned long some = 1 + pick(pages - 1);

		if (pick(2))
			part.end = range->base = range->base + some * PAGE_SIZE;
		else
			part.base = range->end = range->end - some * PAGE_SIZE;
	} else {
		*range = held[--held_count];
	}
	zone_release(part.base, part.end);
	return model_move(part.base, (part.end - part.base) / PAGE_SIZE, PAGE_HELD, PAGE_FREE);
}

/* All that is left of one order, as far as memory for remembering it goes. */
static bool exhaust(void)
{
	unsigned int order = pick_order();
	unsigned long before, most = 20000;

	do {
		before = run_count;
		if (!allocate(order, GFP_MOVABLE))
			return false;
	} while (run_count > before && --most);
	return true;
}

/* Phases of growth and of shrinking, so that memory is nearly full and nearly empty at times. */
static bool operate(unsigned long n)
{
	static unsigned int growth;

	if (n % 1000 == 0)
		growth = 30 + (unsigned int)pick(45);
	if (held_count && !pick(200))
		return release_held();
	if (!pick(10000))
		return exhaust();
	if (run_count && pick(100) >= growth)
		return release_run(pick(run_count));
	return allocate(pick_order(), gfps[pick(3)]);
}

/* ---- Running ---- */

/* Hold [base, end) back, or a random part of it, and release the rest. */
static bool open_range(phys_addr_t base, phys_addr_t end)
{
	while (base < end) {
		unsigned long left = (end - base) / PAGE_SIZE, pages = 1 + pick(left);
		phys_addr_t stop = base + (pick(4) ? pages : left) * PAGE_SIZE;

		if (held_count < HELD_MAX && pick(2)) {
			held[held_count++] = (struct range){base, stop};
		} else {
			zone_release(base, stop);
			if (!model_move(base, (stop - base) / PAGE_SIZE, PAGE_HELD, PAGE_FREE))
				return false;
		}
		base = stop;
	}
	return true;
}

static bool open_world(bool late)
{
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		phys_addr_t middle =
			ram->base < FOUR_GIB && ram->end > FOUR_GIB ? FOUR_GIB : ram->end;

		if (!!(ram->kind & LATE) == late &&
			!(open_range(ram->base, middle) && open_range(middle, ram->end)))
			return false;
	}
	return true;
}

/* Everything comes back: the whole must be as if nothing had been handed out. */
static bool drain(void)
{
	while (run_count) {
		if (!release_run(pick(run_count)))
			return false;
	}
	while (held_count) {
		if (!release_held())
			return false;
	}
	return world_agrees();
}

static bool episode(unsigned long operations)
{
	unsigned long hotplug = pick(EPISODE);

	world = &worlds[pick(ARRAY_SIZE(worlds))];
	world_begin(world);
	host_hart_node = (unsigned int)pick(numa_nodes);
	held_count = 0;
	if (!open_world(false) || !world_agrees())
		return false;
	for (unsigned long n = 0; n < operations; n++) {
		if (n == hotplug) {
			world_hotplug(world);
			if (!open_world(true))
				return false;
		}
		if (!operate(n) || (n % COMPARE == 0 && !world_agrees())) {
			printf("operation %lu of this world\n", n);
			return false;
		}
	}
	return world_agrees() && drain();
}

static unsigned long operation_count = 1000000;

static void random_operations(void)
{
	unsigned long n = 0;

	while (n < operation_count) {
		unsigned long part = operation_count - n < EPISODE ? operation_count - n : EPISODE;

		if (!CHECK(episode(part))) {
			printf("in: %s, from operation %lu on\n", world->name, n);
			break;
		}
		n += part;
	}
	CHECK(n == operation_count);
	world_end();
	free(runs);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	TEST(random_operations);
	return check_report();
}
