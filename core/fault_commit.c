// SPDX-License-Identifier: BSD-2-Clause
/* The faults of CONFIG_TEST_FAULTS: each must end its run, and be named, but exhaust. */
#include "fault_kept.h"
#include <arch/hart.h>
#include <arch/paging.h>
#include <arch/uaccess.h>
#include <core/harts.h>
#include <core/run.h>
#include <mm/kmap.h>
#include <mm/ledger.h>
#include <mm/tables.h>
#include <molt/init.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>
#include <molt/stage.h>

/* Bounded, so that the compiler believes in it; no stack is as deep. */
static unsigned int __noinline run_off_the_stack(unsigned int depth)
{
	volatile char frame[256];

	frame[0] = (char)depth;
	return depth ? run_off_the_stack(depth - 1) + (unsigned char)frame[0] : 0;
}

static void leave_the_stack(void)
{
	run_off_the_stack(100000);
}

static void leave_new_stack(void)
{
	char *stack = stack_alloc();

	if (!stack)
		panic("no memory for a stack to run off");
	hart_switch_stack((u64)stack, leave_the_stack);
}

/* Harts that are about to fail; none does before the last has come. */
static unsigned int ready;

static void fail_together(enum run_fault fault)
{
	__atomic_add_fetch(&ready, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&ready, __ATOMIC_RELAXED) < harts_online())
		;
	if (fault == FAULT_STACKS)
		leave_the_stack();
	while (fault == FAULT_CROWD && this_hart()->index)
		pr_err("a message of many words, in the midst of which another hart fails\n");
	panic("on every hart");
}

static void linger_once(void)
{
	static bool lingered;

	if (lingered || this_hart()->index != 1 || stage_reached(STAGE_MOLTED))
		return;
	lingered = true;
	fault_linger();
}
LIFETIME_REFERENCE("is to be found by the molt", linger_once, fault_linger);

void fault_commit_idle(void)
{
	fault_keep_idle();
	if (run_options.fault == FAULT_HART_STAYS || run_options.fault == FAULT_HART_LINGERS)
		linger_once();
	if (!stage_reached(STAGE_MOLTED))
		return;
	if (run_options.fault == FAULT_STACKS || run_options.fault == FAULT_PANICS ||
		run_options.fault == FAULT_CROWD)
		fail_together(run_options.fault);
}

static void make_code_writable(void)
{
	virt_addr_t va = image_window + image_window_size - PAGE_SIZE;

	if (paging_map(&kernel_space, va, image_phys, PAGE_SIZE, PROT_READ | PROT_WRITE))
		panic("no memory to map code");
	tables_fence();
}

/* Enough for two functions, too little for the frame of a trap. */
#define STACK_LEFT 192

/* Faults on a user's address where the stack has no room for the trap. */
static void __noinline copy_at_the_end_of_the_stack(void)
{
	u64 room = (u64)__builtin_frame_address(0) - this_hart()->stack_base, value;
	volatile char *used = __builtin_alloca(room - STACK_LEFT);

	*used = 0;
	if (get_user_u64(&value, (user_ptr_t){PAGE_SIZE}))
		pr_err("the trap has returned to a stack that has no room for it\n");
}

/* The user's address is not to blame: the kernel's own is wrong, or its stack is used up. */
static void copy_wrongly(enum run_fault fault)
{
	const user_ptr_t user = {PAGE_SIZE};

	if (fault == FAULT_STACK_COPY)
		copy_at_the_end_of_the_stack();
	if (copy_to_user(user, fault == FAULT_NULL_COPY ? NULL : __init_begin, 8))
		pr_err("a wrong address of the kernel's is taken for a user's\n");
}

void fault_commit(void)
{
	switch (run_options.fault) {
	case FAULT_PANIC:
		panic("on request");
	case FAULT_LEDGER:
		ledger_add(OWNER_SLAB, 1);
		break;
	case FAULT_STACK:
		leave_the_stack();
		break;
	case FAULT_NEW_STACK:
		leave_new_stack();
		break;
	case FAULT_STACKS:
	case FAULT_PANICS:
	case FAULT_CROWD:
		idle();
		break;
	case FAULT_WRITABLE_CODE:
		make_code_writable();
		break;
	case FAULT_KERNEL_COPY:
	case FAULT_NULL_COPY:
	case FAULT_STACK_COPY:
		if (IS_ENABLED(CONFIG_UACCESS))
			copy_wrongly(run_options.fault);
		break;
	case FAULT_DOUBLE_FREE:
	case FAULT_WRONG_ORDER:
	case FAULT_NEVER_ALLOCATED:
	case FAULT_KFREE_TWICE:
	case FAULT_WRONG_CACHE:
	case FAULT_REDZONE:
	case FAULT_USE_AFTER_FREE:
	case FAULT_EXHAUST:
		fault_memory(run_options.fault);
		break;
	case FAULT_CHAIN:
	case FAULT_LEAF:
	case FAULT_POISON:
	case FAULT_BAD_STACK:
	case FAULT_PANIC_TWICE:
	case FAULT_PANIC_IN_PRINT:
	case FAULT_LONG_LINE:
		fault_chain(run_options.fault);
		break;
	case FAULT_NONE:
	case FAULT_CHECK:      /* the checks see to it */
	case FAULT_HART_STAYS: /* and other harts to these */
	case FAULT_HART_LINGERS:
	case FAULT_BAD_BOOT_STACK: /* and boot to this one */
		break;
	default:
		fault_discarded(run_options.fault);
	}
}
