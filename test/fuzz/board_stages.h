/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that tell what is expected share. */
#ifndef TEST_FUZZ_BOARD_STAGES_H
#define TEST_FUZZ_BOARD_STAGES_H

#include "board.h"

/* The number of a node of /reserved-memory among memblock's owners. */
u64 board_number(const struct board *board, const struct node *node);

bool node_is_unmapped(const struct node *node);
bool cells_make_sense(u32 address_cells, u32 size_cells);

/* [base, end) goes unmapped, in whole pages. */
void expect_unmapped(u64 base, u64 end);

/* The nodes that boot has to place, each in its turn. */
void expect_places(const struct board *board);

/* Where the node was placed; size 0: nowhere, or it is none that is placed. */
struct range board_place(const struct board *board, const struct node *node);

#endif
