/* SPDX-License-Identifier: BSD-2-Clause */
/* From a program to a board. */
#include "board.h"

#include <string.h>

/* The node that a range of either kind goes to. */
struct decoder {
	struct board *board;
	struct node *memory, *reserved;
};

/* Ranges lie in the order in which they come: only the last node, and the last of its kind, grows.
 */
static bool can_grow(const struct board *board, const struct node *node)
{
	return node && node->first + node->count == board->range_count;
}

static void add_ranges(struct board *board, struct node *node, const struct op *op)
{
	u64 base = op->base;

	if (!can_grow(board, node))
		return;
	for (unsigned int i = 0; i <= op->repeat && board->range_count < BOARD_RANGES; i++) {
		board->ranges[board->range_count++] = (struct range){base, op->size};
		node->count++;
		base += 2 * op->size;
	}
}

/* The next of @nodes; the last one again where there is no room. */
static struct node *add_node(
	const struct board *board, struct node *nodes, unsigned int *count, const struct op *op)
{
	if (*count == BOARD_NODES)
		return &nodes[BOARD_NODES - 1];
	nodes[*count] = (struct node){
		.flags = op->flags,
		.number = op->number,
		.first = board->range_count,
	};
	return &nodes[(*count)++];
}

static void decode_reserved(struct decoder *to, const struct op *op)
{
	struct board *board = to->board;

	switch (op->kind % OP_COUNT) {
	case OP_RESERVED:
		to->reserved = add_node(board, board->reserved, &board->reserved_count, op);
		add_ranges(board, to->reserved, op);
		break;
	case OP_RESERVED_RANGE:
		if (to->reserved && !to->reserved->dynamic)
			add_ranges(board, to->reserved, op);
		break;
	case OP_DYNAMIC:
		to->reserved = add_node(board, board->reserved, &board->reserved_count, op);
		if (!to->reserved->count) {
			to->reserved->dynamic = true;
			to->reserved->size = op->size;
		}
		break;
	case OP_ALLOC_RANGE:
		if (to->reserved && to->reserved->dynamic)
			add_ranges(board, to->reserved, op);
		break;
	case OP_RESERVATION:
		if (board->reservation_count < BOARD_RESERVATIONS)
			board->reservations[board->reservation_count++] =
				(struct range){op->base, op->size};
		break;
	}
}

/* Where something can lie for which no code reckons with the top: whole pages. */
#define REAL_ADDRESS 0x00fffffffffff000

static void put_kernel(struct board *board, u64 base)
{
	board->kernel[0] = (struct kernel_part){base, 0x3000, OWNER_TEXT};
	board->kernel[1] = (struct kernel_part){base + 0x3000, 0x15000, OWNER_INIT};
	board->kernel[2].size = 0;
}

static void decode_rest(struct decoder *to, const struct op *op)
{
	struct board *board = to->board;

	switch (op->kind % OP_COUNT) {
	case OP_MEMORY:
		to->memory = add_node(board, board->memory, &board->memory_count, op);
		add_ranges(board, to->memory, op);
		break;
	case OP_MEMORY_RANGE:
		add_ranges(board, to->memory, op);
		break;
	case OP_INITRD:
		board->initrd_base = op->base;
		board->initrd_end = op->base + op->size;
		break;
	case OP_USABLE:
		if (board->usable_count < BOARD_USABLE)
			board->usable[board->usable_count++] = (struct range){op->base, op->size};
		break;
	case OP_MEM:
		board->mem = (struct range){op->base, op->size};
		board->mem_at_base = op->flags & MEM_AT_BASE;
		break;
	case OP_KERNEL:
		put_kernel(board, op->base & REAL_ADDRESS);
		break;
	case OP_FDT:
		board->fdt = op->base & REAL_ADDRESS;
		break;
	case OP_CELLS:
		board->address_cells = op->number & 3;
		board->size_cells = op->number >> 2 & 3;
		board->reserved_address_cells = op->number >> 4 & 3;
		board->reserved_size_cells = op->number >> 6 & 3;
		break;
	case OP_LAYOUT:
		board->layout = op->number;
		break;
	case OP_DAMAGE:
		if (board->damage_count < BOARD_DAMAGES)
			board->damages[board->damage_count++] = *op;
		break;
	}
}

/* @value as it comes back from that many cells. */
static u64 told(u64 value, u32 cells)
{
	return cells == 0 ? 0 : cells == 1 ? (u32)value : value;
}

static void tell(struct board *board, const struct node *node, u32 address_cells, u32 size_cells)
{
	for (unsigned int i = node->first; i < node->first + node->count; i++) {
		board->ranges[i].base = told(board->ranges[i].base, address_cells);
		board->ranges[i].size = told(board->ranges[i].size, size_cells);
	}
}

/* From here on the board has no number that its tree cannot tell. */
static void tell_all(struct board *board)
{
	u32 address_cells = board->reserved_address_cells, size_cells = board->reserved_size_cells;
	unsigned int i;

	for (i = 0; i < board->usable_count; i++) {
		board->usable[i].base = told(board->usable[i].base, board->address_cells);
		board->usable[i].size = told(board->usable[i].size, board->size_cells);
	}
	for (i = 0; i < board->memory_count; i++)
		tell(board, &board->memory[i], board->address_cells, board->size_cells);
	for (i = 0; i < board->reserved_count; i++) {
		tell(board, &board->reserved[i], address_cells, size_cells);
		board->reserved[i].size = told(board->reserved[i].size, size_cells);
	}
}

void board_decode(struct board *board, const u8 *program, size_t size, enum board_style style)
{
	const struct op ram = {OP_MEMORY, 0, 0, 0, 0x80000000, 0x8000000};
	struct decoder to = {.board = board};
	struct op op;

	memset(board, 0, sizeof(*board));
	board->fdt = PHYS_ADDR_MAX;
	board->address_cells = board->size_cells = 2;
	board->reserved_address_cells = board->reserved_size_cells = 2;
	if (style == BOARD_RESERVED)
		decode_rest(&to, &ram);
	for (; size >= sizeof(op); program += sizeof(op), size -= sizeof(op)) {
		memcpy(&op, program, sizeof(op));
		decode_reserved(&to, &op);
		if (style == BOARD_ANY)
			decode_rest(&to, &op);
	}
	tell_all(board);
}
