// SPDX-License-Identifier: BSD-2-Clause
/* CONFIG_TEST_FAULTS: fault=NAME makes a run fail on purpose. */
#include "fault_leaf.h"
#include <arch/timer.h>
#include <core/run.h>
#include <lib/string.h>
#include <molt/initcall.h>
#include <molt/param.h>
#include <molt/sections.h>

static bool set_fault(const char *value)
{
	static const char *const names[] = {[FAULT_NONE] = "",
#define X(symbol, name) [FAULT_##symbol] = name,
		RUN_FAULTS(X)
#undef X
	};
	unsigned int i;

	for (i = FAULT_PANIC; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(value, names[i]))
			run_options.fault = (enum run_fault)i;
	}
	return run_options.fault != FAULT_NONE;
}
early_param("fault=", set_fault);

/* A frame pointer between boot's stack and those of the harts, where nothing is mapped. */
static int fail_on_boot_stack(void)
{
	if (run_options.fault == FAULT_BAD_BOOT_STACK)
		fault_bad_stack((u64)__image_end + 0x100);
	return 0;
}
late_initcall(fail_on_boot_stack);

/* Ticks that a hart lingers: longer than boot takes from there to the molt. */
#define LINGER_TICKS 3000000

void fault_linger(void)
{
	u64 until = timer_now() + LINGER_TICKS;

	while (run_options.fault == FAULT_HART_STAYS || timer_now() < until)
		;
}
