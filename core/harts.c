// SPDX-License-Identifier: BSD-2-Clause
/* Harts at run time: where their areas are, which of them are there, and idling. */
#include <arch/paging.h>
#include <arch/percpu.h>
#include <arch/timer.h>
#include <core/bugs.h>
#include <core/check.h>
#include <core/harts.h>
#include <core/run.h>
#include <molt/err.h>
#include <molt/sections.h>
#include <molt/stage.h>

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

/* Ticks between two looks; for a spin would starve others under -icount. */
#define POLL_TICKS 1000

u64 hart_patience;

int hart_bring_up(struct hart *hart)
{
	u64 limit = timer_now() + hart_patience;
	int err = hart_start(hart);

	while (!err && !__atomic_load_n(&hart->online, __ATOMIC_ACQUIRE)) {
		if (timer_now() > limit)
			return -ETIMEDOUT;
		timer_arm(timer_now() + POLL_TICKS);
		hart_wait();
	}
	return err;
}

/* What harts_call() wants of the others. */
static struct {
	void (*fn)(void *argument);
	void *argument;
	unsigned int running; /* harts that are not done */
} call;

/* Whether this hart is to do it. */
static __percpu bool called;

static void answer(void)
{
	hart_woken();
	if (!__atomic_load_n(&called, __ATOMIC_ACQUIRE))
		return;
	called = false;
	call.fn(call.argument);
	__atomic_fetch_sub(&call.running, 1, __ATOMIC_RELEASE);
}

void harts_call(void (*fn)(void *argument), void *argument)
{
	unsigned int index;

	call.fn = fn;
	call.argument = argument;
	for (index = 0; index < hart_count; index++) {
		struct hart *hart = hart_at(index);

		if (hart == this_hart() || !__atomic_load_n(&hart->online, __ATOMIC_ACQUIRE))
			continue;
		__atomic_fetch_add(&call.running, 1, __ATOMIC_RELAXED);
		__atomic_store_n(percpu_of(called, hart), true, __ATOMIC_RELEASE);
	}
	if (__atomic_load_n(&call.running, __ATOMIC_RELAXED))
		hart_wake_others();
	fn(argument);
	while (__atomic_load_n(&call.running, __ATOMIC_ACQUIRE)) {
		timer_arm(timer_now() + POLL_TICKS);
		hart_wait();
	}
}

/*
 * QEMU with -icount and sleep=off stops for good when a hart waits with no timer armed;
 * on any machine a tick bounds how long a lost wake-up goes unnoticed.
 */
#define IDLE_TICKS 10000000

void idle(void)
{
	if (IS_ENABLED(CONFIG_STRESS_CHECK))
		hart_woken();
	for (;;) {
		if (IS_ENABLED(CONFIG_TEST_FAULTS))
			fault_commit_idle();
		if (IS_ENABLED(CONFIG_DEBUG_FENCE))
			paging_fence_check("idling");
		timer_arm(timer_now() + IDLE_TICKS);
		hart_rest();
		if (IS_ENABLED(CONFIG_STRESS_CHECK))
			answer();
	}
}

void secondary_main(void)
{
	timer_start();
	if (IS_ENABLED(CONFIG_SELF_CHECKS) && stage_reached(STAGE_MOLTED))
		check_late_hart();
	if (IS_ENABLED(CONFIG_BUG_ON_HART))
		bug_plant_on_hart();
	__atomic_store_n(&this_hart()->online, true, __ATOMIC_RELEASE);
	idle();
}
