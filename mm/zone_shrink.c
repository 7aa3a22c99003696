// SPDX-License-Identifier: BSD-2-Clause
/* Memory leaves its zone: first its pages, if all are free, then its metadata. */
#include "range_internal.h"
#include <arch/hart.h>
#include <arch/percpu.h>
#include <arch/timer.h>
#include <mm/zone_shrink.h>

/* How long a hart may take to come by its idle thread, in ticks, and between two looks. */
#define REST_TICKS 100000000
#define LOOK_TICKS 1000

/* Whether @hart, which may hold on to what it can no longer find, has come to rest. */
static bool wait_for_rest(const struct hart *hart)
{
	u32 rests = __atomic_load_n(&hart->rests, __ATOMIC_SEQ_CST), now = rests;
	u64 limit = timer_now() + REST_TICKS;

	while (!(now & 1) && now == rests) {
		if (timer_now() > limit)
			return false;
		timer_arm(timer_now() + LOOK_TICKS);
		hart_wait();
		now = __atomic_load_n(&hart->rests, __ATOMIC_ACQUIRE);
	}
	return true;
}

static bool wait_for_harts(void)
{
	unsigned int index;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (index = 0; index < hart_count; index++) {
		const struct hart *hart = hart_at(index);

		if (hart != this_hart() && __atomic_load_n(&hart->online, __ATOMIC_ACQUIRE) &&
			!wait_for_rest(hart))
			return false;
	}
	return true;
}

/* ---- One run of blocks. It is ours once isolated: nobody finds anything free in it. ---- */

/* The largest run that can begin with @id, and end with @last at most. */
static unsigned int run_order(block_id id, block_id last, unsigned int limit)
{
	unsigned int order = BLOCK_ORDER;

	while (order < limit) {
		u32 size = 2U << (order - BLOCK_ORDER);

		if (!IS_ALIGNED(id, size) || last - id < size - 1)
			break;
		order++;
	}
	return order;
}

/* The zone of block @id, locked; NULL: what lies there has not come by hotplug. */
static struct zone *lock_movable(block_id id)
{
	struct zone *zone;

	if (!block_known(block_phys(id)))
		return NULL;
	zone = block_lock_zone(id);
	if (zone->type == ZONE_MOVABLE)
		return zone;
	spin_unlock(&zone->lock);
	return NULL;
}

/* How many blocks from @id on are ours then, or not at stake; 0: @pinned is in use. */
static u32 isolate(block_id id, block_id last, phys_addr_t *pinned)
{
	struct zone *zone = lock_movable(id);
	unsigned int order = BLOCK_ORDER;
	block_id head;
	int page = -1;

	if (!zone)
		return 1;
	blocks_merge(zone);
	switch (block_run(id, &head)) {
	case BLOCK_FREE:
		order = run_order(id, last, block_at(head)->order);
		block_carve(zone, head, id, order);
		break;
	case BLOCK_BROKEN:
		page = broken_empty(zone, id);
		if (page < 0)
			claims_drop(id);
		break;
	case BLOCK_USED:
	case BLOCK_TAKEN:
		page = 0;
		break;
	default: /* a hole: nothing of it was ever free */
		break;
	}
	spin_unlock(&zone->lock);
	if (page < 0)
		return 1U << (order - BLOCK_ORDER);
	*pinned = block_phys(id) + (unsigned int)page * PAGE_SIZE;
	return 0;
}

static void give_back(struct zone *zone, block_id id, unsigned int order)
{
	if (block_at(id)->state == BLOCK_USED) {
		block_put(zone, id, order);
	} else if (block_at(id)->state == BLOCK_LEAVING) {
		broken_restore(zone, id);
	}
}

static void leave(struct zone *zone, block_id id, unsigned int order)
{
	struct block *block = block_at(id);
	unsigned int pages = 0;

	if (block->state == BLOCK_USED) {
		pages = 1U << order;
	} else if (block->state == BLOCK_LEAVING) {
		pages = page_map_present(map_of(id));
		page_map_close(map_of(id));
	}
	block->what = block_absent(block->zone);
	zone_count(zone, -(s64)pages);
	WRITE_ONCE(zone->pages, zone->pages - pages);
}

/* What isolate() took from @id on leaves, or goes back. Returns how many blocks that was. */
static u32 finish(block_id id, bool leaves)
{
	struct zone *zone = lock_movable(id);
	unsigned int order = BLOCK_ORDER;

	if (!zone)
		return 1;
	if (block_at(id)->state == BLOCK_USED)
		order = block_at(id)->order;
	if (leaves)
		leave(zone, id, order);
	else
		give_back(zone, id, order);
	spin_unlock(&zone->lock);
	return 1U << (order - BLOCK_ORDER);
}

/* ---- Ranges ---- */

/* No hart looks for pages of [first, last] any more. */
static bool forget_claims(block_id first, block_id last)
{
	while (first <= last) {
		block_id end = first | (BLOCKS_PER_GIB - 1);

		if (end > last)
			end = last;
		if (gib_of(first)->whole.count)
			claims_forget(first, end);
		first = end + 1;
	}
	return wait_for_harts();
}

bool zone_take(phys_addr_t base, phys_addr_t end, phys_addr_t *pinned)
{
	block_id first = block_of(base), last = block_of(end - 1), at = first, stop;
	bool taken;
	u32 blocks;

	while (at <= last && (blocks = isolate(at, last, pinned)))
		at += blocks;
	stop = at;
	taken = stop > last && forget_claims(first, last);
	if (stop > last && !taken)
		*pinned = PHYS_ADDR_MAX;
	for (at = first; at < stop;)
		at += finish(at, taken);
	return taken;
}

bool zone_quiesce(phys_addr_t base, phys_addr_t end)
{
	u32 index = block_of(base) / BLOCKS_PER_GIB, last = block_of(end - 1) / BLOCKS_PER_GIB;

	for (; index <= last; index++) {
		if (gibs[index].whole.count)
			spans_forget(&gibs[index]);
	}
	return wait_for_harts();
}

void zone_detach(u32 index)
{
	gibs[index] = (struct gib){.whole = {.what = block_absent(ZONE_NONE)}};
}
