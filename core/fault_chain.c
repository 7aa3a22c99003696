// SPDX-License-Identifier: BSD-2-Clause
/* Faults some calls deep: a backtrace has each of these functions, in this order. */
#include "fault_leaf.h"
#include <core/console.h>
#include <core/run.h>
#include <molt/compiler.h>
#include <molt/panic.h>

/* A pointer as it is read from a page that was poisoned. */
#define POISONED 0xcccccccccccccccc

static void fail_to_print(char c)
{
	(void)c;
	panic("in a panic");
}

static void __noinline chain_last(enum run_fault fault)
{
	switch (fault) {
	case FAULT_LEAF:
		fault_leaf((volatile char *)1);
		break;
	case FAULT_POISON:
		((volatile char *)POISONED)[8] = 0;
		break;
	case FAULT_BAD_STACK:
		fault_bad_stack();
		break;
	case FAULT_PANIC_TWICE:
		console_putchar = fail_to_print;
		panic("the first");
	default:
		/* More than registers hold. */
		panic("at the end of a chain: %u %u %lu %s %u %u %u %u %lx %s", 1, 2, 3UL, "four",
			5, 6, 7, 8, 9UL, "ten");
	}
}

static void __noinline chain_middle(enum run_fault fault)
{
	chain_last(fault);
}

void __noinline fault_chain(enum run_fault fault)
{
	chain_middle(fault);
}
