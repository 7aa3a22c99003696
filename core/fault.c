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
	static const char *const names[] = {
		[FAULT_PANIC] = "panic",
		[FAULT_CHECK] = "check",
		[FAULT_LEDGER] = "ledger",
		[FAULT_DOUBLE_FREE] = "double_free",
		[FAULT_WRONG_ORDER] = "wrong_order",
		[FAULT_NEVER_ALLOCATED] = "never_allocated",
		[FAULT_KFREE_TWICE] = "kfree_twice",
		[FAULT_WRONG_CACHE] = "wrong_cache",
		[FAULT_REDZONE] = "redzone",
		[FAULT_STACK] = "stack",
		[FAULT_NEW_STACK] = "new_stack",
		[FAULT_STACKS] = "stacks",
		[FAULT_USE_AFTER_FREE] = "use_after_free",
		[FAULT_WRITABLE_CODE] = "writable_code",
		[FAULT_KERNEL_COPY] = "kernel_copy",
		[FAULT_NULL_COPY] = "null_copy",
		[FAULT_STACK_COPY] = "stack_copy",
		[FAULT_HART_STAYS] = "hart_stays",
		[FAULT_HART_LINGERS] = "hart_lingers",
		[FAULT_EXHAUST] = "exhaust",
		[FAULT_CHAIN] = "chain",
		[FAULT_LEAF] = "leaf",
		[FAULT_POISON] = "poison",
		[FAULT_BAD_STACK] = "bad_stack",
		[FAULT_PANIC_TWICE] = "panic_twice",
		[FAULT_PANIC_IN_PRINT] = "panic_in_print",
		[FAULT_PANICS] = "panics",
		[FAULT_CROWD] = "crowd",
		[FAULT_LONG_LINE] = "long_line",
		[FAULT_BAD_BOOT_STACK] = "bad_boot_stack",
		[FAULT_INIT_CALL] = "init_call",
		[FAULT_INIT_READ] = "init_read",
		[FAULT_INIT_WRITE] = "init_write",
		[FAULT_MEMBLOCK_CALL] = "memblock_call",
		[FAULT_MEMBLOCK_READ] = "memblock_read",
		[FAULT_MEMINIT_CALL] = "meminit_call",
		[FAULT_TEMPLATE_READ] = "template_read",
		[FAULT_TABLE_WRITE] = "table_write",
		[FAULT_BOOT_STACK_WRITE] = "boot_stack_write",
		[FAULT_EARLY_WINDOW_READ] = "early_window_read",
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
