// SPDX-License-Identifier: BSD-2-Clause
/* Built without frame pointers: one that follows them misses who called whom here. */
#include "fault_leaf.h"
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/types.h>

static int __noinline leaf(volatile char *where)
{
	*where = 0;
	return 1;
}

void __noinline fault_leaf(volatile char *where)
{
	if (leaf(where) != 1)
		panic("a leaf that returns something else");
}

void fault_bad_stack(u64 fp)
{
	/* Each is a place where frames may lie, or where code is; all lead round and round. */
	volatile u64 words[64] __aligned(16);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = i % 2 ? (u64)panic : (u64)&words[i + 1];
	__asm__ volatile("mv s0, %0\n\tmv sp, %1\n\tlla a0, 1f\n\tcall panic\n"
			 "1:\t.asciz \"with frames that lead nowhere\"\n\t.balign 4" ::"r"(
				 fp ? fp : (u64)&words[32]),
			 "r"(words)
			 : "memory");
	__builtin_unreachable();
}
