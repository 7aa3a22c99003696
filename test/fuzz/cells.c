/* SPDX-License-Identifier: BSD-2-Clause */
#include "cells.h"

#include <string.h>

#include "fuzz.h"

struct cell cells[CELLS_MAX];
unsigned int cell_count;

void cells_clear(void)
{
	cells[0] = (struct cell){.base = 0, .end = CELLS_TOP, .owner = NOBODY};
	cell_count = 1;
}

bool cells_are_one(const struct cell *a, const struct cell *b)
{
	return a->ram && b->ram && a->hotpluggable == b->hotpluggable &&
	       a->unmapped == b->unmapped && a->nid == b->nid;
}

u64 cells_end(u64 base, u64 size)
{
	return size > CELLS_TOP - base ? CELLS_TOP : base + size;
}

u64 cells_up(u64 end, u64 align)
{
	u64 last = (end - 1) | (align - 1);

	return last == CELLS_TOP ? CELLS_TOP : last + 1;
}

/* The number of the cell that holds @at; cell_count for the top. */
static unsigned int find(u64 at)
{
	unsigned int low = 0, high = cell_count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (cells[middle].end > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

unsigned int cells_cut(u64 at)
{
	unsigned int i = find(at);

	if (i == cell_count || cells[i].base == at)
		return i;
	MUST(cell_count < CELLS_MAX, "a board of too many ranges");
	memmove(&cells[i + 1], &cells[i], (cell_count - i) * sizeof(cells[0]));
	cell_count++;
	cells[i].end = at;
	cells[i + 1].base = at;
	return i + 1;
}
