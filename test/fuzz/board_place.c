/* SPDX-License-Identifier: BSD-2-Clause */
/* Where boot must place the areas that ask for it. */
#include "board_stages.h"
#include "cells.h"

#include <arch/page.h>
#include <mm/zone.h>
#include <molt/compiler.h>

static struct range places[BOARD_NODES];

static bool is_open(const struct cell *c)
{
	return c->ram && !c->hotpluggable && !c->unmapped && c->owner == NOBODY;
}

/* The highest place in [base, end), never page 0. */
static u64 find_highest(u64 size, u64 align, u64 base, u64 end)
{
	u64 found = 0;

	base = base < PAGE_SIZE ? PAGE_SIZE : base;
	for (unsigned int i = 0, next; i < cell_count; i = next) {
		u64 low = cells[i].base > base ? cells[i].base : base, high, at;

		for (next = i + 1; next < cell_count && is_open(&cells[i]); next++) {
			if (!is_open(&cells[next]) || !cells_are_one(&cells[i], &cells[next]))
				break;
		}
		if (!is_open(&cells[i]))
			continue;
		high = cells[next - 1].end < end ? cells[next - 1].end : end;
		if (high < size)
			continue;
		at = ALIGN_DOWN(high - size, align);
		if (low < high && at >= low)
			found = at;
	}
	return found;
}

/* 0: it is no power of 2 that the tree's cells can tell. */
static u64 wished_align(const struct board *board, const struct node *node)
{
	u64 align = PAGE_SIZE, least = PAGE_SIZE;

	if (node->flags & NODE_ALIGNED) {
		align = 1UL << node->number % 64;
		if (board->reserved_size_cells == 1)
			align = (u32)align;
		if (!align)
			return 0;
	}
	if (node->flags & NODE_REUSABLE && !node_is_unmapped(node))
		least = BLOCK_SIZE;
	return align > least ? align : least;
}

/* What is not mapped takes whole pages; 0: so many there cannot be. */
static u64 wished_size(const struct node *node)
{
	return node_is_unmapped(node) ? ALIGN_UP(node->size, PAGE_SIZE) : node->size;
}

static u64 find_place(const struct board *board, const struct node *node)
{
	u64 align = wished_align(board, node), size = wished_size(node), found = 0;

	if (!size || !align || board->reserved_size_cells > 2)
		return 0;
	if (!node->count)
		return find_highest(size, align, 0, CELLS_TOP);
	if (!cells_make_sense(board->reserved_address_cells, board->reserved_size_cells))
		return 0;
	for (unsigned int i = 0; i < node->count && !found; i++) {
		const struct range *range = &board->ranges[node->first + i];

		found = find_highest(size, align, range->base, cells_end(range->base, range->size));
	}
	return found;
}

void expect_places(const struct board *board)
{
	for (unsigned int i = 0; i < board->reserved_count; i++) {
		const struct node *node = &board->reserved[i];
		u64 base = 0;

		places[i].size = 0;
		if (node->dynamic && !(node->flags & NODE_DISABLED))
			base = find_place(board, node);
		if (!base)
			continue;
		places[i] = (struct range){base, wished_size(node)};
		for_each_cell(c, base, base + places[i].size)
			c->owner = (unsigned int)board_number(board, node);
		if (node_is_unmapped(node))
			expect_unmapped(base, base + places[i].size);
	}
}

struct range board_place(const struct board *board, const struct node *node)
{
	return places[node - board->reserved];
}
