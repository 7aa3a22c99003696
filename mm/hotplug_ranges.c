// SPDX-License-Identifier: BSD-2-Clause
/*
 * The record of hotpluggable memory: ascending, disjoint ranges, each in one state. It lies
 * where boot has put it; while it has more entries than boot made room for, in pages of the
 * zones.
 */
#include "hotplug_internal.h"
#include <arch/page.h>
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/page_owner.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/init.h>

static struct memory_range *ranges;
static unsigned int range_count;

/* Boot's room, and the order of the pages that are used in its place; -1: they are not. */
static struct memory_range *boot_room;
static unsigned int boot_max;
static int room_order;

void __init hotplug_reserve(struct memory_range *room, unsigned int max)
{
	ranges = boot_room = room;
	boot_max = max;
	room_order = -1;
}

void __init hotplug_record(phys_addr_t base, phys_addr_t end, u8 zone)
{
	if (range_count < boot_max)
		ranges[range_count++] = (struct memory_range){base, end, MEMORY_OFFLINE, zone};
}

const struct memory_range *hotplug_range(unsigned int index)
{
	return index < range_count ? &ranges[index] : NULL;
}

/* ---- Room ---- */

static int order_for(unsigned int count)
{
	return count <= boot_max ? -1 : (int)page_order_for(count * sizeof(struct memory_range));
}

static s64 bytes_of(int order)
{
	return order < 0 ? 0 : (s64)(PAGE_SIZE << order);
}

/* Move the record to where @count entries have room, and no more than they need. */
static int resize(unsigned int count)
{
	int order = order_for(count);
	struct memory_range *room = boot_room, *old = ranges;

	if (order == room_order)
		return 0;
	if (order >= 0)
		room = page_alloc((unsigned int)order, GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	if (IS_ENABLED(CONFIG_PAGE_OWNER) && order >= 0)
		page_owner_tell(room, OWNER_ZONES, CALLER);
	memcpy(room, old, range_count * sizeof(*room));
	ranges = room;
	ledger_add(OWNER_ZONES, bytes_of(order) - bytes_of(room_order));
	if (room_order >= 0)
		page_free(old, (unsigned int)room_order);
	room_order = order;
	return 0;
}

/* ---- Questions ---- */

bool ranges_part(phys_addr_t *base, phys_addr_t *end, phys_addr_t limit)
{
	const struct memory_range *range = ranges, *stop = ranges + range_count;
	phys_addr_t from = *end;

	while (range < stop && range->end <= from)
		range++;
	if (range == stop || range->base >= limit || from >= limit)
		return false;
	*base = range->base > from ? range->base : from;
	while (range + 1 < stop && range[1].base == range->end && range->end < limit)
		range++;
	*end = range->end < limit ? range->end : limit;
	return true;
}

/* Whether something of the block at @base is recorded. */
static bool has_part(phys_addr_t base)
{
	phys_addr_t end = base;

	return ranges_part(&base, &end, base + BLOCK_SIZE);
}

bool ranges_known(phys_addr_t base, phys_addr_t end)
{
	return base < end && IS_ALIGNED(base | end, BLOCK_SIZE) && has_part(base) &&
	       has_part(end - BLOCK_SIZE);
}

bool ranges_are(
	phys_addr_t base, phys_addr_t end, enum memory_state state, enum memory_state *found)
{
	const struct memory_range *range;

	for (range = ranges; range < ranges + range_count; range++) {
		if (range->end > base && range->base < end && range->state != state) {
			*found = (enum memory_state)range->state;
			return false;
		}
	}
	return true;
}

/* ---- Changes ---- */

/* A list that is written anew from front to back, or only counted where @out is NULL. */
struct rewrite {
	struct memory_range *out, last;
	unsigned int count;
};

static void emit(struct rewrite *rewrite, struct memory_range range)
{
	struct memory_range *last = &rewrite->last;

	if (range.base >= range.end)
		return;
	if (rewrite->count && last->end == range.base && last->state == range.state &&
		last->zone == range.zone) {
		last->end = range.end;
	} else {
		*last = range;
		rewrite->count++;
	}
	if (rewrite->out)
		rewrite->out[rewrite->count - 1] = *last;
}

static phys_addr_t clamp(phys_addr_t at, phys_addr_t base, phys_addr_t end)
{
	return at < base ? base : at > end ? end : at;
}

/* One change splits two entries at most, at its ends. */
#define SPLITS_MAX 2
#define AHEAD	   (SPLITS_MAX + 1)

/*
 * Write the record to @out, with [base, end) in @state; or only count, where that is NULL.
 * @out may be the record itself: what is overwritten has been read before. Returns how many
 * entries there are then.
 */
static unsigned int rewritten(
	phys_addr_t base, phys_addr_t end, enum memory_state state, struct memory_range *out)
{
	struct memory_range ahead[AHEAD], range;
	struct rewrite rewrite = {.out = out};
	phys_addr_t from, to;
	unsigned int i, read = 0;

	for (i = 0; i < range_count; i++) {
		for (; read < range_count && read < i + AHEAD; read++)
			ahead[read % AHEAD] = ranges[read];
		range = ahead[i % AHEAD];
		from = clamp(base, range.base, range.end);
		to = clamp(end, range.base, range.end);
		emit(&rewrite, (struct memory_range){range.base, from, range.state, range.zone});
		emit(&rewrite, (struct memory_range){from, to, state, range.zone});
		emit(&rewrite, (struct memory_range){to, range.end, range.state, range.zone});
	}
	return rewrite.count;
}

/* The order of the room that the record takes then. */
static int order_then(phys_addr_t base, phys_addr_t end, enum memory_state state)
{
	return order_for(rewritten(base, end, state, NULL));
}

int ranges_reserve(phys_addr_t base, phys_addr_t end, enum memory_state state)
{
	return order_then(base, end, state) > room_order ? resize(rewritten(base, end, state, NULL))
							 : 0;
}

void ranges_set(phys_addr_t base, phys_addr_t end, enum memory_state state)
{
	range_count = rewritten(base, end, state, ranges);
}

void ranges_trim(void)
{
	/* Where there is no memory to move to, it stays where it is. */
	resize(range_count);
}

s64 ranges_cost(phys_addr_t base, phys_addr_t end, enum memory_state state)
{
	return bytes_of(order_then(base, end, state)) - bytes_of(room_order);
}

unsigned long ranges_draw(phys_addr_t base, phys_addr_t end, enum memory_state state)
{
	int order = order_then(base, end, state);

	return order > room_order ? (unsigned long)bytes_of(order) : 0;
}
