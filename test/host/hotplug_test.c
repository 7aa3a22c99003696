/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hotplug over the kernel's own zones, page tables and ledger: RAM is there, at the addresses
 * that the linear map gives it. What each call costs, what its failure leaves, and what harts
 * may do meanwhile.
 *
 *	hotplug_test [OPERATIONS [SEED]]
 */
#include "check.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/paging.h>
#include <arch/percpu.h>
#include <arch/timer.h>
#include <mm/hotplug.h>
#include <mm/ledger.h>
#include <mm/movable.h>
#include <mm/numa.h>
#include <mm/tables.h>
#include <mm/zone_grow.h>
#include <mm/zone_shrink.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/stage.h>

#include "../../mm/hotplug_internal.h"
#include "../../mm/zone_internal.h"
#include "harts.h"
#include "host_ram.h"

#define MIB 0x100000UL
#define GIB 0x40000000UL

/* Boot has the first 16 MiB, and one block between what is hotpluggable. */
#define BASE	   0x80000000UL
#define BOOT_SIZE  (16 * MIB)
#define BETWEEN	   (BASE + 50 * MIB)
#define BOOT_PAGES ((BOOT_SIZE + BLOCK_SIZE) / PAGE_SIZE)
#define LINEAR	   0x1000000000UL
#define SPAN	   (4 * GIB)
#define HOLE	   (BASE + 37 * MIB)
#define HOLE_SIZE  0x5000UL

/* A hole inside a block of it. */
static const struct {
	phys_addr_t base, end;
} hot[] = {
	{BASE + 32 * MIB, HOLE},
	{HOLE + HOLE_SIZE, BASE + 48 * MIB},
	{BASE + GIB, BASE + 2 * GIB},
	{BASE + 2 * GIB + 100 * MIB, BASE + 2 * GIB + 200 * MIB},
	{BASE + 3 * GIB + 4 * MIB, BASE + 3 * GIB + 6 * MIB},
};

/* ---- The kernel around it ---- */

struct address_space kernel_space;
unsigned int numa_nodes = 1;

unsigned int numa_distance(unsigned int from, unsigned int to)
{
	return from == to ? 10 : 20;
}

u64 timer_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 10000000 + (u64)now.tv_nsec / 100;
}

/* Called while other harts are waited for, unless NULL. */
static void (*while_waiting)(void);

void timer_arm(u64 when)
{
	(void)when;
	if (while_waiting)
		while_waiting();
}

void paging_fence(void)
{
}

int hart_fence_others(void)
{
	return 0;
}

static struct memory_range room[ARRAY_SIZE(hot) + 2];

/* As boot leaves it. */
static void machine_begin(void)
{
	const u8 wanted[1] = {1 << ZONE_DMA32 | 1 << ZONE_MOVABLE};
	const u16 blocks = 26; /* of boot's GiB: to the end of what is RAM there */
	char *metadata = malloc(blocks * BLOCK_METADATA);
	u8 movable;

	stage_now = STAGE_MOLTED;
	zone_base = BASE;
	zone_start = __va(BASE);
	gib_count = SPAN / GIB;
	gibs = calloc(gib_count, sizeof(*gibs));
	for (u32 i = 0; i < gib_count; i++)
		gibs[i].whole.what = block_absent(ZONE_NONE);
	zones_make(wanted, malloc(zones_size(wanted)));
	movable = zone_index(0, ZONE_MOVABLE);
	/* In RAM that is boot's and that the zones do not have, as from memblock. */
	free(metadata);
	metadata = __va(BASE);
	memset(metadata, 0x5a, blocks * BLOCK_METADATA);
	zone_attach(0, 0, blocks, metadata, metadata + blocks * sizeof(struct block));
	gibs[0].mixed = true;
	zone_grow(BASE, BASE + BOOT_SIZE, zone_index(0, ZONE_DMA32));
	zone_release(BASE + PAGE_SIZE, BASE + BOOT_SIZE);
	zone_grow(BETWEEN, BETWEEN + BLOCK_SIZE, zone_index(0, ZONE_DMA32));
	zone_release(BETWEEN, BETWEEN + BLOCK_SIZE);
	hotplug_reserve(room, ARRAY_SIZE(room));
	for (unsigned int i = 0; i < ARRAY_SIZE(hot); i++) {
		hotplug_record(hot[i].base, hot[i].end, movable);
		ledger_add(OWNER_OFFLINE, (s64)(hot[i].end - hot[i].base));
	}
	ledger_add(OWNER_ZONES, PAGE_SIZE);
	kernel_space.source = &zone_page_source;
	if (paging_init(&kernel_space) ||
		paging_map(&kernel_space, LINEAR, BASE, BOOT_SIZE, PROT_READ | PROT_WRITE) ||
		paging_map(&kernel_space, LINEAR + (BETWEEN - BASE), BETWEEN, BLOCK_SIZE,
			PROT_READ | PROT_WRITE))
		abort();
	ledger_ram = zone_free_in(~0U);
	for (int owner = 0; owner < OWNER_FREE; owner++)
		ledger_ram += ledger_bytes((enum ledger_owner)owner);
}

/* ---- Books ---- */

struct books {
	u64 owners[OWNER_COUNT], movable;
	u64 mapped; /* a number that changes with any mapping */
	unsigned int ranges;
};

static u64 mapped_below(virt_addr_t va, virt_addr_t end)
{
	u64 digest = 0;

	while (va < end) {
		unsigned long span;
		phys_addr_t pa = paging_lookup(&kernel_space, va, &span);

		digest = (digest ^ pa ^ span) * 0x100000001b3ULL;
		va += span;
	}
	return digest;
}

static struct books read_books(void)
{
	struct books books = {.movable = zone_free_in(1U << ZONE_MOVABLE)};

	for (int owner = 0; owner < OWNER_COUNT; owner++)
		books.owners[owner] = ledger_bytes((enum ledger_owner)owner);
	books.mapped = mapped_below(LINEAR, LINEAR + SPAN);
	while (hotplug_range(books.ranges))
		books.ranges++;
	return books;
}

static bool books_are(const struct books *wanted)
{
	struct books now = read_books();

	return !memcmp(&now, wanted, sizeof(now)) && !ledger_difference();
}

/* ---- By hand ---- */

static int offline(phys_addr_t base, phys_addr_t size)
{
	return memory_offline(base, size, NULL);
}

static void whole_way(void)
{
	const phys_addr_t base = BASE + GIB, size = 4 * BLOCK_SIZE;
	struct books start = read_books();

	for (int where = METADATA_ELSEWHERE; where <= METADATA_INSIDE; where++) {
		CHECK_EQ(memory_online(base, size), -ENOENT);
		CHECK_EQ(offline(base, size), -ENOENT);
		CHECK_EQ(memory_remove(base, size), -ENOENT);
		CHECK_EQ(memory_add(base, size, (enum memory_where)where), 0);
		CHECK_EQ(memory_add(base, size, (enum memory_where)where), -EEXIST);
		CHECK_EQ(offline(base, size), -ENOENT);
		CHECK_EQ(memory_online(base, size), 0);
		CHECK_EQ(memory_online(base, size), -EEXIST);
		CHECK_EQ(memory_add(base, BLOCK_SIZE, (enum memory_where)where), -EEXIST);
		CHECK_EQ(memory_remove(base, size), -EBUSY);
		CHECK_EQ(offline(base, size), 0);
		CHECK_EQ(memory_remove(base, size), 0);
		CHECK(books_are(&start));
	}
}

static void wrong_ranges(void)
{
	static const struct {
		phys_addr_t base, size;
	} wrong[] = {
		{BASE + GIB, 0},
		{BASE + GIB, PAGE_SIZE},
		{BASE + GIB + PAGE_SIZE, BLOCK_SIZE},
		{BASE + GIB - BLOCK_SIZE, 2 * BLOCK_SIZE},
		{BASE + 2 * GIB - BLOCK_SIZE, 2 * BLOCK_SIZE},
		{BASE, BLOCK_SIZE},
		{BASE + 8 * GIB, BLOCK_SIZE},
		{BASE + GIB, 0 - (BASE + GIB)},
		{BASE + GIB, 0 - BLOCK_SIZE},
		{BASE + 3 * GIB + 4 * MIB, 2 * BLOCK_SIZE},
	};
	struct books start = read_books();
	struct memory_cost cost;

	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		phys_addr_t base = wrong[i].base, size = wrong[i].size;

		CHECK_EQ(memory_add(base, size, METADATA_ELSEWHERE), -EINVAL);
		CHECK_EQ(memory_add_cost(base, size, METADATA_INSIDE, &cost), -EINVAL);
		CHECK_EQ(memory_online(base, size), -EINVAL);
		CHECK_EQ(offline(base, size), -EINVAL);
		CHECK_EQ(memory_remove(base, size), -EINVAL);
	}
	CHECK(books_are(&start));
}

/* What lies between pieces is left alone: boot's memory, and blocks that no GiB has. */
static void across_what_lies_between(void)
{
	static const phys_addr_t ends[] = {
		BASE + GIB + BLOCK_SIZE, BASE + 2 * GIB + 200 * MIB, BASE + 3 * GIB + 6 * MIB};
	const phys_addr_t base = BASE + 32 * MIB;
	struct books start = read_books(), online;

	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++) {
		CHECK_EQ(memory_add(base, ends[i] - base, METADATA_ELSEWHERE), 0);
		CHECK_EQ(memory_online(base, ends[i] - base), 0);
		online = read_books();
		CHECK_EQ(offline(base, ends[i] - base), 0);
		CHECK_EQ(read_books().owners[OWNER_FREE],
			online.owners[OWNER_FREE] - online.movable);
		CHECK_EQ(memory_remove(base, ends[i] - base), 0);
		CHECK(books_are(&start));
	}
}

/* A page that is in use is named, wherever in the range it is. */
static void pinned_pages(void)
{
	const phys_addr_t base = BASE + GIB, size = 3 * BLOCK_SIZE;
	struct books start = read_books(), online;
	void *pages[8];

	CHECK_EQ(memory_add(base, size, METADATA_ELSEWHERE), 0);
	CHECK_EQ(memory_online(base, size), 0);
	online = read_books();
	for (unsigned int order = 0; order <= BLOCK_ORDER; order += 3) {
		phys_addr_t lowest = PHYS_ADDR_MAX;
		struct range_pin pin;
		unsigned int count = 0;

		for (; count < 3; count++) {
			pages[count] = page_alloc(order, GFP_MOVABLE);
			if (__pa(pages[count]) < lowest)
				lowest = __pa(pages[count]);
		}
		CHECK_EQ(memory_offline(base, size, &pin), -EBUSY);
		CHECK_EQ(pin.base, lowest);
		CHECK_EQ(pin.order, order);
		CHECK(!strcmp(pin.holder, "not movable"));
		while (count--)
			page_free(pages[count], order);
		CHECK(books_are(&online));
	}
	CHECK_EQ(offline(base, size), 0);
	CHECK_EQ(memory_remove(base, size), 0);
	CHECK(books_are(&start));
}

/* An owner of some pages, which moves all but one. */
struct mover {
	struct movable_owner owner;
	void *pages[64];
	void *stays;
};

static bool mover_enumerate(
	struct movable_owner *owner, phys_addr_t base, phys_addr_t end, struct movable_run *run)
{
	struct mover *mover = (struct mover *)owner;

	run->base = PHYS_ADDR_MAX;
	run->order = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(mover->pages); i++) {
		phys_addr_t pa = __pa(mover->pages[i]);

		if (pa >= base && pa < end && pa < run->base)
			run->base = pa;
	}
	return run->base != PHYS_ADDR_MAX;
}

static int mover_move(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	struct mover *mover = (struct mover *)owner;

	CHECK_EQ(order, 0);
	if (from == mover->stays)
		return -EBUSY;
	for (unsigned int i = 0; i < ARRAY_SIZE(mover->pages); i++) {
		if (mover->pages[i] == from)
			mover->pages[i] = to;
	}
	memcpy(to, from, PAGE_SIZE);
	return 0;
}

/* What can be moved is moved, and what an owner pins is named. */
static void movable_pages(void)
{
	static struct mover mover = {.owner = {"mover", mover_enumerate, mover_move, NULL}};
	const phys_addr_t base = BASE + GIB, size = 3 * BLOCK_SIZE;
	struct range_pin pin;

	CHECK_EQ(memory_add(base, size, METADATA_ELSEWHERE), 0);
	CHECK_EQ(memory_online(base, size), 0);
	movable_register(&mover.owner);
	for (unsigned long i = 0; i < ARRAY_SIZE(mover.pages); i++) {
		mover.pages[i] = page_alloc(0, GFP_MOVABLE);
		CHECK(__pa(mover.pages[i]) - base < size);
		*(unsigned long *)mover.pages[i] = i;
	}
	mover.stays = mover.pages[17];
	CHECK_EQ(memory_offline(base, size, &pin), -EBUSY);
	CHECK_EQ(pin.base, __pa(mover.stays));
	CHECK(!strcmp(pin.holder, "mover"));
	mover.stays = NULL;
	CHECK_EQ(offline(base, size), 0);
	CHECK_EQ(memory_remove(base, size), 0);
	for (unsigned long i = 0; i < ARRAY_SIZE(mover.pages); i++) {
		CHECK(__pa(mover.pages[i]) - base >= size);
		CHECK_EQ(*(unsigned long *)mover.pages[i], i);
		page_free(mover.pages[i], 0);
	}
	movable_unregister(&mover.owner);
}

/* Tries to take the second block of a range, while its first is being emptied. */
static int steal_and_move(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	const phys_addr_t second = ALIGN_DOWN(__pa(from), BLOCK_SIZE) + BLOCK_SIZE;
	phys_addr_t pinned = 0;

	CHECK(!zone_take(second, second + BLOCK_SIZE, &pinned));
	CHECK_EQ(pinned, second);
	return mover_move(owner, from, to, order);
}

/* What another range is about to have is in use. */
static void range_under_way(void)
{
	static struct mover mover = {.owner = {"mover", mover_enumerate, steal_and_move, NULL}};
	const phys_addr_t base = BASE + GIB, size = 2 * BLOCK_SIZE;
	struct books start = read_books();

	CHECK_EQ(memory_add(base, size, METADATA_ELSEWHERE), 0);
	CHECK_EQ(memory_online(base, size), 0);
	movable_register(&mover.owner);
	mover.pages[0] = page_alloc(0, GFP_MOVABLE);
	CHECK_EQ(ALIGN_DOWN(__pa(mover.pages[0]), BLOCK_SIZE), base);
	CHECK_EQ(range_take(base, base + size, true, NULL), 0);
	range_put(base, base + size);
	page_free(mover.pages[0], 0);
	movable_unregister(&mover.owner);
	CHECK_EQ(offline(base, size), 0);
	CHECK_EQ(memory_remove(base, size), 0);
	CHECK(books_are(&start));
}

/* Metadata in the memory serves others of its GiB: it goes last. */
static void metadata_inside(void)
{
	const phys_addr_t base = BASE + GIB;
	struct books start = read_books(), first;

	CHECK_EQ(memory_add(base + BLOCK_SIZE, BLOCK_SIZE, METADATA_INSIDE), 0);
	first = read_books();
	CHECK_EQ(first.owners[OWNER_ZONES] - start.owners[OWNER_ZONES], 18 * PAGE_SIZE);
	CHECK_EQ(memory_add(base, BLOCK_SIZE, METADATA_INSIDE), 0);
	CHECK_EQ(read_books().owners[OWNER_ZONES], first.owners[OWNER_ZONES]);
	CHECK_EQ(memory_online(base, 2 * BLOCK_SIZE), 0);
	CHECK_EQ(read_books().movable, 2 * BLOCK_SIZE - 18 * PAGE_SIZE);
	CHECK_EQ(offline(base + BLOCK_SIZE, BLOCK_SIZE), 0);
	CHECK_EQ(memory_remove(base + BLOCK_SIZE, BLOCK_SIZE), -EBUSY);
	CHECK_EQ(offline(base, BLOCK_SIZE), 0);
	CHECK_EQ(memory_remove(base, BLOCK_SIZE), 0);
	CHECK_EQ(memory_remove(base + BLOCK_SIZE, BLOCK_SIZE), 0);
	CHECK(books_are(&start));
}

static unsigned long hold_all(void **held)
{
	unsigned long count = 0;

	for (; (held[count] = page_alloc(0, GFP_KERNEL)); count++)
		ledger_add(OWNER_USER, PAGE_SIZE);
	return count;
}

static void give_one(void **held, unsigned long index)
{
	if (!held[index])
		return;
	ledger_add(OWNER_USER, -(s64)PAGE_SIZE);
	page_free(held[index], 0);
	held[index] = NULL;
}

static void give_all(void **held, unsigned long count)
{
	while (count--)
		give_one(held, count);
}

/* Memory runs out at each step in turn: all pages of the zones are held, then one less. */
static void out_of_memory(phys_addr_t base, phys_addr_t size, enum memory_where where)
{
	static void *held[BOOT_PAGES];
	struct books before;
	unsigned long count;
	int err = -ENOMEM;

	count = hold_all(held);
	for (unsigned int failures = 0; err == -ENOMEM && failures < 80; failures++) {
		before = read_books();
		err = memory_add(base, size, where);
		CHECK(!err || books_are(&before));
		/* From the lowest on, so that larger orders come together, too. */
		if (err)
			give_one(held, failures);
	}
	CHECK_EQ(err, 0);
	CHECK_EQ(memory_remove(base, size), 0);
	CHECK(books_are(&before));
	give_all(held, count);
}

static void out_of_memory_everywhere(void)
{
	struct books start = read_books();

	for (int where = METADATA_ELSEWHERE; where <= METADATA_INSIDE; where++) {
		for (unsigned int i = 2; i < ARRAY_SIZE(hot); i++)
			out_of_memory(
				hot[i].base, hot[i].end - hot[i].base, (enum memory_where)where);
		out_of_memory(BASE + 2 * GIB - BLOCK_SIZE, 110 * MIB, (enum memory_where)where);
		out_of_memory(BASE + 32 * MIB, 16 * MIB, (enum memory_where)where);
	}
	CHECK(books_are(&start));
}

/* A leaf of 1 GiB has to be split to lose a part, which takes a table. */
static void no_memory_to_split(void)
{
	static void *held[BOOT_PAGES];
	struct books start = read_books(), whole;
	unsigned long count;

	CHECK_EQ(memory_add(BASE + GIB, GIB, METADATA_INSIDE), 0);
	count = hold_all(held);
	whole = read_books();
	CHECK_EQ(memory_remove(BASE + GIB + 4 * MIB, BLOCK_SIZE), -ENOMEM);
	CHECK(books_are(&whole));
	give_all(held, count);
	CHECK_EQ(memory_remove(BASE + GIB + 4 * MIB, BLOCK_SIZE), 0);
	CHECK_EQ(memory_add(BASE + GIB + 4 * MIB, BLOCK_SIZE, METADATA_INSIDE), 0);
	CHECK_EQ(memory_remove(BASE + GIB, GIB), 0);
	CHECK(books_are(&start));
}

/* ---- At random ---- */

static u64 random_state;

static unsigned long pick(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

/* Add at the price that is named. */
static int add(phys_addr_t base, phys_addr_t size, enum memory_where where)
{
	struct books before = read_books(), after;
	struct memory_cost cost;
	int err = memory_add_cost(base, size, where, &cost), done;

	CHECK(books_are(&before));
	done = memory_add(base, size, where);
	CHECK_EQ(done, err);
	if (done)
		return done;
	after = read_books();
	CHECK_EQ(after.owners[OWNER_ZONES] - before.owners[OWNER_ZONES], cost.metadata);
	CHECK_EQ(after.owners[OWNER_TABLES] - before.owners[OWNER_TABLES], cost.tables);
	CHECK_EQ(before.owners[OWNER_OFFLINE] - after.owners[OWNER_OFFLINE], cost.inside);
	return 0;
}

static int one_call(unsigned int call, phys_addr_t base, phys_addr_t size)
{
	switch (call) {
	case 0:
		return add(base, size, (enum memory_where)pick(2));
	case 1:
		return memory_online(base, size);
	case 2:
		return offline(base, size);
	default:
		return memory_remove(base, size);
	}
}

static unsigned long operation_count = 4000;

static void random_operations(void)
{
	struct books start = read_books();
	unsigned long done = 0;

	for (unsigned long n = 0; n < operation_count; n++) {
		unsigned int i = (unsigned int)pick(ARRAY_SIZE(hot));
		phys_addr_t low = ALIGN_DOWN(hot[i].base, BLOCK_SIZE);
		unsigned long blocks = (ALIGN_UP(hot[i].end, BLOCK_SIZE) - low) / BLOCK_SIZE;
		unsigned long first = pick(blocks), count = 1 + pick(blocks - first);
		struct books before = read_books();
		int err;

		if (pick(4) == 0)
			count = blocks - first;
		if (count > 30 && pick(2))
			count = 1 + pick(30);
		err = one_call((unsigned int)pick(4), low + first * BLOCK_SIZE, count * BLOCK_SIZE);
		done += !err;
		if (!CHECK(!err || books_are(&before)) || !CHECK_EQ(ledger_difference(), 0))
			break;
	}
	CHECK(done >= operation_count / 20);
	/* Whatever there is goes; metadata that serves others, at the second try. */
	for (unsigned int i = 0; i < 2 * SPAN / BLOCK_SIZE; i++) {
		phys_addr_t base = BASE + i % (SPAN / BLOCK_SIZE) * BLOCK_SIZE;

		offline(base, BLOCK_SIZE);
		memory_remove(base, BLOCK_SIZE);
	}
	CHECK(books_are(&start));
}

/* ---- Harts at work ---- */

static bool stop_working;

static void work(unsigned long number)
{
	unsigned long *pages[20], i;

	this_hart()->online = true;
	while (!__atomic_load_n(&stop_working, __ATOMIC_ACQUIRE)) {
		for (i = 0; i < ARRAY_SIZE(pages); i++) {
			pages[i] = page_alloc(0, GFP_MOVABLE);
			if (pages[i])
				*pages[i] = number;
		}
		for (i = 0; i < ARRAY_SIZE(pages); i++) {
			if (pages[i] && *pages[i] != number)
				abort();
			if (pages[i])
				page_free(pages[i], 0);
		}
		hart_rest();
	}
	this_hart()->online = false;
}

static unsigned long ranges_taken;

/* Ranges of the blocks that come and go are taken, whatever else happens to them. */
static void work_on_ranges(phys_addr_t base)
{
	this_hart()->online = true;
	for (unsigned long n = 0; !__atomic_load_n(&stop_working, __ATOMIC_ACQUIRE); n++) {
		phys_addr_t from = base + n * 37 % 3500 * PAGE_SIZE, at;
		phys_addr_t end = from + BLOCK_SIZE + n * 7 % 600 * PAGE_SIZE;

		if (n % 3 == 0)
			from = ALIGN_DOWN(from, BLOCK_SIZE);
		if (end <= base + 8 * BLOCK_SIZE && !range_take(from, end, true, NULL)) {
			for (at = from; at < end; at += PAGE_SIZE)
				*(unsigned long *)__va(at) = at;
			sched_yield();
			for (at = from; at < end; at += PAGE_SIZE) {
				if (*(unsigned long *)__va(at) != at)
					abort();
			}
			range_put(from, end);
			__atomic_fetch_add(&ranges_taken, 1, __ATOMIC_RELAXED);
		}
		hart_rest();
	}
	this_hart()->online = false;
}

/* So much has to come of it, however the host shares its processors among the harts. */
#define ROUNDS	   2000
#define TAKEN_MIN  100
#define RANGES_MIN 20

static bool is_enough(unsigned int round, unsigned long taken)
{
	return round >= ROUNDS && taken > TAKEN_MIN &&
	       __atomic_load_n(&ranges_taken, __ATOMIC_RELAXED) > RANGES_MIN;
}

/* Blocks go, one after the other, when nothing of them is in use; how often that was so. */
static unsigned long move_blocks(phys_addr_t base, unsigned int blocks)
{
	unsigned long taken = 0;

	for (unsigned int round = 0; round < 1000 * ROUNDS && !is_enough(round, taken); round++) {
		phys_addr_t part = base + round % blocks * BLOCK_SIZE;

		if (offline(part, BLOCK_SIZE))
			continue;
		taken++;
		/* Whoever had a page of it would find this. */
		for (phys_addr_t at = part; at < part + BLOCK_SIZE; at += PAGE_SIZE)
			*(unsigned long *)__va(at) = ~0UL;
		if (round % 3 == 0 && (memory_remove(part, BLOCK_SIZE) ||
					      memory_add(part, BLOCK_SIZE, METADATA_ELSEWHERE)))
			abort();
		if (memory_online(part, BLOCK_SIZE))
			abort();
	}
	return taken;
}

static void *freed_late;

/* A hart that has freed a page looks at its block only now; then it rests. */
static void look_late(void)
{
	zone_settle(freed_late);
	hart_at(1)->rests++;
}

/* Of a block that is leaving, nobody finds pages, whoever looks at it. */
static void late_look(void)
{
	const phys_addr_t base = BASE + GIB;
	struct zone_summary summary;
	const struct zone *zone;
	struct books start;

	zone_summarise(&summary);
	start = read_books();
	CHECK_EQ(memory_add(base, BLOCK_SIZE, METADATA_ELSEWHERE), 0);
	CHECK_EQ(memory_online(base, BLOCK_SIZE), 0);
	zone = zone_of(base);
	freed_late = page_alloc(0, GFP_MOVABLE);
	CHECK_EQ(ALIGN_DOWN(__pa(freed_late), BLOCK_SIZE), base);
	page_free(freed_late, 0);
	hart_at(1)->online = true;
	while_waiting = look_late;
	CHECK_EQ(offline(base, BLOCK_SIZE), 0);
	while_waiting = NULL;
	hart_at(1)->online = false;
	CHECK_EQ(zone->page_mask, 0);
	CHECK_EQ(memory_remove(base, BLOCK_SIZE), 0);
	CHECK(books_are(&start));
}

static void work_or_move(unsigned int index, void *taken)
{
	if (index) {
		if (index == 1)
			work_on_ranges(BASE + GIB);
		else
			work(index);
		return;
	}
	*(unsigned long *)taken = move_blocks(BASE + GIB, 8);
	__atomic_store_n(&stop_working, true, __ATOMIC_RELEASE);
}

static void harts_at_work(void)
{
	const phys_addr_t base = BASE + GIB, size = 8 * BLOCK_SIZE;
	struct books start = read_books();
	unsigned long taken = 0;

	CHECK_EQ(memory_add(base, size, METADATA_ELSEWHERE), 0);
	CHECK_EQ(memory_online(base, size), 0);
	harts_run(4, work_or_move, &taken);
	CHECK(taken > TAKEN_MIN);
	CHECK(ranges_taken > RANGES_MIN);
	CHECK_EQ(offline(base, size), 0);
	CHECK_EQ(memory_remove(base, size), 0);
	CHECK(books_are(&start));
}

/* With DEBUG_WX each step ends so. A page in the middle of what is offline is found. */
static void offline_is_not_mapped(void)
{
	const phys_addr_t base = BASE + GIB, page = base + BLOCK_SIZE + 7 * PAGE_SIZE;
	struct table_chain tables = {0};

	linear_audit();
	CHECK_EQ(memory_add(base, BLOCK_SIZE, METADATA_ELSEWHERE), 0);
	linear_audit();
	CHECK_EQ(paging_map(&kernel_space, (virt_addr_t)__va(page), page, PAGE_SIZE, PROT_READ), 0);
	CHECK_PANICS(linear_audit());
	CHECK(strstr(panic_text, "offline memory at"));
	CHECK_EQ(paging_unmap(&kernel_space, (virt_addr_t)__va(page), PAGE_SIZE), 0);
	paging_prune(&kernel_space, (virt_addr_t)__va(page), PAGE_SIZE, &tables);
	paging_free_tables(&kernel_space, &tables);
	CHECK_EQ(memory_remove(base, BLOCK_SIZE), 0);
	linear_audit();
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	if (!host_ram(LINEAR, SPAN)) {
		perror("the linear map's place is taken");
		return 1;
	}
	linear_offset = LINEAR - BASE;
	machine_begin();
	TEST(whole_way);
	TEST(wrong_ranges);
	TEST(across_what_lies_between);
	TEST(pinned_pages);
	TEST(movable_pages);
	TEST(range_under_way);
	TEST(metadata_inside);
	TEST(out_of_memory_everywhere);
	TEST(no_memory_to_split);
	TEST(random_operations);
	TEST(harts_at_work);
	TEST(late_look);
	TEST(offline_is_not_mapped);
	return check_report();
}
