/* SPDX-License-Identifier: BSD-2-Clause */
/* What one call costs, in instructions. [BENCH] */
#ifndef ARCH_COUNT_H
#define ARCH_COUNT_H

#include <molt/types.h>

/* Any function of whole-register arguments, cast to this. */
typedef void (*counted_fn)(void);

struct counted {
	unsigned long result;
	u64 instructions;
};

/**
 * count_call - call @function(@a, @b, @c, @d, @e), and count
 *
 * Returns what it returned, and the instructions that it took: the jump to it, all that it
 * does and its return; not how its arguments came into their registers. Exact where the
 * counter is, on QEMU with -icount, as long as no interrupt comes between.
 */
struct counted count_call(unsigned long a, unsigned long b, unsigned long c, unsigned long d,
	unsigned long e, counted_fn function);

/* Returns at once: to count_call() two instructions. */
void count_nothing(void);

#endif
