/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults in functions without frames of their own. */
#ifndef CORE_FAULT_LEAF_H
#define CORE_FAULT_LEAF_H

/* Write to @where, where nothing is: two functions without a frame pointer below the caller's. */
void fault_leaf(volatile char *where);

/* Panic with a stack and a frame pointer that are words of no frame. */
void fault_bad_stack(void);

#endif
