/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a kernel that can no longer trust itself. */
#ifndef MOLT_PANIC_H
#define MOLT_PANIC_H

#include <molt/compiler.h>
#include <stdarg.h>

/**
 * panic - say why, and end the run with status 1
 * @fmt: the reason, with the values that led to it; a newline is added
 *
 * For kernel bugs and for machines that cannot be booted. Never returns; prints where,
 * registers, a backtrace, the last messages and the closing `@molt` line (docs/console.md).
 * Any stage, any context; harts that panic after the first wait for the end.
 */
void __noreturn __cold panic(const char *fmt, ...) __printf(1, 2);

/* Registers, as arch/ has them. */
struct trap_frame;

/**
 * panic_begin - from here on this hart prints alone, and will panic()
 * @trap: what was interrupted, whose registers panic() then prints; NULL: its caller's
 *
 * No other hart's messages come between; what the code that failed has locked is not waited for.
 * Does not return to a hart that comes second; to one that comes twice only the end is left.
 */
void __cold panic_begin(const struct trap_frame *trap);

/* The rest of panic(), which hands it the registers of its caller. */
void __noreturn __cold panic_at(const struct trap_frame *call, const char *fmt, va_list args);

#endif
