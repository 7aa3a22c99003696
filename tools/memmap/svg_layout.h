/* SPDX-License-Identifier: BSD-2-Clause */
/* Where on the page each piece of the address space is drawn. */
#ifndef TOOLS_MEMMAP_SVG_LAYOUT_H
#define TOOLS_MEMMAP_SVG_LAYOUT_H

#include "map.h"

/* Lengths are in pixels, from the top of the drawing down. */

/* A stretch of addresses that one entry of each list at most has a say in. */
struct svg_piece {
	phys_addr_t base, end;
	const struct map_memory *memory;     /* NULL: no RAM */
	const struct map_reserved *reserved; /* NULL: free */
	double top, height;
};

/* Pieces without a wide gap between them; between banks the scale is broken. */
struct svg_bank {
	phys_addr_t base, end;
	double top, height;
};

/* The line of text beside a reserved range, and the height on the bar that it speaks of. */
struct svg_label {
	const struct map_reserved *reserved;
	double at, line;
};

struct svg_layout {
	struct svg_piece *pieces;
	struct svg_bank *banks;
	struct svg_label *labels;
	unsigned long piece_count, bank_count, label_count;
	unsigned long unlabelled; /* the smaller ranges, where there are too many */
	double height;
};

#define SVG_LINE  17 /* from one label to the next */
#define SVG_BREAK 34 /* between two banks */

/* All banks are on one scale: a byte is as high in each of them. */
void svg_lay_out(const struct board_map *map, struct svg_layout *layout);

#endif
