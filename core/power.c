// SPDX-License-Identifier: BSD-2-Clause
#include <arch/firmware.h>
#include <arch/hart.h>
#include <core/power.h>
#include <molt/printk.h>

void (*power_device)(int status);

void power_off(int status)
{
	printk(LOGLEVEL_EMERG, "@molt {\"type\":\"end\",\"status\":%d}\n", status);
	if (power_device)
		power_device(status);
	firmware_poweroff(status);
	for (;;)
		hart_wait();
}
