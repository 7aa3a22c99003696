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

/* The hart that ends the machine, its index + 1; 0: none. Others stop where they are. */
static u32 panicking;
static bool told; /* that hart is past panic_begin() */

void panic_begin(void)
{
	u32 me = this_hart()->index + 1, none = 0;

	irq_save();
	if (!__atomic_compare_exchange_n(
		    &panicking, &none, me, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		/* A failure while telling of one: what can be said was said. */
		if (panicking == me)
			power_off(1);
		for (;;)
			hart_wait();
	}
	console_forced = true;
}

void panic(const char *fmt, ...)
{
	char text[160];
	va_list args;

	if (told || panicking != this_hart()->index + 1)
		panic_begin();
	told = true;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pr_err("panic: %s\n", text);
	pr_err("hart %u, stage %s, called from:\n", this_hart()->id, stage_names[stage_now]);
	if (IS_ENABLED(CONFIG_FRAME_POINTER))
		backtrace();
	power_off(1);
}
