// SPDX-License-Identifier: BSD-2-Clause
/*
 * The core-local interruptor: the machine-mode timers that the firmware's timer and IPI services
 * run on (SBI 1.0, chapters 6 and 7). They are the firmware's; what boot learns is which harts
 * have one. [init]
 */
#include <drivers/driver.h>
#include <lib/fdt.h>
#include <molt/initcall.h>
#include <molt/printk.h>

static u32 harts; /* of all of them: each node of a NUMA machine has one */

static bool clint_probe(const struct fdt_node *node, const struct device *device)
{
	u32 length = 0;

	fdt_node_property(node, FDT_INTERRUPTS_EXTENDED, &length);
	harts += length / 16; /* a software and a timer interrupt of each hart's controller */
	(void)device;
	return true;
}

DRIVER(clint) = {
	.kind = DRIVER_TIMER,
	COMPATIBLE_2("sifive,clint0", "riscv,clint0"),
	.probe = clint_probe,
};

static int clint_init(void)
{
	const struct device *device = device_next(DRIVER_TIMER, NULL);

	if (device && console_loglevel > LOGLEVEL_INFO)
		pr_info("clint at %lx: timers of %u harts, the firmware's\n", device->base, harts);
	return 0;
}
module_init(clint_init);
