// SPDX-License-Identifier: BSD-2-Clause
/* Return addresses by the frame pointer (psABI: fp[-1] is ra, fp[-2] the caller's fp). */
#include <arch/firmware.h>
#include <arch/hart.h>
#include <molt/printk.h>

#define BACKTRACE_DEPTH 24

void backtrace(void)
{
	const u64 *fp = __builtin_frame_address(0);
	u64 low = this_hart()->stack_base, high = this_hart()->stack_top;
	int depth;

	for (depth = 0; depth < BACKTRACE_DEPTH; depth++) {
		if ((u64)fp < low + 16 || (u64)fp > high || (u64)fp % 8)
			break;
		pr_err("  %016lx\n", fp[-1]);
		fp = (const u64 *)fp[-2];
	}
}
