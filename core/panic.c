// SPDX-License-Identifier: BSD-2-Clause
#include <arch/firmware.h>
#include <arch/hart.h>
#include <core/console.h>
#include <core/power.h>
#include <core/report.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/stage.h>

/* The hart that ends the machine, its index + 1; 0: none. Others stop where they are. */
static u32 panicking;
static bool told; /* that hart is past panic_begin() */
static u32 again; /* times that hart failed while it was telling */

/* The driver that was to tell or to end it may be what fails: each time, do with less. */
static void __noreturn give_up(void)
{
	console_putchar = firmware_putchar;
	if (++again > 1)
		power_device = NULL;
	if (again <= 2)
		power_off(1);
	firmware_poweroff(1);
	for (;;)
		hart_wait();
}

void panic_begin(void)
{
	u32 me = this_hart()->index + 1, none = 0;

	irq_save();
	if (!__atomic_compare_exchange_n(
		    &panicking, &none, me, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		if (panicking == me)
			give_up();
		for (;;)
			hart_wait();
	}
	console_forced = true;
}

void panic(const char *fmt, ...)
{
	va_list args;

	if (told || panicking != this_hart()->index + 1)
		panic_begin();
	told = true;
	pr_err("panic: ");
	va_start(args, fmt);
	vprintk(LOGLEVEL_ERR, fmt, args);
	va_end(args);
	pr_err("\nhart %u, stage %s, called from:\n", this_hart()->id, stage_names[stage_now]);
	if (IS_ENABLED(CONFIG_FRAME_POINTER))
		backtrace();
	power_off(1);
}
