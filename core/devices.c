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

static void use_serial(const struct device_found *device)
{
	void *registers = kmap_device(device->base, device->size);

	if (!registers) {
		pr_err("%s: cannot be mapped\n", device->path);
		return;
	}
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

/* A run that fails before there are final tables ends with a status too. */
void devices_early(void)
{
	const struct device_found *found = &test_device_found;

	if (!IS_ENABLED(CONFIG_POWEROFF_SIFIVE_TEST) || !found->size ||
		device_in_ram(found->base, found->size))
		return;
	sifive_test_attach(early_device(found->base));
	power_device = sifive_test_exit;
}

void devices_leave_early(void)
{
	power_device = NULL;
}

static void test_device_init(void)
{
	void *registers;

	if (!test_device_found.size)
		return;
	registers = kmap_device(test_device_found.base, test_device_found.size);
	if (!registers) {
		pr_err("sifive,test1: cannot be mapped\n");
		return;
	}
	sifive_test_attach(registers);
	power_device = sifive_test_exit;
}

void devices_init(void)
{
	if (IS_ENABLED(CONFIG_SERIAL_NS16550))
		serial_init();
	if (IS_ENABLED(CONFIG_POWEROFF_SIFIVE_TEST))
		test_device_init();
}
