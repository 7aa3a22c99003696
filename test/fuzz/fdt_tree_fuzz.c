/* SPDX-License-Identifier: BSD-2-Clause */
/* Target fdt_tree: the input is a program, whose tree is sound but for what it damages. */
#include "board.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	board_fuzz(data, size, BOARD_ANY);
	return 0;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size, unsigned int seed)
{
	return board_mutate(data, size, max_size, seed);
}
