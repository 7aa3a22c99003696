// SPDX-License-Identifier: BSD-2-Clause
/*
 * memblock's own rules, held against its tables: ascending, apart from each other, no entry
 * more than the contents need, sums that are right, and room of their own. [DEBUG_MEMBLOCK]
 */
#include "memblock_internal.h"

#include <arch/page.h>
#include <mm/boot.h>
#include <molt/panic.h>

#define RANGE	    "[0x%016lx-0x%016lx]"
#define RANGE_OF(r) (r)->base, memblock_region_end(r) - 1

static void verify_entry(const struct memblock_type *type, unsigned long i)
{
	const struct memblock_region *r = &type->regions[i];

	if (!r->size || r->size > PHYS_ADDR_MAX - r->base)
		panic("memblock: %s[%lu] is empty, or has no end: base %lx, size %lx", type->name,
			i, r->base, r->size);
}

static void verify_neighbours(const struct memblock_type *type, unsigned long i)
{
	const struct memblock_region *low = &type->regions[i - 1], *high = low + 1;

	if (high->base < memblock_region_end(low))
		panic("memblock: %s[%lu] " RANGE " overlaps %s[%lu] " RANGE, type->name, i - 1,
			RANGE_OF(low), type->name, i, RANGE_OF(high));
	if (high->base == memblock_region_end(low) && high->flags == low->flags &&
		memblock_get_region_node(high) == memblock_get_region_node(low))
		panic("memblock: %s[%lu] " RANGE " and %s[%lu] " RANGE " are one", type->name,
			i - 1, RANGE_OF(low), type->name, i, RANGE_OF(high));
}

static void verify_entries(const struct memblock_type *type)
{
	phys_addr_t total = 0;
	unsigned long i;

	if (type->cnt > type->max)
		panic("memblock: %s has %lu entries, and room for %lu", type->name, type->cnt,
			type->max);
	for (i = 0; i < type->cnt; i++) {
		verify_entry(type, i);
		if (i)
			verify_neighbours(type, i);
		total += type->regions[i].size;
	}
	if (total != type->total_size)
		panic("memblock: %s has %lu bytes, and counts %lu", type->name, total,
			type->total_size);
}

/* A table that is not the static one has memory of its own, in the linear map once there is one. */
static void verify_room(const struct memblock_type *type, const struct memblock_region *first)
{
	const struct memblock_region *r;
	phys_addr_t base, end, reserved = 0;

	if (type->regions == first || !stage_reached(STAGE_MAPPED))
		return;
	base = __pa(type->regions);
	end = base + type->max * sizeof(*r);
	for_each_reserved_mem_region(r)
		reserved += memblock_bytes_within(r, base, end);
	if (reserved != end - base)
		panic("memblock: the table of %s, [0x%016lx-0x%016lx], is not reserved", type->name,
			base, end - 1);
}

void memblock_verify(void)
{
	verify_entries(&memblock.memory);
	verify_entries(&memblock.reserved);
	verify_room(&memblock.memory, memblock_first_memory);
	verify_room(&memblock.reserved, memblock_first_reserved);
}
