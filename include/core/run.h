/* SPDX-License-Identifier: BSD-2-Clause */
/* Run time: from the end of boot on, all of it resident. */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include <molt/compiler.h>
#include <molt/types.h>

/* What CONFIG_TEST_FAULTS does on purpose, after the molt. */
enum run_fault {
	FAULT_NONE,
	FAULT_PANIC,
	FAULT_CHECK,  /* a self check fails */
	FAULT_LEDGER, /* a byte too many is booked */
	FAULT_DOUBLE_FREE,
	FAULT_WRONG_ORDER,
	FAULT_NEVER_ALLOCATED, /* free what was never handed out */
	FAULT_KFREE_TWICE,
	FAULT_WRONG_CACHE,
	FAULT_REDZONE,	      /* write past an object's end: seen with SLAB_DEBUG */
	FAULT_STACK,	      /* run off the end of the stack */
	FAULT_NEW_STACK,      /* of one that was made at run time */
	FAULT_STACKS,	      /* all harts at once */
	FAULT_USE_AFTER_FREE, /* write to a page that is free: seen with PAGE_POISON */
	FAULT_WRITABLE_CODE,  /* map text once more, writable: seen with DEBUG_WX */
	FAULT_KERNEL_COPY,    /* a kernel address that is not there, beside a user's */
	FAULT_NULL_COPY,      /* a null pointer of the kernel's, beside a user's address */
	FAULT_STACK_COPY,     /* a user's address is not there, and the stack is used up */
	FAULT_HART_STAYS,     /* one does not leave the window */
	FAULT_HART_LINGERS,   /* one leaves it late: no failure */
	FAULT_EXHAUST,	      /* take all memory, and see who survives that: no failure */
	FAULT_CHAIN,	      /* functions call each other, the last one panics */
	FAULT_LEAF,	      /* and here the last one has no frame, and traps */
	FAULT_POISON,	      /* follow a pointer out of memory that was freed */
	FAULT_BAD_STACK,      /* panic on a stack whose frames lead nowhere */
	FAULT_PANIC_TWICE,    /* panic while a panic is told */
	FAULT_PANIC_IN_PRINT, /* panic in the console's driver, its lock held */
	FAULT_PANICS,	      /* on all harts at once */
	FAULT_CROWD,	      /* while all others print */
	FAULT_LONG_LINE,      /* behind a message that is longer than what is kept of them */
	FAULT_BAD_BOOT_STACK, /* as BAD_STACK, before boot's stack is left */
	/* Reach for what the molt has given back; in this order in fault_discarded.c. */
	FAULT_INIT_CALL,
	FAULT_INIT_READ,
	FAULT_INIT_WRITE,
	FAULT_MEMBLOCK_CALL,
	FAULT_MEMBLOCK_READ,
	FAULT_MEMINIT_CALL,
	FAULT_TEMPLATE_READ,
	FAULT_TABLE_WRITE,
	FAULT_BOOT_STACK_WRITE,
	FAULT_EARLY_WINDOW_READ,
};

struct run_options {
	bool stay;	  /* poweroff=no: idle after the checks */
	bool skip_checks; /* checks=no */
	bool report_json; /* report=json */
	u32 stress;   /* stress=N: operations of each hart; 0: as many as usual. [STRESS_CHECK] */
	bool meminfo; /* meminfo: tables at the end */
	bool page_owner; /* page_owner=dump: who holds pages at the end */
	enum run_fault fault;
};
extern struct run_options run_options;

/**
 * run - the boot hart's idle thread: molt, check, report, end
 * Entered on its own stack once all harts are in their idle threads.
 */
void __noreturn run(void);

/* A hart with nothing to do: waits, a timer always armed. */
void __noreturn idle(void);

/* Commit the fault of run_options; of all harts' faults, each in its idle thread. [TEST_FAULTS] */
void fault_commit(void);
void fault_commit_idle(void);

/* dangling=: an address of the window where it stays, from stage `zones` on. [init] */
void fault_plant(void);

/* molt(), with such an address in its caller's frame, if that is asked for. */
void fault_molt(void);

/* A hart runs code of the window, for ever or for a while. [init] */
void fault_linger(void);

/* Of those, what reaches for what was discarded, and what fails some calls deep. */
void fault_discarded(enum run_fault fault);
void fault_chain(enum run_fault fault);

#endif
