/* SPDX-License-Identifier: BSD-2-Clause */
/* The harts there are, at run time. */
#ifndef CORE_HARTS_H
#define CORE_HARTS_H

#include <arch/percpu.h>

/* The harts' areas, one behind the other, each a copy of the linker's template. */
extern char *hart_areas;

/* Harts in their idle threads, this one included. */
unsigned int harts_online(void);

/**
 * harts_call - every hart that is online calls @fn(@argument), this one too, at once
 * @fn: ends on its own. On another hart it runs on the idle thread's stack.
 *
 * Returns once all are done: what they wrote is seen here. From the boot hart's idle thread,
 * the others being idle; a hart that has lost the wake-up is up to a second late.
 */
void harts_call(void (*fn)(void *argument), void *argument);

#endif
