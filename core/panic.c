// SPDX-License-Identifier: BSD-2-Clause
#include <arch/firmware.h>
#include <arch/hart.h>
#include <arch/paging.h>
#include <arch/trap.h>
#include <core/console.h>
#include <core/log.h>
#include <core/power.h>
#include <core/report.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>
#include <molt/stage.h>

/* The hart that ends the machine, its index + 1; 0: none. Others stop where they are. */
static u32 panicking;
static bool told; /* that hart is past panic_begin() */
static u32 again; /* times that hart failed while it was telling */
static const struct trap_frame *interrupted;

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

void panic_begin(const struct trap_frame *trap)
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
	interrupted = trap;
	console_seize();
}

void panic_at(const struct trap_frame *call, const char *fmt, va_list args)
{
	if (told || panicking != this_hart()->index + 1)
		panic_begin(NULL);
	told = true;
	pr_err("panic: ");
	vprintk(LOGLEVEL_ERR, fmt, args);
	pr_err("\nhart %u, stage %s, build %016lx, image at %lx, %lx\n", this_hart()->id,
		stage_names[stage_now], __build_id, image_phys, image_phys + linear_offset);
	registers_print(interrupted ? interrupted : call);
	if (!IS_ENABLED(CONFIG_BACKTRACE_NONE))
		backtrace(call);
	if (IS_ENABLED(CONFIG_PANIC_LOG))
		log_print();
	power_off(1);
}
