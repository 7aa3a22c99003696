// SPDX-License-Identifier: BSD-2-Clause
/* The FDT's ns16550s, in the order of the tree. [init] */
#include <drivers/device.h>
#include <lib/fdt.h>
#include <molt/printk.h>

struct device_found serial_found[SERIAL_FOUND_MAX];
u32 serial_count;

static int serial_node(const struct fdt_node *node)
{
	struct device_found *found = &serial_found[serial_count];

	if (serial_count == SERIAL_FOUND_MAX || !device_find(node, found))
		return 0;
	if (found->reg_shift > 3 || (found->reg_io_width != 1 && found->reg_io_width != 4)) {
		pr_err("fdt: %s: reg-shift or reg-io-width makes no sense\n", found->path);
		return 0;
	}
	serial_count++;
	return 0;
}
FDT_HANDLER(COMPATIBLE, "ns16550a", serial_node);
