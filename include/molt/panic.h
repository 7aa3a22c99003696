/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a kernel that can no longer trust itself. */
#ifndef MOLT_PANIC_H
#define MOLT_PANIC_H

#include <molt/compiler.h>

/**
 * panic - say why, and end the run with status 1
 * @fmt: the reason, with the values that led to it; a newline is added
 *
 * For kernel bugs and for machines that cannot be booted. Never returns; prints
 * a backtrace and the closing `@molt` line. Any stage, any context; harts that panic
 * after the first wait for the end.
 */
void __noreturn __cold panic(const char *fmt, ...) __printf(1, 2);

/**
 * panic_begin - from here on this hart prints alone, and will panic()
 *
 * For what has more to print than panic() does: registers. Messages no longer wait for
 * the console's lock, which the code that failed may hold.
 */
void __cold panic_begin(void);

#endif
