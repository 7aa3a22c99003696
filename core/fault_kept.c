// SPDX-License-Identifier: BSD-2-Clause
#include "fault_kept.h"
#include <arch/timer.h>
#include <core/run.h>
#include <mm/dangling.h>
#include <mm/molt.h>
#include <molt/sections.h>

struct fault_kept fault_kept;
__percpu void *fault_kept_here;

void *fault_kept_soundly;
DANGLING_SOUND(fault_kept_soundly, "a test's: nobody reads it");

/* Inlined, as LTO would have it, the word would be on its caller's stack whatever is asked. */
void __noinline fault_molt(void)
{
	void *volatile kept = fault_kept.on_stack ? __init_begin : NULL;

	molt();
	(void)kept;
}

/* Ticks between two looks at nothing, as in idle(). */
#define IDLE_TICKS 10000000

/* Likewise. */
void __noinline fault_keep_idle(void)
{
	void *volatile kept = __init_begin;

	while (fault_kept.on_other_stack && this_hart()->index) {
		timer_arm(timer_now() + IDLE_TICKS);
		hart_rest();
	}
	(void)kept;
}
