/* SPDX-License-Identifier: BSD-2-Clause */
/* What libFuzzer calls, and what the targets share. */
#ifndef TEST_FUZZ_FUZZ_H
#define TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <molt/types.h>

/* ---- libFuzzer's side, as its manual has it ---- */

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(u8 *data, size_t size, size_t max_size);

/* ---- Findings ---- */

/* @cond holds, or what follows is printed and the input is a finding. */
#define MUST(cond, ...)                                          \
	do {                                                     \
		if (!(cond)) {                                   \
			fprintf(stderr, "finding: %s: ", #cond); \
			fprintf(stderr, __VA_ARGS__);            \
			fputc('\n', stderr);                     \
			abort();                                 \
		}                                                \
	} while (0)

/* ---- Reading a tree as boot does: fuzz_read.c ---- */

/*
 * Read @blob, of which @size bytes are mapped and which lies at @base, and decide who has
 * what beside @kernel, as memory_claim() has both. Where boot goes on, what must hold of
 * every map has been checked; where it ends, its last message was one that says what is wrong
 * with the tree. Returns whether it goes on. What the map says is the caller's to check.
 */
struct kernel_part;
bool fuzz_read(const void *blob, size_t size, u64 base, const struct kernel_part *kernel);

#endif
