// SPDX-License-Identifier: BSD-2-Clause
/*
 * HTIF, the host-target interface of Spike: a store ends the run with the status that it
 * holds. Its registers are where QEMU has them; the console stays with the firmware.
 */
#include <drivers/device.h>
#include <molt/init.h>

#define TOHOST 8
/* Device 0, command 0: bit 0 set, the status above it. */
#define EXIT(status) ((u64)(status) << 1 | 1)

static volatile u64 *tohost;

void __init htif_attach(void *registers)
{
	tohost = (volatile u64 *)((char *)registers + TOHOST);
}

void htif_exit(int status)
{
	*tohost = EXIT(status);
}
