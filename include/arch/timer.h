/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock of a hart. Its unit is the tick of the FDT's timebase-frequency. */
#ifndef ARCH_TIMER_H
#define ARCH_TIMER_H

#include <molt/types.h>

/* Ticks since reset. */
u64 timer_now(void);

/**
 * timer_arm - a timer interrupt at tick @when, in place of an earlier one
 * It wakes hart_wait() even where interrupts are off. (SBI 1.0, section 6.1)
 */
void timer_arm(u64 when);

/* Let timer interrupts wake this hart. Once, at its start. */
void timer_start(void);

#endif
