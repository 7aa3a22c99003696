/* SPDX-License-Identifier: BSD-2-Clause */
/* What the firmware does for the kernel before it has drivers, and at the end. */
#ifndef ARCH_FIRMWARE_H
#define ARCH_FIRMWARE_H

/* Write one character to the firmware's console. Any stage. */
void firmware_putchar(char c);

/* Ask which services there are: the debug console is preferred over the legacy one. */
void firmware_probe(void);

/**
 * firmware_poweroff - shut down, else reboot
 * @failed: the reason that is handed on. Returns only where both are refused.
 */
void firmware_poweroff(int failed);

#endif
