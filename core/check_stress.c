// SPDX-License-Identifier: BSD-2-Clause
/*
 * stress: all harts take, look at, pass on and free pages of any order and objects at once.
 * Each bears a number until it is freed, often by another hart. Then nothing may be lost.
 */
#include <arch/page.h>
#include <arch/percpu.h>
#include <core/check.h>
#include <core/harts.h>
#include <core/run.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/slab.h>
#include <mm/zone.h>

#define OPERATIONS 5000 /* of each hart, unless stress= says otherwise */
#define BOXES	   32	/* items that are under way to another hart */
#define HELD_MAX   256	/* of one hart */

/* At the head of what is allocated, and the number again in each page of it. */
struct item {
	u64 number;
	u32 order;
	u32 size; /* of an object; 0: pages */
};

/* A page for each hart. */
struct worker {
	u64 random, number;
	u32 count, faults;
	struct item *held[HELD_MAX];
};
_Static_assert(sizeof(struct worker) <= PAGE_SIZE, "a worker is a page");

static struct worker **workers;
static struct item *boxes[BOXES];

static u64 chance(struct worker *worker, u64 below)
{
	worker->random ^= worker->random << 13;
	worker->random ^= worker->random >> 7;
	worker->random ^= worker->random << 17;
	return (worker->random >> 11) % below;
}

static u64 *number_of(struct item *item, unsigned long offset)
{
	return (u64 *)((char *)item + offset);
}

static struct item *new_object(struct worker *worker)
{
	u32 size = (u32)(sizeof(struct item) + sizeof(u64) * (1 + chance(worker, 500)));
	struct item *item = kmalloc(size, GFP_KERNEL);

	if (!item)
		return NULL;
	*item = (struct item){.number = worker->number, .size = size};
	*number_of(item, size - sizeof(u64)) = worker->number;
	return item;
}

/* Mostly single pages, some larger, some whole blocks. */
static unsigned int pick_order(struct worker *worker)
{
	u64 n = chance(worker, 64);

	return n < 48 ? 0 : n < 62 ? 1 + (unsigned int)(n % PAGE_ORDER_MAX) : BLOCK_ORDER;
}

static struct item *new_pages(struct worker *worker)
{
	unsigned int order = pick_order(worker);
	struct item *item = page_alloc(order, chance(worker, 2) ? GFP_KERNEL : GFP_MOVABLE);
	unsigned long offset;

	if (!item)
		return NULL;
	*item = (struct item){.order = order};
	for (offset = 0; offset < PAGE_SIZE << order; offset += PAGE_SIZE)
		*number_of(item, offset) = worker->number;
	return item;
}

/* Free it. Nobody else may have written to it. */
static void release(struct worker *worker, struct item *item)
{
	u64 number = item->number;
	unsigned long offset;

	if (item->size) {
		worker->faults += *number_of(item, item->size - sizeof(u64)) != number;
		kfree(item);
		return;
	}
	for (offset = 0; offset < PAGE_SIZE << item->order; offset += PAGE_SIZE)
		worker->faults += *number_of(item, offset) != number;
	worker->faults += page_order(item) != (int)item->order;
	page_free(item, item->order);
}

/* @item, which may be NULL, waits in the box for whoever comes by; what was there is freed. */
static void pass_on(struct worker *worker, unsigned int box, struct item *item)
{
	struct item *other = __atomic_exchange_n(&boxes[box], item, __ATOMIC_ACQ_REL);

	if (other)
		release(worker, other);
}

static void operate(struct worker *worker)
{
	unsigned int n = (unsigned int)chance(worker, 64);
	struct zone_summary summary;
	struct item *item;

	if (n < 28 && worker->count) {
		release(worker, worker->held[--worker->count]);
	} else if (n < 32) {
		pass_on(worker, n, NULL);
	} else if (n == 32 && !chance(worker, 8)) {
		zone_summarise(&summary);
	} else {
		worker->number += hart_count;
		item = n % 2 ? new_object(worker) : new_pages(worker);
		if (item && (n % 4 == 0 || worker->count == HELD_MAX))
			pass_on(worker, n % BOXES, item);
		else if (item)
			worker->held[worker->count++] = item;
	}
}

static void work(void *operations)
{
	struct worker *worker = workers[this_hart()->index];
	u32 n = *(const u32 *)operations;

	while (n--)
		operate(worker);
	while (worker->count)
		release(worker, worker->held[--worker->count]);
}

/* What there is, as seen from both sides. */
struct books {
	struct zone_summary summary;
	u64 free, slab;
};

/* A hart gives back the slabs that it keeps for itself. */
static void shrink(void *unused)
{
	(void)unused;
	slab_shrink();
}

static void take_stock(struct books *books)
{
	/* So that no byte of it, its padding included, is left to chance. */
	memset(books, 0, sizeof(*books));
	harts_call(shrink, NULL);
	zone_summarise(&books->summary);
	books->free = zone_free_in(~0U);
	books->slab = ledger_bytes(OWNER_SLAB);
}

/* All at it. Returns how many findings there are. */
static u32 stress(u32 operations)
{
	u32 index, faults = 0;

	harts_call(work, &operations);
	for (index = 0; index < BOXES; index++)
		pass_on(workers[0], index, NULL);
	for (index = 0; index < hart_count; index++)
		faults += workers[index]->faults;
	return faults;
}

static bool workers_make(void)
{
	u32 index;

	workers = kmalloc(hart_count * sizeof(*workers), GFP_KERNEL);
	for (index = 0; workers && index < hart_count; index++) {
		workers[index] = page_alloc(0, GFP_KERNEL | __GFP_ZERO);
		if (!workers[index])
			break;
		workers[index]->random = (index + 1) * 0x9e3779b97f4a7c15UL + run_options.stress;
		workers[index]->number = index + 1;
	}
	if (workers && index == hart_count)
		return true;
	while (workers && index--)
		page_free(workers[index], 0);
	kfree(workers);
	return false;
}

static void workers_drop(void)
{
	u32 index;

	for (index = 0; index < hart_count; index++)
		page_free(workers[index], 0);
	kfree(workers);
}

bool check_stress(void)
{
	u32 operations = run_options.stress ? run_options.stress : OPERATIONS, faults;
	static struct books before, after;
	struct check_tries tries = {0};
	bool ok;
	char figures[80];

	while (!workers_make()) {
		if (!check_again(&tries))
			return check_report("stress", false, ",\"operations\":0");
	}
	take_stock(&before);
	faults = stress(operations);
	take_stock(&after);
	workers_drop();
	slab_shrink();
	ok = !faults && !memcmp(&before, &after, sizeof(before));
	snprintf(figures, sizeof(figures), ",\"operations\":%u,\"harts\":%u,\"faults\":%u",
		operations, harts_online(), faults);
	return check_report("stress", ok, figures);
}
