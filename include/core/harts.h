/* SPDX-License-Identifier: BSD-2-Clause */
/* The harts there are, at run time. */
#ifndef CORE_HARTS_H
#define CORE_HARTS_H

#include <arch/percpu.h>

/* The harts' areas, one behind the other, each a copy of the linker's template. */
extern char *hart_areas;

/* Harts in their idle threads, this one included. */
unsigned int harts_online(void);

/* Ticks that a hart may take to come, or to leave what it does. Set once, by harts_start(). */
extern u64 hart_patience;

/**
 * hart_bring_up - start a hart that is stopped, and wait until it is in its idle thread
 * @hart: its area. What it then runs on and walks is resident: at any time
 *
 * Returns 0; as hart_start(); -ETIMEDOUT where it has not come in time. One at a time.
 */
int hart_bring_up(struct hart *hart);

/**
 * harts_leave_window - every hart that was ever sent for is at rest in its idle thread
 * Waits for it; panics where one does not come, unless the firmware has it. [init]
 */
void harts_leave_window(void);

/**
 * harts_call - every hart that is online calls @fn(@argument), this one too, at once
 * @fn: ends on its own. On another hart it runs on the idle thread's stack.
 *
 * Returns once all are done: what they wrote is seen here. From the boot hart's idle thread,
 * the others being idle; a hart that has lost the wake-up is up to a second late.
 */
void harts_call(void (*fn)(void *argument), void *argument);

#endif
