/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges are taken while other harts allocate and free, with and without a lock. What is
 * taken is nobody else's, what was refused is as it was, and no page is lost.
 *
 *	range_thread_test [OPERATIONS [SEED]], of each hart
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/page.h>
#include <mm/contig.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/spinlock.h>

#include "../../mm/zone_internal.h"
#include "harts.h"
#include "range_world.h"

#define HARTS 4
#define SLOTS 700 /* of each hart */

#define RAM   0x80000000UL
#define BYTES (16 * MIB)

static const struct world world = {"16 MiB", {{RAM, RAM + BYTES, 0}}};

/* An allocation of a hart's, which other harts may move: guarded by its owner's lock. */
struct slot {
	phys_addr_t pa; /* 0: none */
	unsigned int order;
	bool pinned;
};

struct hart_owner {
	struct movable_owner owner;
	spinlock_t lock;
	struct slot slots[SLOTS];
	u64 random;
	unsigned long taken, refused;
};

static struct hart_owner harts[HARTS];

/* Who has each page, by number of the hart from 1 on; 0: nobody. */
static unsigned char pages[BYTES / PAGE_SIZE];
/* The slot of each page that is in one; whoever's lock is held knows of its own alone. */
static u16 slots[BYTES / PAGE_SIZE];
static unsigned long faults, operation_count = 3000;

static unsigned long pick(struct hart_owner *hart, unsigned long below)
{
	hart->random ^= hart->random << 13;
	hart->random ^= hart->random >> 7;
	hart->random ^= hart->random << 17;
	return (hart->random >> 11) % below;
}

/* [pa, pa + bytes) changes hands; it was @from's. */
static void pass(phys_addr_t pa, unsigned long bytes, unsigned char from, unsigned char to)
{
	for (unsigned long at = (pa - RAM) / PAGE_SIZE; bytes; bytes -= PAGE_SIZE, at++) {
		if (__atomic_exchange_n(&pages[at], to, __ATOMIC_RELAXED) != from)
			__atomic_fetch_add(&faults, 1, __ATOMIC_RELAXED);
	}
}

static unsigned char name_of(const struct hart_owner *hart)
{
	return (unsigned char)(hart - harts + 1);
}

/* ---- What is asked of owners ---- */

static struct slot *find(struct hart_owner *hart, phys_addr_t base, phys_addr_t end)
{
	for (; base < end; base += PAGE_SIZE) {
		struct slot *slot = &hart->slots[READ_ONCE(slots[(base - RAM) / PAGE_SIZE])];

		if (slot->pa && slot->pa < end && slot->pa + (PAGE_SIZE << slot->order) > base)
			return slot;
	}
	return NULL;
}

static void place(struct hart_owner *hart, struct slot *slot, phys_addr_t pa, unsigned int order)
{
	WRITE_ONCE(slot->pa, pa); /* the hart itself looks without the lock */
	slot->order = order;
	for (unsigned long i = 0; i < 1UL << order; i++)
		WRITE_ONCE(slots[(pa - RAM) / PAGE_SIZE + i], (u16)(slot - hart->slots));
}

static bool enumerate(
	struct movable_owner *owner, phys_addr_t base, phys_addr_t end, struct movable_run *run)
{
	struct hart_owner *hart = (struct hart_owner *)owner;
	const struct slot *slot;

	spin_lock(&hart->lock);
	slot = find(hart, base, end);
	if (slot)
		*run = (struct movable_run){slot->pa, slot->order};
	spin_unlock(&hart->lock);
	return slot;
}

static int move(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	struct hart_owner *hart = (struct hart_owner *)owner;
	struct slot *slot;
	int err = 0;

	spin_lock(&hart->lock);
	slot = find(hart, __pa(from), __pa(from) + 1);
	if (!slot || slot->pa != __pa(from) || slot->order != order)
		err = -ENOENT;
	else if (slot->pinned)
		err = -EBUSY;
	if (!err) {
		pass(slot->pa, PAGE_SIZE << order, name_of(hart), 0);
		pass(__pa(to), PAGE_SIZE << order, 0, name_of(hart));
		place(hart, slot, __pa(to), order);
	}
	spin_unlock(&hart->lock);
	return err;
}

/* ---- What a hart does ---- */

static void allocate(struct hart_owner *hart, struct slot *slot)
{
	unsigned int order = pick(hart, 8) ? 0 : (unsigned int)pick(hart, 10);
	void *page = page_alloc(order, GFP_MOVABLE);

	if (!page)
		return;
	pass(__pa(page), PAGE_SIZE << order, 0, name_of(hart));
	spin_lock(&hart->lock);
	slot->pinned = !pick(hart, 500);
	place(hart, slot, __pa(page), order);
	spin_unlock(&hart->lock);
}

static void release(struct hart_owner *hart, struct slot *slot)
{
	struct slot was;

	spin_lock(&hart->lock);
	was = *slot;
	WRITE_ONCE(slot->pa, 0);
	spin_unlock(&hart->lock);
	pass(was.pa, PAGE_SIZE << was.order, name_of(hart), 0);
	page_free(__va(was.pa), was.order);
}

static void use_range(struct hart_owner *hart, phys_addr_t base, unsigned long bytes)
{
	hart->taken++;
	pass(base, bytes, 0, name_of(hart));
	pass(base, bytes, name_of(hart), 0);
	range_put(base, base + bytes);
}

static void take(struct hart_owner *hart)
{
	unsigned long bytes = (1 + pick(hart, pick(hart, 2) ? 20 : 1200)) * PAGE_SIZE;
	phys_addr_t base = RAM + pick(hart, BYTES / PAGE_SIZE) * PAGE_SIZE;
	struct range_pin pin;
	void *found;

	if (!pick(hart, 3)) {
		found = contig_alloc(bytes, PAGE_SIZE, CONTIG_NO_LIMIT, GFP_KERNEL, NULL);
		if (found)
			use_range(hart, __pa(found), bytes);
		return;
	}
	if (!pick(hart, 3)) {
		base = ALIGN_DOWN(base, BLOCK_SIZE);
		bytes = BLOCK_SIZE;
	}
	if (base + bytes <= RAM + BYTES && !range_take(base, base + bytes, true, &pin))
		use_range(hart, base, bytes);
	else
		hart->refused++;
}

static void work(unsigned int index, void *argument)
{
	struct hart_owner *hart = &harts[index];
	unsigned long n;

	(void)argument;
	for (n = 0; n < operation_count; n++) {
		struct slot *slot = &hart->slots[pick(hart, SLOTS)];

		/* Nobody but the hart itself changes whether a slot is in use. */
		if (!pick(hart, 50))
			take(hart);
		else if (READ_ONCE(slot->pa))
			release(hart, slot);
		else
			allocate(hart, slot);
	}
	for (n = 0; n < SLOTS; n++) {
		if (READ_ONCE(hart->slots[n].pa))
			release(hart, &hart->slots[n]);
	}
}

static u64 seed;

static void harts_at_once(void)
{
	unsigned long taken = 0, refused = 0;
	struct zone_summary summary;

	world_begin(&world);
	zone_release(RAM, RAM + BYTES);
	for (unsigned int i = 0; i < HARTS; i++) {
		harts[i].owner = (struct movable_owner){"hart", enumerate, move, NULL};
		harts[i].random = (seed + i) * 0x9e3779b97f4a7c15ULL | 1;
		movable_register(&harts[i].owner);
	}
	harts_run(HARTS, work, NULL);
	for (unsigned int i = 0; i < HARTS; i++) {
		movable_unregister(&harts[i].owner);
		taken += harts[i].taken;
		refused += harts[i].refused;
	}
	printf("%lu ranges taken, %lu refused\n", taken, refused);
	CHECK(taken && refused);
	CHECK_EQ(faults, 0);
	for (unsigned long i = 0; i < ARRAY_SIZE(pages); i++) {
		if (!CHECK(!pages[i]))
			break;
	}
	zone_summarise(&summary);
	CHECK_EQ(summary.bytes, BYTES);
	CHECK_EQ(zone_free_bytes(), BYTES);
	CHECK_EQ(summary.free[12], 1);
	world_end();
}

int main(int argc, char **argv)
{
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);
	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	TEST(harts_at_once);
	return check_report();
}
