/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a kernel that can no longer trust itself. */
#ifndef MOLT_PANIC_H
#define MOLT_PANIC_H

#include <molt/compiler.h>

/**
 * panic - say why, stop every other hart, end the run with status 1
 * @fmt: the reason, with the values that led to it; a newline is added
 *
 * For kernel bugs and for machines that cannot be booted. Never returns; prints
 * the backtrace and the closing `@molt` line. Any stage, any context.
 */
void __noreturn __cold panic(const char *fmt, ...) __printf(1, 2);

#endif
