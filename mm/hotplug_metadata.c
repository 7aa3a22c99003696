// SPDX-License-Identifier: BSD-2-Clause
/*
 * Metadata for memory that is added: of each GiB for all that is recorded there, from when
 * the first of it is added until the last is removed. A GiB that boot has memory in has it
 * from boot.
 */
#include "hotplug_internal.h"
#include "zone_internal.h"
#include <mm/ledger.h>
#include <mm/page_owner.h>
#include <mm/zone_grow.h>
#include <mm/zone_shrink.h>
#include <molt/compiler.h>
#include <molt/err.h>

static phys_addr_t gib_base(u32 index)
{
	return zone_base + (phys_addr_t)index * GIB_SIZE;
}

/* Which of the GiB's blocks have memory that is recorded. */
static void gib_span(u32 index, u16 *first, u16 *count)
{
	phys_addr_t base, end = gib_base(index);
	u32 last = 0;

	*count = 0;
	while (ranges_part(&base, &end, gib_base(index + 1))) {
		if (!*count)
			*first = (u16)(block_of(base) % BLOCKS_PER_GIB);
		last = block_of(end - 1) % BLOCKS_PER_GIB;
		*count = (u16)(last - *first + 1);
	}
}

static unsigned int blocks_order(u16 count)
{
	return page_order_for(count * sizeof(struct block));
}

static unsigned int maps_order(u16 count)
{
	return page_order_for(count * sizeof(struct page_map));
}

/* Bytes of a GiB's metadata in pages of the zones, and inside the memory that it is for. */
static u64 elsewhere_size(u16 count)
{
	return (PAGE_SIZE << blocks_order(count)) + (PAGE_SIZE << maps_order(count));
}

static u64 inside_size(u16 count)
{
	return ALIGN_UP(count * (sizeof(struct block) + sizeof(struct page_map)), PAGE_SIZE);
}

/* Who has given a GiB its metadata. */
enum giver {
	GIVER_NOBODY,
	GIVER_BOOT,
	GIVER_ZONES,
	GIVER_ITSELF,
};

static struct block *gib_blocks(u32 index)
{
	return gibs[index].blocks + gibs[index].whole.first;
}

static enum giver gib_giver(u32 index)
{
	phys_addr_t base, end;

	if (!gibs[index].whole.count)
		return GIVER_NOBODY;
	end = ALIGN_DOWN(__pa(gib_blocks(index)), PAGE_SIZE);
	if (ranges_part(&base, &end, end + PAGE_SIZE))
		return GIVER_ITSELF;
	return page_order(gib_blocks(index)) < 0 ? GIVER_BOOT : GIVER_ZONES;
}

/* What is recorded of a GiB in [from, to), from where a piece is large enough; or PHYS_ADDR_MAX. */
static phys_addr_t room_inside(u32 index, phys_addr_t from, phys_addr_t to, u64 size)
{
	phys_addr_t base, end = from > gib_base(index) ? from : gib_base(index);

	if (to > gib_base(index + 1))
		to = gib_base(index + 1);
	while (ranges_part(&base, &end, to)) {
		if (end - base >= size)
			return base;
	}
	return PHYS_ADDR_MAX;
}

static void attach(u32 index, u16 first, u16 count, void *blocks, void *maps)
{
	zone_attach(index, first, count, blocks, maps);
	/* What comes later may be another zone's. */
	gibs[index].mixed = true;
}

/* The range, which holds it, is mapped. */
static void attach_inside(u32 index, phys_addr_t from, phys_addr_t to)
{
	u16 first, count;
	u64 size;
	char *blocks;

	gib_span(index, &first, &count);
	size = inside_size(count);
	blocks = __va(room_inside(index, from, to, size));
	attach(index, first, count, blocks, blocks + count * sizeof(struct block));
	ledger_add(OWNER_OFFLINE, -(s64)size);
	ledger_add(OWNER_ZONES, (s64)size);
}

static int attach_elsewhere(u32 index)
{
	void *blocks, *maps = NULL;
	u16 first, count;

	gib_span(index, &first, &count);
	blocks = page_alloc(blocks_order(count), GFP_KERNEL);
	if (blocks)
		maps = page_alloc(maps_order(count), GFP_KERNEL);
	if (!maps) {
		if (blocks)
			page_free(blocks, blocks_order(count));
		return -ENOMEM;
	}
	ledger_add(OWNER_ZONES, (s64)elsewhere_size(count));
	if (IS_ENABLED(CONFIG_PAGE_OWNER)) {
		page_owner_tell(blocks, OWNER_ZONES, CALLER);
		page_owner_tell(maps, OWNER_ZONES, CALLER);
	}
	attach(index, first, count, blocks, maps);
	return 0;
}

/* Take a GiB's metadata away, to where it came from. No hart looks at it any more. */
static void detach(u32 index, enum giver giver)
{
	const struct gib gib = gibs[index];
	u16 count = gib.whole.count;

	zone_detach(index);
	if (giver == GIVER_ZONES) {
		ledger_add(OWNER_ZONES, -(s64)elsewhere_size(count));
		page_free(gib.blocks + gib.whole.first, blocks_order(count));
		page_free(gib.maps + gib.whole.first, maps_order(count));
	} else {
		ledger_add(OWNER_ZONES, -(s64)inside_size(count));
		ledger_add(OWNER_OFFLINE, (s64)inside_size(count));
	}
}

/* GiBs that [base, end) has part of. */
#define for_each_gib(index, base, end)                                                             \
	for (index = block_of(base) / BLOCKS_PER_GIB; index <= block_of((end)-1) / BLOCKS_PER_GIB; \
		index++)

/* Whether memory of a GiB is added beside [base, end). */
static bool is_shared(u32 index, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t from = gib_base(index), to = gib_base(index + 1);
	enum memory_state state;

	return (from < base && !ranges_are(from, base, MEMORY_OFFLINE, &state)) ||
	       (end < to && !ranges_are(end, to, MEMORY_OFFLINE, &state));
}

/* Metadata that nothing but [base, end) needs goes, so far as hotplug has made it. */
void metadata_detach(phys_addr_t base, phys_addr_t end)
{
	u32 index;

	for_each_gib(index, base, end)
	{
		enum giver giver = gib_giver(index);

		if (giver > GIVER_BOOT && !is_shared(index, base, end))
			detach(index, giver);
	}
}

/* The metadata inside a GiB's memory: false where it is not there. */
static bool metadata_inside(u32 index, phys_addr_t *base, phys_addr_t *end)
{
	if (gib_giver(index) != GIVER_ITSELF)
		return false;
	*base = __pa(gib_blocks(index));
	*end = *base + inside_size(gibs[index].whole.count);
	return true;
}

/* Whether metadata in [base, end) is for other memory, too, that is added. */
bool metadata_is_shared(phys_addr_t base, phys_addr_t end)
{
	phys_addr_t from, to;
	u32 index;

	for_each_gib(index, base, end)
	{
		if (metadata_inside(index, &from, &to) && from >= base && from < end &&
			is_shared(index, base, end))
			return true;
	}
	return false;
}

/* As ranges_part(), but in one GiB, and without metadata that is inside. */
bool usable_part(phys_addr_t *base, phys_addr_t *end, phys_addr_t limit)
{
	phys_addr_t from, to, gib_end;
	u32 index;

	while (ranges_part(base, end, limit)) {
		index = block_of(*base) / BLOCKS_PER_GIB;
		gib_end = gib_base(index + 1);
		if (*end > gib_end)
			*end = gib_end;
		if (!metadata_inside(index, &from, &to) || to <= *base || from >= *end)
			return true;
		if (from > *base) {
			*end = from;
			return true;
		}
		*end = to;
	}
	return false;
}

/* ---- All of a range ---- */

int metadata_cost(
	phys_addr_t base, phys_addr_t end, enum memory_where where, struct memory_cost *cost)
{
	u16 first, count;
	u32 index;

	for_each_gib(index, base, end)
	{
		if (gib_giver(index) != GIVER_NOBODY)
			continue;
		gib_span(index, &first, &count);
		if (!count)
			continue;
		if (where == METADATA_ELSEWHERE) {
			cost->metadata += (s64)elsewhere_size(count);
			cost->needed += elsewhere_size(count);
		} else if (room_inside(index, base, end, inside_size(count)) == PHYS_ADDR_MAX) {
			return -ENOSPC;
		} else {
			cost->metadata += (s64)inside_size(count);
			cost->inside += inside_size(count);
		}
	}
	return 0;
}

int metadata_attach_elsewhere(phys_addr_t base, phys_addr_t end)
{
	u16 first, count;
	u32 index;

	for_each_gib(index, base, end)
	{
		int err = 0;

		gib_span(index, &first, &count);
		if (count && gib_giver(index) == GIVER_NOBODY)
			err = attach_elsewhere(index);
		if (err) {
			metadata_detach(base, end);
			return err;
		}
	}
	return 0;
}

void metadata_attach_inside(phys_addr_t base, phys_addr_t end)
{
	u16 first, count;
	u32 index;

	for_each_gib(index, base, end)
	{
		gib_span(index, &first, &count);
		if (count && gib_giver(index) == GIVER_NOBODY)
			attach_inside(index, base, end);
	}
}
