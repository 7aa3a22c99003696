/* SPDX-License-Identifier: BSD-2-Clause */
/* From a board to its device tree. */
#include "board.h"

#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "../host/fdt_build.h"
#include "fuzz.h"

static void must(int err)
{
	MUST(!err, "building a tree: %s", fdt_strerror(err));
}

/* The cells of one property. */
static fdt32_t property[2 * 3 * BOARD_RANGES];
static unsigned int used;

static void put_number(u64 value, u32 width)
{
	for (u32 left = width; left; left--)
		property[used++] = left > 2 ? 0 : cpu_to_fdt32((u32)(value >> (32 * (left - 1))));
}

/* Three cells carry two; fewer than a value needs carry its low ones. */
static void put_ranges(const char *name, const struct range *ranges, unsigned int count,
	u32 address_cells, u32 size_cells)
{
	used = 0;
	for (unsigned int i = 0; i < count; i++) {
		put_number(ranges[i].base, address_cells);
		put_number(ranges[i].size, size_cells);
	}
	must(fdt_property(build, name, property, 4 * (int)used));
}

static void put_size(const char *name, u64 value, u32 size_cells)
{
	used = 0;
	put_number(value, size_cells);
	must(fdt_property(build, name, property, 4 * (int)used));
}

static void put_flags(const struct node *node)
{
	if (node->flags & NODE_DISABLED)
		build_text("status", "disabled");
	else if (node->flags & NODE_OKAY)
		build_text("status", "okay");
	if (node->flags & NODE_HOTPLUGGABLE)
		build_flag("hotpluggable");
	if (node->flags & NODE_NUMA)
		build_cells("numa-node-id", 1, node->number);
	if (node->flags & NODE_NO_MAP)
		build_flag("no-map");
	if (node->flags & NODE_REUSABLE)
		build_flag("reusable");
	if (node->flags & NODE_CMA_DEFAULT)
		build_flag("linux,cma-default");
}

static void write_memory(const struct board *board)
{
	for (unsigned int i = 0; i < board->memory_count; i++) {
		const struct node *node = &board->memory[i];
		char name[32];

		snprintf(name, sizeof(name), "memory@%x", i);
		build_node(name, "memory", NULL);
		put_flags(node);
		put_ranges("reg", &board->ranges[node->first], node->count, board->address_cells,
			board->size_cells);
		build_end();
	}
}

static void write_reserved_child(const struct board *board, const struct node *node, unsigned int i)
{
	u32 address_cells = board->reserved_address_cells, size_cells = board->reserved_size_cells;
	const struct range *ranges = &board->ranges[node->first];
	char name[32];

	snprintf(
		name, sizeof(name), "%s%u", node->flags & NODE_FIRMWARE ? "mmode_resv" : "area", i);
	build_node(name, NULL, NULL);
	put_flags(node);
	if (!node->dynamic) {
		put_ranges("reg", ranges, node->count, address_cells, size_cells);
	} else {
		put_size("size", node->size, size_cells);
		if (node->flags & NODE_ALIGNED)
			put_size("alignment", 1UL << node->number % 64, size_cells);
		if (node->count)
			put_ranges("alloc-ranges", ranges, node->count, address_cells, size_cells);
	}
	build_end();
}

static void write_reserved(const struct board *board)
{
	build_node("reserved-memory", NULL, NULL);
	build_cells("#address-cells", 1, board->reserved_address_cells);
	build_cells("#size-cells", 1, board->reserved_size_cells);
	build_flag("ranges");
	for (unsigned int i = 0; i < board->reserved_count; i++)
		write_reserved_child(board, &board->reserved[i], i);
	build_end();
}

static void put_mem(const struct board *board)
{
	char text[64];

	snprintf(text, sizeof(text), board->mem_at_base ? "mem=0x%lx@0x%lx" : "mem=%lu",
		board->mem.size, board->mem.base);
	build_text("bootargs", text);
}

static void write_chosen(const struct board *board)
{
	build_node("chosen", NULL, NULL);
	if (board->initrd_base || board->initrd_end) {
		put_size("linux,initrd-start", board->initrd_base, 2);
		put_size("linux,initrd-end", board->initrd_end, 2);
	}
	if (board->usable_count)
		put_ranges("linux,usable-memory-range", board->usable, board->usable_count,
			board->address_cells, board->size_cells);
	if (board->mem.size)
		put_mem(board);
	build_end();
}

/* Each order of the three. */
static void write_nodes(const struct board *board)
{
	static void (*const orders[][3])(const struct board *) = {
		{write_memory, write_reserved, write_chosen},
		{write_memory, write_chosen, write_reserved},
		{write_reserved, write_memory, write_chosen},
		{write_reserved, write_chosen, write_memory},
		{write_chosen, write_memory, write_reserved},
		{write_chosen, write_reserved, write_memory},
	};

	for (unsigned int i = 0; i < 3; i++)
		orders[board->layout % 6][i](board);
}

static void damage(const struct board *board, size_t size)
{
	for (unsigned int i = 0; i < board->damage_count; i++) {
		const struct op *op = &board->damages[i];
		size_t at = op->base % size, left = size - at;

		memcpy(build + at, &op->size, left < 1 + op->flags % 8 ? left : 1 + op->flags % 8);
	}
}

size_t board_write(const struct board *board)
{
	size_t size;

	must(fdt_create(build, BUILD_SIZE));
	for (unsigned int i = 0; i < board->reservation_count; i++)
		must(fdt_add_reservemap_entry(
			build, board->reservations[i].base, board->reservations[i].size));
	must(fdt_finish_reservemap(build));
	must(fdt_begin_node(build, ""));
	build_cells("#address-cells", 1, board->address_cells);
	build_cells("#size-cells", 1, board->size_cells);
	write_nodes(board);
	size = build_finish();
	damage(board, size);
	return size;
}
