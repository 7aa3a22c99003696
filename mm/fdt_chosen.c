// SPDX-License-Identifier: BSD-2-Clause
/* What /chosen says of memory: Devicetree Specification 0.4, section 3.6, and Linux's binding. */
#include "map_internal.h"
#include <molt/err.h>
#include <molt/printk.h>

struct initrd_range boot_initrd;
struct usable_ranges boot_usable;

/* linux,usable-memory-range: by the root's cells, as reg is. */
static void read_usable(const struct fdt_node *node)
{
	u64 base, size;
	int err;

	boot_usable.count = 0;
	while (!(err = fdt_node_range(node, FDT_USABLE_RANGE, boot_usable.count, &base, &size))) {
		if (boot_usable.count == USABLE_MAX) {
			err = -ENOMEM;
			break;
		}
		boot_usable.ranges[boot_usable.count].base = base;
		boot_usable.ranges[boot_usable.count++].size = size;
	}
	if (err == -ENOENT)
		return;
	pr_err("fdt: /chosen: linux,usable-memory-range: %s: all of RAM is used\n",
		err == -ENOMEM ? "more ranges than boot can hold" : "no ranges that make sense");
	boot_usable.count = 0;
}

/* Where the boot loader put the initramfs; looked at once RAM is known. */
static int chosen_memory(const struct fdt_node *node)
{
	boot_initrd.base = fdt_node_number(node, FDT_INITRD_START, 0);
	boot_initrd.end = fdt_node_number(node, FDT_INITRD_END, 0);
	read_usable(node);
	return 0;
}
FDT_HANDLER(PATH, "chosen", chosen_memory);
