// SPDX-License-Identifier: BSD-2-Clause
/* The devices that were found, mapped and put to use. [init] */
#include <arch/paging.h>
#include <core/boot.h>
#include <core/console.h>
#include <core/power.h>
#include <drivers/driver.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <molt/err.h>
#include <molt/initcall.h>
#include <molt/printk.h>

static void *show_for_good(const struct device *device)
{
	void *registers = kmap_device(device->base, device->size);

	if (!registers)
		pr_err("%s: cannot be mapped\n", device->path);
	return registers;
}

static void *show_early(const struct device *device)
{
	return device_in_ram(device->base, device->size) ? NULL : early_device(device->base);
}

/* Make @device visible by @show, and hand it to its driver. Returns 0 or -EIO. */
static int attach(const struct device *device, void *(*show)(const struct device *device))
{
	void *registers = show(device);

	if (!registers)
		return -EIO;
	device->driver->attach(registers, device);
	return 0;
}

static int console_attach(void)
{
	const struct device *device;
	int err = 0;

	for_each_device(device, DRIVER_CONSOLE) {
		if (!*boot_stdout_path || strcmp(device->path, boot_stdout_path))
			continue;
		err = attach(device, show_for_good);
		if (!err)
			console_putchar = device->driver->putchar;
		break;
	}
	return err;
}
console_initcall(console_attach);

static int use_power(void *(*show)(const struct device *device))
{
	const struct device *device = device_next(DRIVER_POWER, NULL);
	int err = device ? attach(device, show) : 0;

	if (device && !err)
		power_device = device->driver->power_off;
	return err;
}

/* A run that fails before there are final tables ends with a status too. */
static int power_attach_early(void)
{
	use_power(show_early);
	return 0;
}
early_initcall(power_attach_early);

void devices_leave_early(void)
{
	power_device = NULL;
}

static int power_attach(void)
{
	return use_power(show_for_good);
}
console_initcall(power_attach);
