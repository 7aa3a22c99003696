/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIG_TEST_FAULTS: where an address of the init window may be kept for too long. */
#ifndef CORE_FAULT_KEPT_H
#define CORE_FAULT_KEPT_H

#include <arch/percpu.h>
#include <molt/types.h>

/* Set by fault_plant(). */
struct fault_kept {
	void *pointer;
	bool on_stack;	     /* by fault_molt() */
	bool on_other_stack; /* by fault_keep_idle() */
};
extern struct fault_kept fault_kept;
extern void *fault_kept_soundly;
extern __percpu void *fault_kept_here;

/* A hart idles for good with such an address in its frame, if it is to. */
void fault_keep_idle(void);

#endif
