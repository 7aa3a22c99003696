/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets that assembly and C share; trap.c and smp.c assert them. */
#ifndef ASM_FRAME_H
#define ASM_FRAME_H

/* struct trap_frame: how it came about, x1 to x31 at 8 * n, then the CSRs. */
#define FRAME_SEPC    256
#define FRAME_SSTATUS 264
#define FRAME_SCAUSE  272
#define FRAME_STVAL   280
#define FRAME_SIZE    288

/* What panic() has above its frame: seven arguments, before those on its caller's stack. */
#define PANIC_ARGS_SIZE 64

/* struct hart */
#define HART_SATP	0
#define HART_STACK_TOP	8
#define HART_SELF	16
#define HART_ENTRY	24
#define HART_STACK_BASE 32
#define HART_SAVED	40
#define HART_SAVED_SP	48
#define HART_ID		56

/* Enough to tell of it; what UBSan adds makes frames larger. */
#ifdef CONFIG_UBSAN
#define OVERFLOW_STACK_SIZE 8192
#else
#define OVERFLOW_STACK_SIZE 2048
#endif

#ifndef __ASSEMBLER__
#include <molt/types.h>

struct trap_frame {
	u64 called; /* by panic()'s caller, at x1: no trap, and the CSRs are an older one's */
	u64 x[31];  /* x1 (ra) first */
	u64 sepc, sstatus, scause, stval;
};
#endif

#endif
