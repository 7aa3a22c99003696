// SPDX-License-Identifier: BSD-2-Clause
#include <arch/firmware.h>
#include <arch/hart.h>
#include <core/console.h>
#include <core/power.h>
#include <core/report.h>
#include <lib/printf.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/stage.h>

/*
 * The first hart to panic ends the machine; another that comes here, or a panic within
 * the panic, must not stop it from doing so.
 */
static u32 panicking;

void panic(const char *fmt, ...)
{
	char text[160];
	va_list args;

	irq_save();
	if (__atomic_exchange_n(&panicking, 1, __ATOMIC_ACQ_REL)) {
		if (panicking == this_hart()->index + 2)
			power_off(1);
		for (;;)
			hart_wait();
	}
	panicking = this_hart()->index + 2;
	console_forced = true;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pr_err("panic: %s\n", text);
	pr_err("hart %u, stage %s, called from:\n", this_hart()->id, stage_names[stage_now]);
	if (IS_ENABLED(CONFIG_FRAME_POINTER))
		backtrace();
	power_off(1);
}
