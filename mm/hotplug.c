// SPDX-License-Identifier: BSD-2-Clause
/* Memory comes and goes, through the code that boot used for all RAM. */
#include "hotplug_internal.h"
#include <arch/page.h>
#include <mm/ledger.h>
#include <mm/wx.h>
#include <mm/zone_grow.h>
#include <mm/zone_shrink.h>
#include <molt/compiler.h>
#include <molt/err.h>

static int add_fault(phys_addr_t base, phys_addr_t size)
{
	enum memory_state state;

	if (base + size < base || !ranges_known(base, base + size))
		return -EINVAL;
	return ranges_are(base, base + size, MEMORY_OFFLINE, &state) ? 0 : -EEXIST;
}

/* What is asked for, whether it makes sense, and what it costs but for tables and the record. */
static int prepare(
	phys_addr_t base, phys_addr_t size, enum memory_where where, struct memory_cost *cost)
{
	int err = add_fault(base, size);

	*cost = (struct memory_cost){.needed = ranges_draw(base, base + size, MEMORY_ADDED)};
	return err ? err : metadata_cost(base, base + size, where, cost);
}

int memory_add_cost(
	phys_addr_t base, phys_addr_t size, enum memory_where where, struct memory_cost *cost)
{
	int err = prepare(base, size, where, cost);

	if (err)
		return err;
	linear_cost(base, base + size, cost);
	cost->metadata += ranges_cost(base, base + size, MEMORY_ADDED);
	return 0;
}

/* Blocks of [base, end) join the zones that they were recorded for; nothing of them is free. */
static void grow(phys_addr_t base, phys_addr_t end)
{
	const struct memory_range *range;
	unsigned int i;

	for (i = 0; (range = hotplug_range(i)); i++) {
		phys_addr_t from = range->base > base ? range->base : base;
		phys_addr_t to = range->end < end ? range->end : end;

		if (from < to)
			zone_grow(ALIGN_DOWN(from, BLOCK_SIZE), ALIGN_UP(to, BLOCK_SIZE),
				range->zone);
	}
}

/* The end of each step, whatever came of it. */
static int settled(int err)
{
	ranges_trim();
	if (IS_ENABLED(CONFIG_DEBUG_WX)) {
		wx_check();
		linear_audit();
	}
	return err;
}

static int add(phys_addr_t base, phys_addr_t end, enum memory_where where)
{
	int err;

	if (where == METADATA_ELSEWHERE) {
		err = metadata_attach_elsewhere(base, end);
		if (err)
			return err;
	}
	err = linear_map(base, end);
	if (err) {
		metadata_detach(base, end);
		return err;
	}
	metadata_attach_inside(base, end);
	grow(base, end);
	return 0;
}

int memory_add(phys_addr_t base, phys_addr_t size, enum memory_where where)
{
	struct memory_cost cost;
	int err = prepare(base, size, where, &cost);

	if (!err)
		err = ranges_reserve(base, base + size, MEMORY_ADDED);
	if (err)
		return err;
	err = add(base, base + size, where);
	if (!err)
		ranges_set(base, base + size, MEMORY_ADDED);
	return settled(err);
}

int memory_online(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t from, to = base;
	enum memory_state state;
	int err;

	if (base + size < base || !ranges_known(base, base + size))
		return -EINVAL;
	if (!ranges_are(base, base + size, MEMORY_ADDED, &state))
		return state == MEMORY_ONLINE ? -EEXIST : -ENOENT;
	err = ranges_reserve(base, base + size, MEMORY_ONLINE);
	if (err)
		return err;
	while (usable_part(&from, &to, base + size)) {
		ledger_add(OWNER_OFFLINE, -(s64)(to - from));
		zone_release(from, to);
	}
	ranges_set(base, base + size, MEMORY_ONLINE);
	return settled(0);
}

/* Whoever can move makes room in [base, end), part by part, what lies between left out. */
static int make_room(phys_addr_t base, phys_addr_t end, struct range_pin *pin)
{
	phys_addr_t from, to = base;
	int err = 0;

	while (!err && usable_part(&from, &to, end)) {
		err = range_take(from, to, true, pin);
		if (!err)
			range_put(from, to);
	}
	return err;
}

/* Others may allocate what has just been given back: they are asked again so many times. */
#define OFFLINE_TRIES 8

static int take_all(phys_addr_t base, phys_addr_t end, struct range_pin *pin)
{
	phys_addr_t pinned;
	int tries, err;

	for (tries = 0; tries < OFFLINE_TRIES; tries++) {
		if (zone_take(base, end, &pinned))
			return 0;
		*pin = (struct range_pin){pinned, 0, "in use"};
		if (pinned == PHYS_ADDR_MAX) {
			pin->holder = "a hart that does not come to rest";
			return -EBUSY;
		}
		err = make_room(base, end, pin);
		if (err)
			return err;
	}
	return -EBUSY;
}

int memory_offline(phys_addr_t base, phys_addr_t size, struct range_pin *pin)
{
	phys_addr_t from, to = base;
	struct range_pin ignored;
	enum memory_state state;
	int err;

	if (base + size < base || !ranges_known(base, base + size))
		return -EINVAL;
	if (!ranges_are(base, base + size, MEMORY_ONLINE, &state))
		return -ENOENT;
	err = ranges_reserve(base, base + size, MEMORY_ADDED);
	if (err)
		return err;
	err = take_all(base, base + size, pin ? pin : &ignored);
	if (!err) {
		while (usable_part(&from, &to, base + size))
			ledger_add(OWNER_OFFLINE, (s64)(to - from));
		ranges_set(base, base + size, MEMORY_ADDED);
	}
	return settled(err);
}

static int remove(phys_addr_t base, phys_addr_t end)
{
	int err = linear_split(base, end);

	if (err)
		return err;
	if (!zone_quiesce(base, end)) {
		linear_fold(base, end);
		return -EBUSY;
	}
	metadata_detach(base, end);
	linear_unmap(base, end);
	return 0;
}

int memory_remove(phys_addr_t base, phys_addr_t size)
{
	enum memory_state state;
	int err;

	if (base + size < base || !ranges_known(base, base + size))
		return -EINVAL;
	if (!ranges_are(base, base + size, MEMORY_ADDED, &state))
		return state == MEMORY_ONLINE ? -EBUSY : -ENOENT;
	if (metadata_is_shared(base, base + size))
		return -EBUSY;
	err = ranges_reserve(base, base + size, MEMORY_OFFLINE);
	if (err)
		return err;
	err = remove(base, base + size);
	if (!err)
		ranges_set(base, base + size, MEMORY_OFFLINE);
	return settled(err);
}
