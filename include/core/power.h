/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a run. */
#ifndef CORE_POWER_H
#define CORE_POWER_H

#include <molt/compiler.h>

/**
 * power_off - end the run with @status, 0 for success, as the machine can
 *
 * Prints the closing `@molt` line, then tries in order: the power-off device of the
 * FDT, the firmware's shutdown, its reboot, idling. May be called in any stage.
 */
void __noreturn power_off(int status);

/* The device that ends QEMU with a status; NULL until a driver has found one. */
extern void (*power_device)(int status);

#endif
