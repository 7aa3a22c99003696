// SPDX-License-Identifier: BSD-2-Clause
/*
 * By frame pointers (psABI): fp[-1] is ra, fp[-2] the caller's fp. A function that calls
 * none keeps fp alone, at fp[-1]. The first frame has 0 for its caller's.
 */
#include "unwind.h"

#define WORD sizeof(u64)

bool unwind_step(struct unwind *at)
{
	const u64 *fp = (const u64 *)at->fp;
	u64 caller;

	if (!unwind_on_stack(at->fp - 2 * WORD, 2 * WORD))
		return false;
	if (at->ra && unwind_on_stack(fp[-1], 0)) {
		at->pc = at->ra;
		caller = fp[-1];
	} else {
		at->pc = fp[-1];
		caller = fp[-2];
	}
	at->sp = at->fp;
	at->ra = 0;
	at->exact = false;
	/* Callers lie above: what is no frame pointer leads round in no circle. */
	if (caller <= at->fp)
		caller = 0;
	at->fp = caller;
	return true;
}
