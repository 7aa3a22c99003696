// SPDX-License-Identifier: BSD-2-Clause
/* Return addresses by the frame pointer (psABI: fp[-1] is ra, fp[-2] the caller's fp). */
#include <arch/firmware.h>
#include <arch/hart.h>
#include <asm/frame.h>
#include <molt/printk.h>

#define BACKTRACE_DEPTH 24

extern char overflow_stack[];

/* Whether @fp can be a frame's of the stack [low, high). */
static bool within(const u64 *fp, u64 low, u64 high)
{
	return (u64)fp >= low + 16 && (u64)fp <= high && (u64)fp % 8 == 0;
}

void backtrace(void)
{
	const u64 *fp = __builtin_frame_address(0);
	u64 low = this_hart()->stack_base, high = this_hart()->stack_top;
	int depth;

	for (depth = 0; depth < BACKTRACE_DEPTH; depth++) {
		if (!within(fp, low, high) &&
			!within(fp, (u64)overflow_stack, (u64)overflow_stack + OVERFLOW_STACK_SIZE))
			break;
		pr_err("  %016lx\n", fp[-1]);
		fp = (const u64 *)fp[-2];
	}
}
