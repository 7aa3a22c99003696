// SPDX-License-Identifier: BSD-2-Clause
/* Harts at run time: where their areas are, which of them are there, and idling. */
#include <arch/percpu.h>
#include <arch/timer.h>
#include <core/harts.h>
#include <core/run.h>
#include <molt/sections.h>

unsigned int hart_count;
char *hart_areas;

struct hart *hart_at(unsigned int index)
{
	return (struct hart *)(hart_areas + index * SECTION_SIZE(percpu));
}

unsigned int harts_online(void)
{
	unsigned int index, online = 0;

	for (index = 0; index < hart_count; index++)
		online += __atomic_load_n(&hart_at(index)->online, __ATOMIC_ACQUIRE);
	return online;
}

/*
 * QEMU with -icount and sleep=off stops for good when a hart waits with no timer armed;
 * on any machine a tick bounds how long a lost wake-up goes unnoticed.
 */
#define IDLE_TICKS 10000000

void idle(void)
{
	for (;;) {
		if (IS_ENABLED(CONFIG_TEST_FAULTS))
			fault_commit_idle();
		timer_arm(timer_now() + IDLE_TICKS);
		hart_rest();
	}
}

void secondary_main(void)
{
	timer_start();
	__atomic_store_n(&this_hart()->online, true, __ATOMIC_RELEASE);
	idle();
}
