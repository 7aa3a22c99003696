// SPDX-License-Identifier: BSD-2-Clause
/* What every device's FDT node says alike. [init] */
#include <drivers/device.h>
#include <lib/fdt.h>

bool device_find(const struct fdt_node *node, struct device_found *found)
{
	found->size = 0;
	if (!fdt_node_available(node) || fdt_node_reg(node, 0, &found->base, &found->size))
		return false;
	if (fdt_node_translate(node, &found->base)) {
		found->size = 0;
		return false;
	}
	found->base += fdt_node_number(node, FDT_REG_OFFSET, 0);
	found->reg_shift = (u32)fdt_node_number(node, FDT_REG_SHIFT, 0);
	found->reg_io_width = (u32)fdt_node_number(node, FDT_REG_IO_WIDTH, 1);
	if (fdt_node_path(node, found->path, sizeof(found->path)) < 0)
		found->path[0] = '\0';
	return found->size > 0;
}
