/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The zones on 1, 2 and 4 harts at once, over real memory. Every page that is handed out bears
 * the number of its allocation until it is freed, often by another hart than had it. Between
 * two rounds all harts rest: then nothing may be lost, and what is free must be in runs as
 * large as they can be.
 *
 *	zone_threads_test [OPERATIONS [SEED]], of each hart in each world
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <arch/page.h>
#include <mm/numa.h>
#include <molt/compiler.h>

#include "harts.h"
#include "zone_world.h"

#define HARTS_MAX 4
#define BOXES	  64	/* allocations that are under way to another hart */
#define HELD_MAX  16384 /* of one hart */
#define FOUR_GIB  0x100000000UL
#define SPAN	  (4 * GIB) /* of all worlds */
#define START	  0x80000000UL

/* Small ones: they are used up all the time. */
static const struct world worlds[] = {
	{"8 MiB", {{START, START + 8 * MIB, 0}}},
	{"holes of pages", {{START + 4 * KIB, START + 12 * KIB, 0},
				   {START + 2 * MIB, START + 3 * MIB - 4 * KIB, 0},
				   {START + 3 * MIB, START + 10 * MIB + 4 * KIB, 0}}},
	{"two zones", {{FOUR_GIB - 6 * MIB, FOUR_GIB + 6 * MIB, 0}}},
	{"an area and late blocks among boot's",
		{{START, START + 4 * MIB, 0}, {START + 4 * MIB, START + 8 * MIB, 0 | AREA},
			{START + 8 * MIB, START + 12 * MIB, 0},
			{START + 12 * MIB, START + 16 * MIB, LATE}}},
	{"two nodes by turns", {{START, START + 4 * MIB, 0}, {START + 4 * MIB, START + 8 * MIB, 1},
				       {START + 8 * MIB, START + 10 * MIB, 0},
				       {START + 10 * MIB, START + 14 * MIB, 1 | AREA}}},
	{"a GiB and its edges", {{START - 2 * MIB, START + GIB + 2 * MIB, 0}}},
};

/* That there is none is as it should be, often. */
static const gfp_t gfps[] = {
	GFP_DMA32 | __GFP_NOWARN, GFP_KERNEL | __GFP_NOWARN, GFP_MOVABLE | __GFP_NOWARN};

/* What each page of an allocation begins with; the order is its first page's alone. */
struct mark {
	u64 number;
	unsigned int order;
};

struct hart_state {
	u64 random, numbers;
	unsigned long count, pages;
	struct mark *held[HELD_MAX];
} __aligned(64);

static struct hart_state harts[HARTS_MAX];
static struct mark *boxes[BOXES];
static unsigned long operation_count = 5000, faults;
static const struct world *world;
static u64 total; /* bytes of the world */

static u64 chance(struct hart_state *hart)
{
	hart->random ^= hart->random << 13;
	hart->random ^= hart->random >> 7;
	hart->random ^= hart->random << 17;
	return hart->random >> 11;
}

static unsigned long pick(struct hart_state *hart, unsigned long below)
{
	return chance(hart) % below;
}

static void expect(bool good)
{
	if (!good)
		__atomic_fetch_add(&faults, 1, __ATOMIC_RELAXED);
}

/* From a page at @offset to the next that is marked: of large allocations, blocks' edges. */
static unsigned long next_mark(unsigned int order, unsigned long offset)
{
	if (order < BLOCK_ORDER)
		return PAGE_SIZE;
	return offset % BLOCK_SIZE ? PAGE_SIZE : BLOCK_SIZE - PAGE_SIZE;
}

static struct mark *allocate(struct hart_state *hart, unsigned int order, gfp_t gfp)
{
	struct mark *first;
	unsigned long offset;

	if (hart->count == HELD_MAX)
		return NULL;
	if (pick(hart, 8))
		first = page_alloc(order, gfp);
	else
		first = page_alloc_node(order, gfp, (unsigned int)pick(hart, numa_nodes));
	if (!first)
		return NULL;
	expect(IS_ALIGNED((unsigned long)__pa(first), PAGE_SIZE << order));
	hart->numbers += HARTS_MAX;
	hart->pages += 1UL << order;
	first->order = order;
	for (offset = 0; offset < PAGE_SIZE << order; offset += next_mark(order, offset))
		((struct mark *)((char *)first + offset))->number = hart->numbers;
	return first;
}

static void release(struct hart_state *hart, struct mark *first)
{
	unsigned int order = first->order;
	u64 number = first->number;
	unsigned long offset;

	expect(page_order(first) == (int)order);
	for (offset = 0; offset < PAGE_SIZE << order; offset += next_mark(order, offset)) {
		struct mark *mark = (struct mark *)((char *)first + offset);

		expect(mark->number == number);
		mark->number = 0;
	}
	hart->pages -= 1UL << order;
	page_free(first, order);
}

static void hold(struct hart_state *hart, struct mark *first)
{
	hart->held[hart->count++] = first;
}

static struct mark *held_one(struct hart_state *hart)
{
	unsigned long index = pick(hart, hart->count);
	struct mark *first = hart->held[index];

	hart->held[index] = hart->held[--hart->count];
	return first;
}

/* What lies in the box is freed, and @first, which may be NULL, lies there for whoever comes by. */
static void pass_on(struct hart_state *hart, unsigned int box, struct mark *first)
{
	struct mark *other = __atomic_exchange_n(&boxes[box], first, __ATOMIC_ACQ_REL);

	if (other)
		release(hart, other);
}

static void empty_boxes(struct hart_state *hart)
{
	for (unsigned int box = 0; box < BOXES; box++)
		pass_on(hart, box, NULL);
}

/* Questions that may be asked at any time; the answers are no more than plausible then. */
static void look_around(void)
{
	struct zone_summary summary;
	struct zone_info info;
	unsigned int index;

	zone_summarise(&summary);
	expect(summary.bytes <= total);
	expect(zone_free_in(~0U) <= total);
	for (index = 0; zone_info(index, &info); index++)
		expect(info.free_pages <= info.pages);
}

/* ---- The random trace ---- */

static unsigned int pick_order(struct hart_state *hart)
{
	unsigned long n = pick(hart, 100);

	if (n < 75)
		return 0;
	if (n < 88)
		return 1 + (unsigned int)pick(hart, PAGE_ORDER_MAX);
	if (n < 97)
		return BLOCK_ORDER;
	return BLOCK_ORDER + 1 + (unsigned int)pick(hart, ZONE_ORDER_MAX - BLOCK_ORDER);
}

static void random_step(struct hart_state *hart, unsigned int growth)
{
	struct mark *first;

	if (!pick(hart, 2000)) {
		look_around();
	} else if (!pick(hart, 8)) {
		pass_on(hart, (unsigned int)pick(hart, BOXES), NULL);
	} else if (hart->count && pick(hart, 100) >= growth) {
		release(hart, held_one(hart));
	} else {
		first = allocate(hart, pick_order(hart), gfps[pick(hart, 3)]);
		if (first && !pick(hart, 4))
			pass_on(hart, (unsigned int)pick(hart, BOXES), first);
		else if (first)
			hold(hart, first);
	}
}

static void random_trace(unsigned int index, void *unused)
{
	struct hart_state *hart = &harts[index];
	unsigned int growth = 50;

	(void)unused;
	host_hart_node = (unsigned int)pick(hart, numa_nodes);
	for (unsigned long n = 0; n < operation_count; n++) {
		if (n % 1000 == 0)
			growth = 20 + (unsigned int)pick(hart, 70);
		random_step(hart, growth);
	}
	while (hart->count)
		release(hart, held_one(hart));
	empty_boxes(hart);
}

/* ---- Claims that are taken away while they are used ---- */

/* The first wants every whole block, again and again; the others have a page or two at a time. */
static void drain_step(struct hart_state *hart, unsigned int order)
{
	unsigned long most = order ? HELD_MAX : 1 + pick(hart, 2);
	struct mark *first;

	while (hart->count < most && (first = allocate(hart, order, GFP_MOVABLE | __GFP_NOWARN)))
		hold(hart, first);
	while (hart->count)
		release(hart, held_one(hart));
}

static void drain_trace(unsigned int index, void *unused)
{
	struct hart_state *hart = &harts[index];

	(void)unused;
	for (unsigned long n = 0; n < operation_count; n++) {
		drain_step(hart, index ? 0 : BLOCK_ORDER);
		if (!index && !pick(hart, 512))
			look_around();
	}
}

/* ---- The fragmentation trace, one step of all harts at a time ---- */

static void take_all(unsigned int index, void *order)
{
	struct hart_state *hart = &harts[index];
	struct mark *first;

	while ((first = allocate(hart, *(unsigned int *)order, GFP_MOVABLE | __GFP_NOWARN)))
		hold(hart, first);
}

/* All but one page in @keep: 0 for everything. Half of them by another hart. */
static void give_back(unsigned int index, void *keep)
{
	struct hart_state *hart = &harts[index];
	unsigned long kept = 0, i, one_in = *(unsigned long *)keep;

	for (i = 0; i < hart->count; i++) {
		if (one_in && !pick(hart, one_in))
			hart->held[kept++] = hart->held[i];
		else if (pick(hart, 2))
			pass_on(hart, (unsigned int)pick(hart, BOXES), hart->held[i]);
		else
			release(hart, hart->held[i]);
	}
	hart->count = kept;
	empty_boxes(hart);
}

static u64 pages_held(void)
{
	u64 pages = 0;

	for (unsigned int index = 0; index < HARTS_MAX; index++)
		pages += harts[index].pages;
	return pages;
}

/* All harts rest, and what is not held is free, by each way to count. */
static bool all_is_there(void)
{
	u64 free = total - pages_held() * PAGE_SIZE;
	struct zone_summary summary;

	zone_summarise(&summary);
	return CHECK_EQ(summary.bytes, free) & CHECK_EQ(zone_free_in(~0U), free);
}

/* After everybody has asked in vain for @order, no such run is free. */
static bool none_is_left(unsigned int order)
{
	struct zone_summary summary;
	u64 runs = 0;

	zone_summarise(&summary);
	for (; order <= ZONE_ORDER_MAX; order++)
		runs += summary.free[order];
	return CHECK_EQ(runs, 0);
}

static void fragment(unsigned int count, struct hart_state *hart)
{
	unsigned long keep[] = {2 + pick(hart, 600), 0};
	unsigned int single = 0, order;

	harts_run(count, take_all, &single);
	if (!all_is_there() || !none_is_left(0))
		return;
	harts_run(count, give_back, &keep[0]);
	if (!all_is_there())
		return;
	for (order = BLOCK_ORDER + 1; order--;) {
		harts_run(count, take_all, &order);
		if (!all_is_there() || !none_is_left(order))
			return;
		/* The few largest stay; of the rest half comes back. */
		keep[0] = 2;
		if (order && order < BLOCK_ORDER)
			harts_run(count, give_back, &keep[0]);
	}
	harts_run(count, give_back, &keep[1]);
}

/* ---- Worlds ---- */

static void release_range(phys_addr_t base, phys_addr_t end)
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
	world_hotplug(world);
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		phys_addr_t middle =
			ram->base < FOUR_GIB && ram->end > FOUR_GIB ? FOUR_GIB : ram->end;

		release_range(ram->base, middle);
		if (middle < ram->end)
			release_range(middle, ram->end);
	}
}

static bool good(const char *trace)
{
	bool agrees;

	empty_boxes(&harts[0]);
	agrees = world_agrees();

	if (CHECK_EQ(faults, 0) & CHECK(agrees))
		return true;
	printf("in: %s, %s\n", world->name, trace);
	return false;
}

static void run_world(unsigned int count)
{
	harts_run(count, random_trace, NULL);
	if (!good("random trace"))
		return;
	/* The rest takes all there is, time and again. */
	if (total >= GIB)
		return;
	harts_run(count, drain_trace, NULL);
	if (!good("claims taken away"))
		return;
	for (unsigned int n = 0; n < operation_count / 5000 + 1; n++) {
		fragment(count, &harts[0]);
		if (!good("fragmentation trace"))
			return;
	}
}

static void run(unsigned int count)
{
	for (unsigned int n = 0; n < ARRAY_SIZE(worlds); n++) {
		unsigned long failures = check_failures;

		open_world(&worlds[n]);
		run_world(count);
		if (check_failures != failures)
			break;
	}
}

static void one_hart(void)
{
	run(1);
}

static void two_harts(void)
{
	run(2);
}

static void four_harts(void)
{
	run(4);
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
	for (unsigned int index = 0; index < HARTS_MAX; index++) {
		harts[index].random = (seed + index) * 0x9e3779b97f4a7c15ULL | 1;
		harts[index].numbers = index;
	}
	/* As aligned as it is physically. */
	linear_offset = ALIGN_UP((unsigned long)ram, GIB) - (START - GIB);
	TEST(one_hart);
	TEST(two_harts);
	TEST(four_harts);
	world_end();
	return check_report();
}
