/* SPDX-License-Identifier: BSD-2-Clause */
#include "range_world.h"

#include <stdlib.h>
#include <string.h>

#include <arch/page.h>
#include <molt/compiler.h>
#include <molt/err.h>

#include "../../mm/zone_internal.h"

struct held *helds;
unsigned long held_total;

static unsigned long held_max;
static u32 *numbers; /* of each page: 1 + the index of what it is in; 0: in nothing */

/* What owners gave away in the call that is under way. */
static struct movable_run *moved;
static unsigned long moved_total, moved_max;

static void number(const struct held *held, u32 value)
{
	for (unsigned long i = 0; i < held->bytes / PAGE_SIZE; i++)
		numbers[model_page(held->pa) + i] = value;
}

struct held *held_at(phys_addr_t pa)
{
	u32 value = model_page(pa) < model_pages ? numbers[model_page(pa)] : 0;

	return value ? &helds[value - 1] : NULL;
}

static struct held *add(phys_addr_t pa, unsigned long bytes, unsigned int order, unsigned int owner)
{
	if (held_total == held_max) {
		held_max = held_max ? 2 * held_max : 1024;
		helds = realloc(helds, held_max * sizeof(*helds));
	}
	helds[held_total] = (struct held){pa, bytes, order, owner, false};
	number(&helds[held_total], (u32)held_total + 1);
	return &helds[held_total++];
}

/* Of the model: what was moved away in this call. It may be free, or the range's. */
#define PAGE_MOVED 0x40

static enum page_state state_of(phys_addr_t pa)
{
	return (enum page_state)(model[model_page(pa)] & PAGE_STATE);
}

static void set_state(phys_addr_t pa, unsigned int state)
{
	unsigned char *page = &model[model_page(pa)];

	*page = (unsigned char)((*page & ~PAGE_STATE) | state);
}

/* ---- The owners ---- */

static bool enumerate(
	struct movable_owner *owner, phys_addr_t base, phys_addr_t end, struct movable_run *run)
{
	for (; base < end; base += PAGE_SIZE) {
		const struct held *held = held_at(base);

		if (held && held->order != ORDER_NONE && held->owner == owner - owners) {
			*run = (struct movable_run){held->pa, held->order};
			return true;
		}
	}
	return false;
}

static int move(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	struct held *held = held_at(__pa(from));

	if (!held || held->owner != owner - owners || held->order != order)
		return -ENOENT;
	if (held->pinned)
		return -EBUSY;
	number(held, 0);
	for (unsigned long at = 0; at < held->bytes; at += PAGE_SIZE)
		set_state(held->pa + at, PAGE_MOVED);
	if (moved_total == moved_max) {
		moved_max = moved_max ? 2 * moved_max : 1024;
		moved = realloc(moved, moved_max * sizeof(*moved));
	}
	moved[moved_total++] = (struct movable_run){held->pa, order};
	held->pa = __pa(to);
	number(held, (u32)(held - helds) + 1);
	for (unsigned long at = 0; at < held->bytes; at += PAGE_SIZE) {
		if (state_of(held->pa + at) != PAGE_FREE && state_of(held->pa + at) != PAGE_MOVED)
			abort();
		set_state(held->pa + at, PAGE_TAKEN);
	}
	return 0;
}

struct movable_owner owners[OWNERS] = {
	{.name = "first", .enumerate = enumerate, .move = move},
	{.name = "second", .enumerate = enumerate, .move = move},
};

/* ---- The world ---- */

void range_world_begin(const struct world *world, unsigned long hold)
{
	unsigned long n = 0;

	range_world_end();
	world_begin(world);
	numbers = calloc(model_pages, sizeof(*numbers));
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		phys_addr_t at = ram->base, from = at;

		for (; hold && at < ram->end; at += PAGE_SIZE) {
			if (++n % hold)
				continue;
			if (from < at)
				zone_release(from, at);
			model_move(from, (at - from) / PAGE_SIZE, PAGE_HELD, PAGE_FREE);
			from = at + PAGE_SIZE;
		}
		for (at = from; at < ram->end; at = from) {
			from = ALIGN_UP(at + 1, GIB);
			from = from < ram->end ? from : ram->end;
			zone_release(at, from);
			model_move(at, (from - at) / PAGE_SIZE, PAGE_HELD, PAGE_FREE);
		}
	}
	for (int i = 0; i < OWNERS; i++)
		movable_register(&owners[i]);
}

void range_world_end(void)
{
	if (!numbers)
		return;
	for (int i = 0; i < OWNERS; i++)
		movable_unregister(&owners[i]);
	free(numbers);
	free(helds);
	free(moved);
	numbers = NULL;
	helds = NULL;
	moved = NULL;
	held_total = held_max = moved_total = moved_max = 0;
	world_end();
}

struct held *hold_pages(unsigned int order, unsigned int owner, gfp_t gfp)
{
	void *pages = page_alloc(order, gfp);

	if (!pages || !model_move(__pa(pages), 1UL << order, PAGE_FREE, PAGE_TAKEN))
		return NULL;
	return add(__pa(pages), PAGE_SIZE << order, order, owner);
}

void drop(unsigned long index)
{
	struct held held = helds[index];

	number(&held, 0);
	helds[index] = helds[--held_total];
	if (index < held_total)
		number(&helds[index], (u32)index + 1);
	if (held.order == ORDER_NONE)
		range_put(held.pa, held.pa + held.bytes);
	else
		page_free(__va(held.pa), held.order);
	for (unsigned long i = 0; i < held.bytes / PAGE_SIZE; i++)
		model_move(held.pa + i * PAGE_SIZE, 1, PAGE_TAKEN, PAGE_FREE);
}

/* ---- Ranges ---- */

bool model_took(phys_addr_t base, phys_addr_t end, bool taken)
{
	for (unsigned long i = 0; i < moved_total; i++) {
		for (unsigned long at = 0; at < PAGE_SIZE << moved[i].order; at += PAGE_SIZE) {
			if (state_of(moved[i].base + at) == PAGE_MOVED)
				set_state(moved[i].base + at, PAGE_FREE);
		}
	}
	moved_total = 0;
	for (phys_addr_t pa = base; taken && pa < end; pa += PAGE_SIZE) {
		if (state_of(pa) != PAGE_FREE)
			return false;
		set_state(pa, PAGE_TAKEN);
	}
	if (taken)
		add(base, end - base, ORDER_NONE, FIXED);
	return true;
}

/* What range_take() must say: the worst that is in the way. */
static int expected(phys_addr_t base, phys_addr_t end, bool may_move)
{
	int err = 0;

	for (phys_addr_t pa = base; pa < end; pa += PAGE_SIZE) {
		enum page_state state =
			pa < zone_base || model_page(pa) >= model_pages
				? PAGE_HOLE
				: (enum page_state)(model[model_page(pa)] & PAGE_STATE);
		const struct held *held = state == PAGE_TAKEN ? held_at(pa) : NULL;

		if (state == PAGE_HOLE || state == PAGE_HELD)
			return -EINVAL;
		if (state == PAGE_TAKEN && (!may_move || held->pinned || held->owner == FIXED))
			err = -EBUSY;
	}
	return err;
}

/* Whether @pin is in the way of the range, and says who. */
static bool is_in_the_way(
	const struct range_pin *pin, phys_addr_t base, phys_addr_t end, bool may_move, int err)
{
	const struct held *held = held_at(pin->base);

	if (pin->base >= end || pin->base + (PAGE_SIZE << pin->order) <= base || !held)
		return false;
	if (!may_move)
		return !strcmp(pin->holder, "in use");
	if (held->owner == FIXED)
		return err == -EBUSY && !strcmp(pin->holder, "not movable");
	return held->pa == pin->base && held->order == pin->order &&
	       (held->pinned || err == -ENOMEM) && pin->holder == owners[held->owner].name;
}

/* Whether there was room for 2^@order pages in the blocks that the range has nothing of. */
static bool room_elsewhere(phys_addr_t base, phys_addr_t end, unsigned int order)
{
	unsigned long from = model_page(ALIGN_DOWN(base, BLOCK_SIZE));
	unsigned long to = model_page(ALIGN_UP(end, BLOCK_SIZE)), n;

	for (unsigned long page = 0; page < model_pages; page += 1UL << order) {
		if (page < to && page + (1UL << order) > from)
			continue;
		for (n = 0; n < 1UL << order; n++) {
			if ((model[page + n] & PAGE_STATE) != PAGE_FREE ||
				model[page + n] != model[page])
				break;
		}
		if (n == 1UL << order)
			return true;
	}
	return false;
}

int take_range(phys_addr_t base, phys_addr_t end, bool may_move, struct range_pin *pin)
{
	int want = expected(base, end, may_move), err = range_take(base, end, may_move, pin);
	bool agrees = err == want;

	if (err == -ENOMEM)
		agrees = want != -EINVAL && !room_elsewhere(base, end, pin->order);
	if (err == -EBUSY || err == -ENOMEM)
		agrees = agrees && is_in_the_way(pin, base, end, may_move, err);
	return model_took(base, end, !err) && agrees ? err : -1;
}
