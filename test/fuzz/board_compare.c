/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblock holds, beside what it must hold. */
#include "board_stages.h"
#include "cells.h"

#include <mm/memblock.h>
#include <mm/reserved.h>
#include <mm/zone.h>
#include <molt/compiler.h>

#include "fuzz.h"

/* The entry that a cell lies in, wholly; NULL where no byte of it is in any. */
static const struct memblock_region *entry_of(
	const struct memblock_type *type, const struct cell *c)
{
	for (unsigned long i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];

		if (r->base >= c->end || r->base + r->size <= c->base)
			continue;
		MUST(r->base <= c->base && r->base + r->size >= c->end,
			"%s: [%lx + %lx) ends within [%lx, %lx)", type->name, r->base, r->size,
			c->base, c->end);
		return r;
	}
	return NULL;
}

static void compare_cell(const struct cell *c)
{
	const struct memblock_region *ram = entry_of(&memblock.memory, c);
	const struct memblock_region *taken = entry_of(&memblock.reserved, c);
	unsigned int owner = taken ? memblock_region_owner(taken) : NOBODY;

	MUST(c->ram == !!ram, "[%lx, %lx): RAM %d", c->base, c->end, c->ram);
	MUST(!ram || c->hotpluggable == memblock_is_hotpluggable(ram),
		"[%lx, %lx): hotpluggable %d", c->base, c->end, c->hotpluggable);
	MUST(!ram || c->unmapped == memblock_is_nomap(ram), "[%lx, %lx): unmapped %d", c->base,
		c->end, c->unmapped);
	MUST(!ram || (int)c->nid == memblock_get_region_node(ram), "[%lx, %lx): node %d", c->base,
		c->end, c->nid);
	MUST(c->owner == owner, "[%lx, %lx): owner %d, not %d", c->base, c->end, (int)owner,
		(int)c->owner);
}

/* ---- Areas ---- */

/* The first range of some size that the area has, as a node or as boot placed it. */
static struct range first_range(const struct board *board, const struct node *node)
{
	const struct range *range = &board->ranges[node->first];

	if (node->dynamic)
		return board_place(board, node);
	for (unsigned int i = 1;
		i < node->count && cells_end(range->base, range->size) == range->base; i++)
		range++;
	return *range;
}

/* Whole blocks of plain RAM, of one entry, that are its own and all that is its own there. */
static bool can_be_lent(const struct board *board, const struct node *node)
{
	struct range range = first_range(board, node);
	u64 end = cells_end(range.base, range.size), number = board_number(board, node);
	struct cell first;

	if (!(node->flags & NODE_REUSABLE) || node_is_unmapped(node) || !range.size ||
		!IS_ALIGNED(range.base | range.size, BLOCK_SIZE))
		return false;
	first = cells[cells_cut(range.base)];
	if (!first.ram || first.hotpluggable || first.unmapped)
		return false;
	for (const struct cell *c = cells; c < cells + cell_count; c++) {
		bool inside = c->base >= range.base && c->base < end;

		if (inside && (!cells_are_one(c, &first) || c->owner != number))
			return false;
		if (!inside && c->owner == number)
			return false;
	}
	return true;
}

static void compare_area(const struct board *board, const struct node *node)
{
	const struct reserved_area *area = reserved_area((unsigned int)board_number(board, node));
	struct range range = first_range(board, node);
	bool lent = area->owner == OWNER_CMA;

	MUST(area->size == cells_end(range.base, range.size) - range.base &&
			(!area->size || area->base == range.base),
		"%s is at [%lx + %lx), not [%lx + %lx)", reserved_area_name(area), area->base,
		area->size, range.base, range.size);
	MUST(lent == can_be_lent(board, node), "%s: lent %d", reserved_area_name(area), lent);
	MUST(lent || area->owner == (node->flags & NODE_FIRMWARE ? OWNER_FIRMWARE : OWNER_RESERVED),
		"%s: owner %d", reserved_area_name(area), area->owner);
}

void board_compare(const struct board *board)
{
	u32 areas = 0;

	for (const struct cell *c = cells; c < cells + cell_count; c++)
		compare_cell(c);
	for (unsigned int i = 0; i < board->reserved_count; i++) {
		if (board->reserved[i].flags & NODE_DISABLED)
			continue;
		compare_area(board, &board->reserved[i]);
		areas++;
	}
	MUST(areas == reserved_areas.count, "%u areas, not %u", reserved_areas.count, areas);
}
