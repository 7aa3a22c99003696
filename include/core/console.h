/* SPDX-License-Identifier: BSD-2-Clause */
/* Where messages go: the firmware's console, until a driver takes over. */
#ifndef CORE_CONSOLE_H
#define CORE_CONSOLE_H

#include <molt/types.h>

/* The driver in use; firmware_putchar() at first. It puts a return before a line feed. */
extern void (*console_putchar)(char c);

/**
 * console_seize - from here on this hart alone prints, and waits for nobody
 * For a panic. Lets another hart end its message, but not for ever: it may have failed itself.
 * Whoever else prints then, waits for good.
 */
void console_seize(void);

#endif
