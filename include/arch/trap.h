/* SPDX-License-Identifier: BSD-2-Clause */
/* What a port tells of a hart that failed. All of it is printed as errors. */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

/* The registers of this hart at one instruction: a trap's, or a call's of panic(). */
struct trap_frame;

/* Print them by name, and the state of this hart that goes with them. */
void registers_print(const struct trap_frame *frame);

/**
 * backtrace - print who called whom, newest first, from @frame on
 *
 * A line for each function: where it is to go on, with its name where names stay (KALLSYMS).
 * Goes on through traps to what they interrupted; behind such a line stands "(trap)". Reads
 * nothing but this hart's stacks, and ends where they make no sense.
 */
void backtrace(const struct trap_frame *frame);

#endif
