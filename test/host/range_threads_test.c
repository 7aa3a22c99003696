/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges are taken, emptied and given back while other harts allocate and free, over real
 * memory. Every page bears the number of whose it is; what is moved takes it along.
 *
 *	range_threads_test [OPERATIONS [SEED]], of each hart in each world
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <arch/page.h>
#include <mm/contig.h>
#include <mm/movable.h>
#include <mm/range.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/spinlock.h>

#include "harts.h"
#include "zone_world.h"

#define HARTS	 4
#define ITEMS	 100
#define RANGES	 6
#define START	 0x80000000UL
#define FOUR_GIB 0x100000000UL
#define SPAN	 (4 * GIB)

static const struct world worlds[] = {
	{"16 MiB", {{START, START + 16 * MIB, 0}}},
	{"holes of pages", {{START + 4 * KIB, START + 12 * KIB, 0},
				   {START + 2 * MIB, START + 3 * MIB - 4 * KIB, 0},
				   {START + 3 * MIB, START + 12 * MIB + 4 * KIB, 0}}},
	{"two zones", {{FOUR_GIB - 8 * MIB, FOUR_GIB + 6 * MIB, 0}}},
	{"an area among boot's",
		{{START, START + 4 * MIB, 0}, {START + 4 * MIB, START + 10 * MIB, 0 | AREA},
			{START + 10 * MIB, START + 16 * MIB, 0}}},
};

static const struct world *world;
static unsigned long operation_count = 5000, faults, taken, moved;
static u64 total;

static void expect(bool good)
{
	if (!good)
		__atomic_fetch_add(&faults, 1, __ATOMIC_RELAXED);
}

/* ---- Memory that is held ---- */

static void mark(void *memory, unsigned long size, u64 number)
{
	for (unsigned long at = 0; at < size; at += PAGE_SIZE)
		*(u64 *)((char *)memory + at) = number;
}

/* All of it is still marked so; it no longer is. */
static void unmark(void *memory, unsigned long size, u64 number)
{
	for (unsigned long at = 0; at < size; at += PAGE_SIZE) {
		u64 *found = (u64 *)((char *)memory + at);

		expect(*found == number);
		*found = 0;
	}
}

struct item {
	void *pages;
	unsigned int order;
	u64 number;
};

/* Of each hart: what it has, under a lock that the mover takes too. */
static struct holder {
	spinlock_t lock;
	struct item items[ITEMS];
	u64 random, numbers;
} holders[HARTS];

static unsigned long pick(struct holder *holder, unsigned long below)
{
	holder->random ^= holder->random << 13;
	holder->random ^= holder->random >> 7;
	holder->random ^= holder->random << 17;
	return (holder->random >> 11) % below;
}

static unsigned int pick_order(struct holder *holder)
{
	unsigned long n = pick(holder, 100);

	if (n < 80)
		return 0;
	return n < 97 ? 1 + (unsigned int)pick(holder, 4) : 5 + (unsigned int)pick(holder, 6);
}

static void change_item(struct holder *holder)
{
	struct item *item = &holder->items[pick(holder, ITEMS)];

	spin_lock(&holder->lock);
	if (item->pages) {
		unmark(item->pages, PAGE_SIZE << item->order, item->number);
		page_free(item->pages, item->order);
		item->pages = NULL;
	} else {
		item->order = pick_order(holder);
		item->pages = page_alloc(item->order, GFP_MOVABLE | __GFP_NOWARN);
		item->number = holder->numbers += HARTS;
		if (item->pages)
			mark(item->pages, PAGE_SIZE << item->order, item->number);
	}
	spin_unlock(&holder->lock);
}

static bool enumerate(
	struct movable_owner *owner, phys_addr_t base, phys_addr_t end, struct movable_run *run)
{
	(void)owner;
	run->base = PHYS_ADDR_MAX;
	for (struct holder *holder = holders; holder < holders + HARTS; holder++) {
		spin_lock(&holder->lock);
		for (struct item *item = holder->items; item < holder->items + ITEMS; item++) {
			phys_addr_t pa = __pa(item->pages);

			if (item->pages && pa < end && pa + (PAGE_SIZE << item->order) > base &&
				pa < run->base)
				*run = (struct movable_run){pa, item->order};
		}
		spin_unlock(&holder->lock);
	}
	return run->base != PHYS_ADDR_MAX;
}

/* One in 20 is pinned. */
static int move(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	int err = -ENOENT;

	(void)owner;
	for (struct holder *holder = holders; holder < holders + HARTS; holder++) {
		spin_lock(&holder->lock);
		for (struct item *item = holder->items; item < holder->items + ITEMS; item++) {
			if (item->pages != from || item->order != order)
				continue;
			err = pick(&holders[0], 20) ? 0 : -EBUSY;
			if (err)
				continue;
			unmark(from, PAGE_SIZE << order, item->number);
			mark(to, PAGE_SIZE << order, item->number);
			item->pages = to;
			moved++;
		}
		spin_unlock(&holder->lock);
	}
	return err;
}

static struct movable_owner owner = {.name = "holders", .enumerate = enumerate, .move = move};

/* ---- The first hart takes ranges ---- */

static struct {
	char *pages;
	unsigned long size;
	u64 number;
} ranges[RANGES];

static char *take_range(struct holder *holder, unsigned long size)
{
	unsigned long span = model_pages;
	phys_addr_t base = model_phys(pick(holder, span));

	for (const struct ram *ram = world->ram; ram->end; ram++) {
		if (!pick(holder, 2) || !ram[1].end) {
			base = ram->base +
			       pick(holder, (ram->end - ram->base) / PAGE_SIZE) * PAGE_SIZE;
			break;
		}
	}
	if (!pick(holder, 3))
		base = ALIGN_DOWN(base, BLOCK_SIZE);
	if (range_take(base, base + size, pick(holder, 4), NULL))
		return NULL;
	return __va(base);
}

static void change_range(struct holder *holder)
{
	unsigned long i = pick(holder, RANGES);
	unsigned long size = (1 + pick(holder, pick(holder, 2) ? 16 : 1200)) * PAGE_SIZE;

	if (ranges[i].pages) {
		unmark(ranges[i].pages, ranges[i].size, ranges[i].number);
		range_put(__pa(ranges[i].pages), __pa(ranges[i].pages) + ranges[i].size);
		ranges[i].pages = NULL;
		return;
	}
	if (!pick(holder, 3))
		size = ALIGN_UP(size, BLOCK_SIZE);
	if (pick(holder, 4))
		ranges[i].pages = take_range(holder, size);
	else
		ranges[i].pages = contig_alloc(
			size, PAGE_SIZE << pick(holder, 10), PHYS_ADDR_MAX, GFP_KERNEL, NULL);
	ranges[i].size = size;
	ranges[i].number = holder->numbers += HARTS;
	if (!ranges[i].pages)
		return;
	mark(ranges[i].pages, size, ranges[i].number);
	taken++;
}

static void work(unsigned int index, void *unused)
{
	struct holder *holder = &holders[index];
	struct zone_summary summary;

	(void)unused;
	for (unsigned long n = 0; n < operation_count; n++) {
		if (!index && pick(holder, 3))
			change_range(holder);
		else if (!pick(holder, 1000))
			zone_summarise(&summary);
		else
			change_item(holder);
	}
}

static void give_all_back(void)
{
	for (struct holder *holder = holders; holder < holders + HARTS; holder++) {
		for (struct item *item = holder->items; item < holder->items + ITEMS; item++) {
			if (!item->pages)
				continue;
			unmark(item->pages, PAGE_SIZE << item->order, item->number);
			page_free(item->pages, item->order);
			item->pages = NULL;
		}
	}
	for (unsigned int i = 0; i < RANGES; i++) {
		if (!ranges[i].pages)
			continue;
		unmark(ranges[i].pages, ranges[i].size, ranges[i].number);
		range_put(__pa(ranges[i].pages), __pa(ranges[i].pages) + ranges[i].size);
		ranges[i].pages = NULL;
	}
}

/* ---- Worlds ---- */

static void release(phys_addr_t base, phys_addr_t end)
{
	zone_release(base, end);
	CHECK(model_move(base, (end - base) / PAGE_SIZE, PAGE_HELD, PAGE_FREE));
	total += end - base;
}

static void open_world(const struct world *next)
{
	world = next;
	total = 0;
	world_begin(world);
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		phys_addr_t middle =
			ram->base < FOUR_GIB && ram->end > FOUR_GIB ? FOUR_GIB : ram->end;

		release(ram->base, middle);
		if (middle < ram->end)
			release(middle, ram->end);
	}
}

static void all_worlds(void)
{
	movable_register(&owner);
	for (unsigned int n = 0; n < ARRAY_SIZE(worlds); n++) {
		bool agrees;

		open_world(&worlds[n]);
		taken = moved = 0;
		harts_run(HARTS, work, NULL);
		give_all_back();
		agrees = world_agrees();
		if (!(CHECK_EQ(faults, 0) & CHECK(agrees) & CHECK_EQ(zone_free_in(~0U), total) &
			    CHECK(taken > operation_count / 50) &
			    CHECK(moved > operation_count / 50)))
			printf("in: %s; taken %lu, moved %lu\n", world->name, taken, moved);
	}
	movable_unregister(&owner);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);
	void *ram = mmap(NULL, SPAN + GIB, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (ram == MAP_FAILED)
		abort();
	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	for (unsigned int index = 0; index < HARTS; index++) {
		holders[index].random = (seed + index) * 0x9e3779b97f4a7c15ULL | 1;
		holders[index].numbers = index + HARTS;
	}
	/* As aligned as it is physically. */
	linear_offset = ALIGN_UP((unsigned long)ram, GIB) - (START - GIB);
	TEST(all_worlds);
	world_end();
	return check_report();
}
