/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address space as a row of cells, each of one kind: the fuzzers' own book of who has
 * what, kept with nothing of the kernel's. A change cuts cells at its ends; none are merged.
 */
#ifndef TEST_FUZZ_CELLS_H
#define TEST_FUZZ_CELLS_H

#include <molt/types.h>

#define CELLS_MAX 16384
#define CELLS_TOP (~(u64)0) /* the end of the last; no byte there can be told */
#define NOBODY	  (~0U)

struct cell {
	u64 base, end;
	bool ram, hotpluggable, unmapped;
	unsigned int nid;
	unsigned int owner; /* as memblock has it, or NOBODY */
};

extern struct cell cells[CELLS_MAX];
extern unsigned int cell_count;

/* One cell, which is nothing. */
void cells_clear(void);

/* Whether both are RAM of one kind, which memblock has in one entry where they touch. */
bool cells_are_one(const struct cell *a, const struct cell *b);

/* The end of a range, cut at the top. */
u64 cells_end(u64 base, u64 size);

/* @end, more than 0, up to the next multiple of @align, a power of 2; or to the top. */
u64 cells_up(u64 end, u64 align);

/* The number of the cell that begins at @at, which is cut out of another where there is none. */
unsigned int cells_cut(u64 at);

/* Each cell of [from, to), from <= to. The body must not cut. */
#define for_each_cell(c, from, to)                                                       \
	for (struct cell *c = cells + cells_cut(from), *c##_end = cells + cells_cut(to); \
		c < c##_end; c++)

#endif
