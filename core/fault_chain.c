// SPDX-License-Identifier: BSD-2-Clause
/* Faults some calls deep: a backtrace has each of these functions, in this order. */
#include "fault_leaf.h"
#include <arch/firmware.h>
#include <core/console.h>
#include <core/run.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/printk.h>

/* A pointer as it is read from a page that was poisoned. */
#define POISONED 0xcccccccccccccccc

static void fail_to_print(char c)
{
	(void)c;
	panic("in a panic");
}

/* The first character fails; what a panic then prints does not. */
static void fail_in_print(char c)
{
	(void)c;
	console_putchar = firmware_putchar;
	panic("in a driver");
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
		fault_bad_stack(0);
		break;
	case FAULT_PANIC_TWICE:
		console_putchar = fail_to_print;
		panic("the first");
	case FAULT_PANIC_IN_PRINT:
		console_putchar = fail_in_print;
		pr_err("never printed");
		break;
	case FAULT_LONG_LINE:
		pr_notice("%2000s\n", "the end of a long line");
		panic("behind a long line");
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
