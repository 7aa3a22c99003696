/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults in functions without frames of their own. */
#ifndef CORE_FAULT_LEAF_H
#define CORE_FAULT_LEAF_H

#include <molt/types.h>

/* Write to @where, where nothing is: two functions without a frame pointer below the caller's. */
void fault_leaf(volatile char *where);

/* Panic with a stack that is words of no frame, and a frame pointer into it, or to @fp. */
void fault_bad_stack(u64 fp);

#endif
