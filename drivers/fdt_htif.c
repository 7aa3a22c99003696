// SPDX-License-Identifier: BSD-2-Clause
/*
 * The FDT's HTIF. It has registers where the machine placed them; where the firmware's own
 * image holds them there is no reg, and only the firmware can use them. [init]
 */
#include <drivers/device.h>
#include <lib/fdt.h>
#include <lib/string.h>

struct device_found htif_found;

static int htif_node(const struct fdt_node *node)
{
	const char *compatible = fdt_node_string(node, FDT_COMPATIBLE);
	struct device_found found;

	if (!compatible || strcmp(compatible, "ucb,htif0"))
		return 0;
	if (device_find(node, &found) && found.base % 16 == 0 && found.size >= 16)
		htif_found = found;
	return 0;
}
/* By its place: to look at every node's compatible strings costs any board 5,000 instructions. */
FDT_HANDLER(PATH, "htif", htif_node);
