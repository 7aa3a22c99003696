// SPDX-License-Identifier: BSD-2-Clause
/* The FDT's devices that drivers know, found in the one pass. [init] */
#include <drivers/driver.h>
#include <lib/fdt.h>

DECLARE_TABLE(drivers, driver);

struct device devices_found[DEVICES_MAX];
u32 devices_count;

static bool drives(const struct driver *driver, const struct fdt_node *node)
{
	return fdt_node_is_compatible(node, driver->compatible[0]) ||
	       (*driver->compatible[1] && fdt_node_is_compatible(node, driver->compatible[1]));
}

/* Fill in @device: false where it is disabled, has no registers, or lies behind a closed bus. */
static bool find(const struct fdt_node *node, struct device *device)
{
	if (!fdt_node_available(node) || fdt_node_reg(node, 0, &device->base, &device->size) ||
		fdt_node_translate(node, &device->base) || !device->size)
		return false;
	device->base += fdt_node_number(node, FDT_REG_OFFSET, 0);
	device->reg_shift = (u32)fdt_node_number(node, FDT_REG_SHIFT, 0);
	device->reg_io_width = (u32)fdt_node_number(node, FDT_REG_IO_WIDTH, 1);
	if (fdt_node_path(node, device->path, sizeof(device->path)) < 0)
		device->path[0] = '\0';
	return true;
}

static void take(const struct driver *driver, const struct fdt_node *node)
{
	struct device *device = &devices_found[devices_count];

	if (devices_count == DEVICES_MAX || !find(node, device))
		return;
	device->driver = driver;
	devices_count += !driver->probe || driver->probe(node, device);
}

/* The ends of all that is driven. Before it is known, all letters. */
static u32 driven_ends = ~0U;

static void __noinline match(const struct fdt_node *node)
{
	const struct driver *driver;

	driven_ends = 0;
	for_each_in_table(driver, drivers)
		driven_ends |= driver->ends;
	for_each_in_table(driver, drivers) {
		if ((driver->ends & node->compatible_ends) && drives(driver, node)) {
			take(driver, node);
			break;
		}
	}
}

static int device_node(const struct fdt_node *node)
{
	/* Rules most nodes out. */
	if (driven_ends & node->compatible_ends)
		match(node);
	return 0;
}
FDT_HANDLER(COMPATIBLE, "", device_node);

const struct device *device_next(enum driver_kind kind, const struct device *from)
{
	const struct device *device = from ? from : devices_found;

	for (; device < devices_found + devices_count; device++) {
		if (device->driver->kind == kind)
			return device;
	}
	return NULL;
}
