// SPDX-License-Identifier: BSD-2-Clause
/* The FDT's device that ends a run with a status. [init] */
#include <drivers/device.h>
#include <lib/fdt.h>

struct device_found test_device_found;

static int test_node(const struct fdt_node *node)
{
	struct device_found found;

	if (!test_device_found.size && device_find(node, &found))
		test_device_found = found;
	return 0;
}
FDT_HANDLER(COMPATIBLE, "sifive,test1", test_node);
