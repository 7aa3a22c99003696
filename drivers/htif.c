// SPDX-License-Identifier: BSD-2-Clause
/*
 * HTIF, the host-target interface of Spike: a store ends the run with the status that it
 * holds. Its registers are where QEMU has them; the console stays with the firmware. Where the
 * firmware's own image holds them the FDT has no reg, and only the firmware can use them.
 */
#include <drivers/driver.h>
#include <molt/init.h>

#define TOHOST 8
/* Device 0, command 0: bit 0 set, the status above it. */
#define EXIT(status) ((u64)(status) << 1 | 1)

static volatile u64 *tohost;

static void htif_exit(int status)
{
	*tohost = EXIT(status);
}

/* Both its registers lie in one page. */
static bool __init htif_probe(const struct fdt_node *node, const struct device *device)
{
	(void)node;
	return device->base % 16 == 0 && device->size >= 16;
}

static void __init htif_attach(void *registers, const struct device *device)
{
	(void)device;
	tohost = (volatile u64 *)((char *)registers + TOHOST);
}

DRIVER(htif) = {
	.kind = DRIVER_POWER,
	COMPATIBLE("ucb,htif0"),
	.probe = htif_probe,
	.attach = htif_attach,
	.power_off = htif_exit,
};
