/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What boot must make of a board, told cell by cell, in the order in which those come who may
 * take memory. Shares nothing with the kernel but constants, and where it put its own tables.
 */
#include "../../mm/map_internal.h"
#include "board.h"
#include "cells.h"

#include <arch/page.h>
#include <arch/paging.h>
#include <mm/numa.h>
#include <mm/reserved.h>
#include <mm/zone.h>
#include <molt/compiler.h>

#include "board_stages.h"
#include "fuzz.h"

u64 board_number(const struct board *board, const struct node *node)
{
	unsigned int number = OWNER_AREA;

	for (const struct node *n = board->reserved; n < node; n++)
		number += !(n->flags & NODE_DISABLED);
	return number;
}

bool node_is_unmapped(const struct node *node)
{
	return node->flags & (NODE_NO_MAP | NODE_FIRMWARE);
}

static bool range_has(const struct range *range, u64 base, u64 end)
{
	return range->base <= base && cells_end(range->base, range->size) >= end;
}

/* Whether each byte of the range has what the expression on its cell, c, says. */
#define all_of(base, end, expression)              \
	({                                         \
		bool all = true;                   \
		for_each_cell(c, base, end) {      \
			all = all && (expression); \
		}                                  \
		all;                               \
	})

/* ---- The tree ---- */

/* One that is too large counts as 0. */
static unsigned int nid_of(const struct node *node)
{
	return node->flags & NODE_NUMA && node->number < NODES_MAX ? node->number : 0;
}

static void expect_memory(const struct board *board)
{
	for (unsigned int i = 0; i < board->memory_count; i++) {
		const struct node *node = &board->memory[i];

		for (unsigned int j = 0; j < node->count && !(node->flags & NODE_DISABLED); j++) {
			const struct range *range = &board->ranges[node->first + j];

			for_each_cell(c, range->base, cells_end(range->base, range->size)) {
				if (c->ram)
					continue;
				c->ram = true;
				c->hotpluggable = node->flags & NODE_HOTPLUGGABLE;
				c->nid = nid_of(node);
			}
		}
	}
}

/* Whoever comes first; but what is not to be mapped is not, so that one overrules. */
static void expect_areas(const struct board *board)
{
	for (unsigned int i = 0; i < board->reserved_count; i++) {
		const struct node *node = &board->reserved[i];

		if (node->flags & NODE_DISABLED || node->dynamic)
			continue;
		for (unsigned int j = 0; j < node->count; j++) {
			const struct range *range = &board->ranges[node->first + j];

			for_each_cell(c, range->base, cells_end(range->base, range->size)) {
				if (c->owner == NOBODY || node_is_unmapped(node))
					c->owner = (unsigned int)board_number(board, node);
			}
		}
	}
}

/* Where the kernel put its tables is its own choice, of RAM that nobody has. */
static void expect_room(void)
{
	u64 base = map_room.base, end = base + map_room.size;

	if (!map_room.size)
		return;
	MUST(all_of(base, end, c->ram && c->owner == NOBODY), "boot's tables at [%lx, %lx)", base,
		end);
	for_each_cell(c, base, end)
		c->owner = OWNER_MEMBLOCK;
}

/* ---- Limits ---- */

struct extent {
	u64 base, end;
};

/* What no limit may leave out. Returns how many. */
static unsigned int needed(const struct board *board, struct extent *extents)
{
	unsigned int count = 0;

	if (board->kernel[0].size)
		extents[count++] = (struct extent){
			board->kernel[0].base, board->kernel[1].base + board->kernel[1].size};
	if (map_room.size)
		extents[count++] = (struct extent){map_room.base, map_room.base + map_room.size};
	return count;
}

static bool usable_has(const struct board *board, const struct extent *extent)
{
	for (unsigned int i = 0; i < board->usable_count; i++) {
		if (range_has(&board->usable[i], extent->base, extent->end))
			return true;
	}
	return false;
}

static void expect_usable(const struct board *board)
{
	struct extent extents[2];
	unsigned int count = needed(board, extents);

	if (!board->usable_count || board->usable_count > USABLE_MAX ||
		!cells_make_sense(board->address_cells, board->size_cells))
		return;
	for (unsigned int i = 0; i < count; i++) {
		if (!usable_has(board, &extents[i]))
			return;
	}
	for (unsigned int i = 0; i < board->usable_count; i++) {
		const struct range *range = &board->usable[i];

		cells_cut(range->base);
		cells_cut(cells_end(range->base, range->size));
	}
	for (struct cell *c = cells; c < cells + cell_count; c++) {
		const struct extent extent = {c->base, c->end};

		c->ram = c->ram && usable_has(board, &extent);
	}
}

static u64 ram_below(u64 end)
{
	u64 bytes = 0;

	for_each_cell(c, 0, end)
		bytes += c->ram ? c->end - c->base : 0;
	return bytes;
}

static void keep_only(u64 base, u64 end)
{
	for_each_cell(below, 0, base) {
		below->ram = false;
		below->owner = NOBODY;
	}
	for_each_cell(above, end, CELLS_TOP) {
		above->ram = false;
		above->owner = NOBODY;
	}
}

static void keep_lowest(u64 bytes)
{
	for (struct cell *c = cells; c < cells + cell_count; c++) {
		if (!c->ram)
			continue;
		if (bytes <= c->end - c->base) {
			keep_only(0, c->base + bytes);
			return;
		}
		bytes -= c->end - c->base;
	}
}

static void expect_mem(const struct board *board)
{
	const struct range *mem = &board->mem;
	struct extent extents[2];
	unsigned int count = needed(board, extents);

	if (!mem->size)
		return;
	for (unsigned int i = 0; i < count; i++) {
		if (board->mem_at_base ? !range_has(mem, extents[i].base, extents[i].end)
				       : ram_below(extents[i].end) > mem->size)
			return;
	}
	if (board->mem_at_base)
		keep_only(mem->base, cells_end(mem->base, mem->size));
	else
		keep_lowest(mem->size);
}

static bool any_ram(void)
{
	return ram_below(CELLS_TOP);
}

static void expect_linear_map(void)
{
	u64 first = 0, end;

	while (!cells[first].ram)
		first++;
	end = cells_end(ALIGN_DOWN(cells[first].base, LINEAR_ALIGN), linear_window_size);
	for_each_cell(c, end, CELLS_TOP)
		c->ram = false;
}

/* ---- Who has what ---- */

void expect_unmapped(u64 base, u64 end)
{
	for_each_cell(c, ALIGN_DOWN(base, PAGE_SIZE), cells_up(end, PAGE_SIZE))
		c->unmapped = c->ram;
}

/* Which of the areas, by their number, are not to be mapped. */
static bool unmapped_areas[BOARD_NODES];

static void note_unmapped_areas(const struct board *board)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < board->reserved_count; i++) {
		if (!(board->reserved[i].flags & NODE_DISABLED))
			unmapped_areas[count++] = node_is_unmapped(&board->reserved[i]);
	}
}

static bool owner_is_unmapped(unsigned int owner)
{
	return owner != NOBODY && owner >= OWNER_AREA && unmapped_areas[owner - OWNER_AREA];
}

/* Cells that are found are not cut by what is done to others: the number goes on. */
static void expect_all_unmapped(const struct board *board)
{
	note_unmapped_areas(board);
	for (unsigned int i = 0; i < cell_count; i++) {
		struct cell c = cells[i];

		if (owner_is_unmapped(c.owner)) {
			expect_unmapped(c.base, c.end);
			i = cells_cut(c.end) - 1;
		}
	}
}

static const char *expect_kernel(const struct board *board)
{
	u64 base = board->kernel[0].base, end;
	unsigned int nid;

	if (!board->kernel[0].size)
		return NULL;
	end = board->kernel[1].base + board->kernel[1].size;
	if (!all_of(base, end, c->ram))
		return "RAM does not hold the kernel";
	if (!all_of(base, end, !owner_is_unmapped(c->owner)))
		return "lies where nothing may be mapped";
	nid = cells[cells_cut(base)].nid;
	for_each_cell(c, ALIGN_DOWN(base, BLOCK_SIZE), ALIGN_UP(end, BLOCK_SIZE)) {
		c->hotpluggable = false;
		c->nid = nid;
	}
	for (const struct kernel_part *part = board->kernel; part->size; part++) {
		for_each_cell(c, part->base, part->base + part->size)
			c->owner = part->owner;
	}
	return NULL;
}

/* Blocks that have boot's tables are not left alone, as the kernel's are not. */
static void expect_room_online(void)
{
	u64 end = map_room.base + map_room.size;

	if (!map_room.size)
		return;
	for_each_cell(c, ALIGN_DOWN(map_room.base, BLOCK_SIZE), cells_up(end, BLOCK_SIZE))
		c->hotpluggable = false;
}

/* What of the range nobody has. */
static void expect_claim(u64 base, u64 end, unsigned int owner)
{
	for_each_cell(c, base, end) {
		if (c->owner == NOBODY)
			c->owner = owner;
	}
}

/* Honoured where all of it is free, and memory that the kernel can read. */
static void expect_initrd(const struct board *board)
{
	u64 base = board->initrd_base, end = board->initrd_end;

	if (base < end && all_of(base, end, c->ram && !c->unmapped && c->owner == NOBODY))
		expect_claim(base, end, OWNER_INITRAMFS);
}

/* An entry of size 0 ends the block, wherever it is: so every reader of trees has it. */
static void expect_reservations(const struct board *board)
{
	for (unsigned int i = 0; i < board->reservation_count; i++) {
		const struct range *range = &board->reservations[i];

		if (!range->size)
			return;
		expect_claim(range->base, cells_end(range->base, range->size), OWNER_RESERVED);
	}
}

/* The number of the cell behind those that are one with cell @first. */
static unsigned int run_end(unsigned int first)
{
	unsigned int next = first + 1;

	while (next < cell_count && cells_are_one(&cells[first], &cells[next]))
		next++;
	return next;
}

/* A page that is not of one kind of memory cannot be handed out. */
static void expect_partial_pages(void)
{
	for (unsigned int i = 0, next; i < cell_count; i = next) {
		const struct cell first = cells[i];
		u64 end, down;

		next = run_end(i);
		end = cells[next - 1].end;
		down = ALIGN_DOWN(end, PAGE_SIZE);
		if (!first.ram)
			continue;
		if (first.unmapped || first.base > CELLS_TOP - PAGE_SIZE ||
			ALIGN_UP(first.base, PAGE_SIZE) >= down) {
			expect_claim(first.base, end, OWNER_UNUSABLE);
		} else {
			expect_claim(first.base, ALIGN_UP(first.base, PAGE_SIZE), OWNER_UNUSABLE);
			expect_claim(down, end, OWNER_UNUSABLE);
		}
		next = end == CELLS_TOP ? cell_count : cells_cut(end);
	}
}

/* Memory that zones are made of at boot. */
static bool is_zones(const struct cell *c)
{
	return c->ram && !c->hotpluggable && !c->unmapped;
}

/* A block belongs to the node that has the lowest of it: what others have of it is no use. */
static void expect_shared_blocks(void)
{
	u64 block_end = 0;
	unsigned int nid = 0;

	for (unsigned int i = 0, next; i < cell_count; i = next) {
		const struct cell first = cells[i];
		u64 end, shared;

		next = run_end(i);
		end = cells[next - 1].end;
		if (!is_zones(&first))
			continue;
		shared = end < block_end ? end : block_end;
		if (first.base < block_end && first.nid != nid) {
			expect_claim(first.base, shared, OWNER_UNUSABLE);
			next = end == CELLS_TOP ? cell_count : cells_cut(end);
		}
		if (end > block_end) {
			block_end = cells_up(end, BLOCK_SIZE);
			nid = first.nid;
		}
	}
}

/* ---- In order ---- */

bool cells_make_sense(u32 address_cells, u32 size_cells)
{
	return address_cells >= 1 && address_cells <= 2 && size_cells <= 2;
}

/* Static ranges of nodes that count must be there, and in cells that boot can read. */
static bool nodes_make_sense(
	const struct node *nodes, unsigned int count, u32 address_cells, u32 size_cells)
{
	for (const struct node *node = nodes; node < nodes + count; node++) {
		if (!(node->flags & NODE_DISABLED) && !node->dynamic &&
			(!node->count || !cells_make_sense(address_cells, size_cells)))
			return false;
	}
	return true;
}

static const char *expect_tree(const struct board *board)
{
	if (!nodes_make_sense(
		    board->memory, board->memory_count, board->address_cells, board->size_cells) ||
		!nodes_make_sense(board->reserved, board->reserved_count,
			board->reserved_address_cells, board->reserved_size_cells))
		return ": reg: ";
	expect_memory(board);
	expect_areas(board);
	return any_ram() ? NULL : "the FDT has no memory";
}

const char *board_expect(const struct board *board)
{
	const char *end;

	cells_clear();
	end = expect_tree(board);
	if (end)
		return end;
	expect_room();
	expect_usable(board);
	expect_mem(board);
	if (!any_ram())
		return "no memory is left to use";
	expect_linear_map();
	expect_all_unmapped(board);
	end = expect_kernel(board);
	if (end)
		return end;
	expect_room_online();
	expect_initrd(board);
	expect_reservations(board);
	if (board->fdt != PHYS_ADDR_MAX)
		expect_claim(board->fdt, ALIGN_UP(board->fdt + board->size, PAGE_SIZE), OWNER_FDT);
	expect_partial_pages();
	expect_shared_blocks();
	expect_places(board);
	return NULL;
}
