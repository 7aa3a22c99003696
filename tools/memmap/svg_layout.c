// SPDX-License-Identifier: BSD-2-Clause
#include "svg_layout.h"

#include <stdlib.h>

#define BAR_HEIGHT 560 /* of all banks together, or more where labels need it */
#define LABEL_MAX  100

/* ---- Pieces ---- */

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/* Every address where an entry begins or ends, ascending. */
static u64 *find_edges(const struct board_map *map, unsigned long *count)
{
	unsigned long i, n = 0;
	u64 *edges = calloc(2 * (map->memory.count + map->reserved.count), sizeof(*edges));

	if (!edges)
		fail("no memory");
	for (i = 0; i < map->memory.count; i++) {
		edges[n++] = map->memory.memory[i].base;
		edges[n++] = map->memory.memory[i].base + map->memory.memory[i].size;
	}
	for (i = 0; i < map->reserved.count; i++) {
		edges[n++] = map->reserved.reserved[i].base;
		edges[n++] = map->reserved.reserved[i].base + map->reserved.reserved[i].size;
	}
	qsort(edges, n, sizeof(*edges), compare);
	*count = n;
	return edges;
}

static void cut_pieces(const struct board_map *map, struct svg_layout *layout)
{
	const struct map_memory *memory = map->memory.memory;
	const struct map_memory *memory_end = memory + map->memory.count;
	const struct map_reserved *reserved = map->reserved.reserved;
	const struct map_reserved *reserved_end = reserved + map->reserved.count;
	unsigned long count, i;
	u64 *edges = find_edges(map, &count);

	layout->pieces = calloc(count, sizeof(*layout->pieces));
	if (!layout->pieces)
		fail("no memory");
	for (i = 0; i + 1 < count; i++) {
		struct svg_piece *piece = &layout->pieces[layout->piece_count];
		phys_addr_t base = edges[i];

		while (memory < memory_end && memory->base + memory->size <= base)
			memory++;
		while (reserved < reserved_end && reserved->base + reserved->size <= base)
			reserved++;
		piece->base = base;
		piece->end = edges[i + 1];
		piece->memory = memory < memory_end && memory->base <= base ? memory : NULL;
		piece->reserved =
			reserved < reserved_end && reserved->base <= base ? reserved : NULL;
		if (piece->base < piece->end && (piece->memory || piece->reserved))
			layout->piece_count++;
	}
	free(edges);
}

/* ---- The scale ---- */

/* A gap as wide as this would take room from what there is to see. */
static phys_addr_t widest_gap(const struct svg_layout *layout)
{
	phys_addr_t bytes = 0;
	unsigned long i;

	for (i = 0; i < layout->piece_count; i++)
		bytes += layout->pieces[i].end - layout->pieces[i].base;
	return bytes / 24;
}

static void find_banks(struct svg_layout *layout)
{
	phys_addr_t gap = widest_gap(layout);
	struct svg_bank *bank = NULL;
	unsigned long i;

	layout->banks = calloc(layout->piece_count, sizeof(*layout->banks));
	if (!layout->banks)
		fail("no memory");
	for (i = 0; i < layout->piece_count; i++) {
		const struct svg_piece *piece = &layout->pieces[i];

		if (!bank || piece->base - bank->end > gap) {
			bank = &layout->banks[layout->bank_count++];
			bank->base = piece->base;
		}
		bank->end = piece->end;
	}
}

static void scale(struct svg_layout *layout, double height)
{
	struct svg_piece *piece = layout->pieces;
	double bytes = 0, top = 0;
	unsigned long i;

	for (i = 0; i < layout->bank_count; i++)
		bytes += (double)(layout->banks[i].end - layout->banks[i].base);
	for (i = 0; i < layout->bank_count; i++) {
		struct svg_bank *bank = &layout->banks[i];

		bank->top = top;
		bank->height = (double)(bank->end - bank->base) / bytes * height;
		top += bank->height + SVG_BREAK;
		for (; piece < layout->pieces + layout->piece_count && piece->end <= bank->end;
			piece++) {
			piece->top =
				bank->top + (double)(piece->base - bank->base) / bytes * height;
			piece->height = (double)(piece->end - piece->base) / bytes * height;
		}
	}
	layout->height = top - SVG_BREAK;
}

/* ---- Labels ---- */

/* The size from which on a range has a label, so that no more than LABEL_MAX have one. */
static u64 least_labelled(const struct board_map *map)
{
	unsigned long count = map->reserved.count, i;
	u64 *sizes, least = 0;

	if (count <= LABEL_MAX)
		return 0;
	sizes = calloc(count, sizeof(*sizes));
	if (!sizes)
		fail("no memory");
	for (i = 0; i < count; i++)
		sizes[i] = map->reserved.reserved[i].size;
	qsort(sizes, count, sizeof(*sizes), compare);
	least = sizes[count - LABEL_MAX];
	free(sizes);
	return least;
}

static void choose_labels(const struct board_map *map, struct svg_layout *layout)
{
	const u64 least = least_labelled(map);
	unsigned long i;

	layout->labels = calloc(map->reserved.count + 1, sizeof(*layout->labels));
	if (!layout->labels)
		fail("no memory");
	for (i = 0; i < map->reserved.count && layout->label_count < LABEL_MAX; i++) {
		if (map->reserved.reserved[i].size >= least)
			layout->labels[layout->label_count++].reserved = &map->reserved.reserved[i];
	}
	layout->unlabelled = map->reserved.count - layout->label_count;
}

/* Each label beside the middle of its range, or as near to it as the others leave room. */
static void place_labels(struct svg_layout *layout)
{
	struct svg_piece *piece = layout->pieces;
	double line = -SVG_LINE, bottom;
	unsigned long i;

	for (i = 0; i < layout->label_count; i++) {
		struct svg_label *label = &layout->labels[i];

		while (piece->reserved != label->reserved)
			piece++;
		label->at = piece->top + piece->height / 2;
		line = label->at > line + SVG_LINE ? label->at : line + SVG_LINE;
		label->line = line;
	}
	bottom = layout->height;
	for (i = layout->label_count; i-- > 0 && layout->labels[i].line > bottom;) {
		layout->labels[i].line = bottom;
		bottom -= SVG_LINE;
	}
}

void svg_lay_out(const struct board_map *map, struct svg_layout *layout)
{
	double needed;

	cut_pieces(map, layout);
	find_banks(layout);
	choose_labels(map, layout);
	needed = (double)layout->label_count * SVG_LINE;
	scale(layout, needed > BAR_HEIGHT ? needed : BAR_HEIGHT);
	place_labels(layout);
}
