// SPDX-License-Identifier: BSD-2-Clause
/* The devices that were found, mapped and put to use. [init] */
#include <arch/paging.h>
#include <core/boot.h>
#include <core/console.h>
#include <core/power.h>
#include <drivers/device.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <molt/compiler.h>
#include <molt/printk.h>

static void *show_for_good(const struct device_found *found)
{
	void *registers = kmap_device(found->base, found->size);

	if (!registers)
		pr_err("%s: cannot be mapped\n", found->path);
	return registers;
}

static void use_serial(const struct device_found *device)
{
	void *registers = show_for_good(device);

	if (!registers)
		return;
	ns16550_attach(registers, device);
	console_putchar = ns16550_putchar;
}

static void serial_init(void)
{
	u32 i;

	for (i = 0; i < serial_count && *boot_stdout_path; i++) {
		if (!strcmp(serial_found[i].path, boot_stdout_path)) {
			use_serial(&serial_found[i]);
			return;
		}
	}
}

/* Make the device that ends a run visible by @show, and use it; false where there is none. */
static bool use_power(const struct device_found *found,
	void *(*show)(const struct device_found *found), void (*attach)(void *registers),
	void (*end)(int status))
{
	void *registers = found->size ? show(found) : NULL;

	if (!registers)
		return false;
	attach(registers);
	power_device = end;
	return true;
}

static void power_init(void *(*show)(const struct device_found *found))
{
	if (IS_ENABLED(CONFIG_POWEROFF_SIFIVE_TEST) &&
		use_power(&test_device_found, show, sifive_test_attach, sifive_test_exit))
		return;
	if (IS_ENABLED(CONFIG_POWEROFF_HTIF))
		use_power(&htif_found, show, htif_attach, htif_exit);
}

static void *show_early(const struct device_found *found)
{
	return device_in_ram(found->base, found->size) ? NULL : early_device(found->base);
}

/* A run that fails before there are final tables ends with a status too. */
void devices_early(void)
{
	power_init(show_early);
}

void devices_leave_early(void)
{
	power_device = NULL;
}

void devices_init(void)
{
	if (IS_ENABLED(CONFIG_SERIAL_NS16550))
		serial_init();
	power_init(show_for_good);
}
