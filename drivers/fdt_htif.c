// SPDX-License-Identifier: BSD-2-Clause
/*
 * The FDT's HTIF. It has registers where the machine placed them; where the firmware's own
 * image holds them there is no reg, and only the firmware can use them. [init]
 */
#include <drivers/device.h>
#include <lib/fdt.h>

struct device_found htif_found;

static int htif_node(const struct fdt_node *node)
{
	struct device_found found;

	if (device_find(node, &found) && found.base % 16 == 0 && found.size >= 16)
		htif_found = found;
	return 0;
}
FDT_HANDLER(COMPATIBLE, "ucb,htif0", htif_node);
