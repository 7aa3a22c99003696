/* SPDX-License-Identifier: BSD-2-Clause */
/* One step from a function to its caller; two files know how, of which one is built. */
#ifndef RISCV_UNWIND_H
#define RISCV_UNWIND_H

#include <molt/types.h>

struct unwind {
	u64 pc; /* to be executed next in this function */
	u64 sp, fp;
	u64 ra;	    /* still in its register; 0 in all but the newest function */
	bool exact; /* pc was interrupted; else it is behind a call */
};

/* An instruction of this function: a call that does not return may be its last. */
static inline u64 unwind_place(const struct unwind *at)
{
	return at->pc - !at->exact;
}

/**
 * unwind_step - from a function to its caller
 * Its code is there (unwind_is_text()). Returns false, @at undefined, where there is none or
 * nothing says who it is.
 */
bool unwind_step(struct unwind *at);

/* Whether [address, address + size) lies on one of this hart's stacks; in words. */
bool unwind_on_stack(u64 address, u64 size);

/* Whether kernel code lies at @address: not where the init window was. */
bool unwind_is_text(u64 address);

#endif
