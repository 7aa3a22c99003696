/* SPDX-License-Identifier: BSD-2-Clause */
/* Where messages go: the firmware's console, until a driver takes over. */
#ifndef CORE_CONSOLE_H
#define CORE_CONSOLE_H

#include <molt/types.h>

/* The driver in use; firmware_putchar() at first. It puts a return before a line feed. */
extern void (*console_putchar)(char c);

/* Set by a panic: messages no longer wait for a lock, whose holder may be what failed. */
extern bool console_forced;

#endif
