/* SPDX-License-Identifier: BSD-2-Clause */
/* Target reserved: as fdt_tree, with one piece of RAM and much that is reserved of it. */
#include "board.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	board_fuzz(data, size, BOARD_RESERVED);
	return 0;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size, unsigned int seed)
{
	return board_mutate(data, size, max_size, seed);
}
