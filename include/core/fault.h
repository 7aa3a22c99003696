/* SPDX-License-Identifier: BSD-2-Clause */
/* What CONFIG_TEST_FAULTS does on purpose, most of it after the molt. */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

/*
 * RUN_FAULTS(X) - each fault's symbol and its name in fault=. Those at the end reach for what the
 * molt has given back, in this order in fault_discarded.c.
 */
#define RUN_FAULTS(X)                                                                              \
	X(PANIC, "panic")                                                                          \
	X(CHECK, "check")   /* a self check fails */                                               \
	X(LEDGER, "ledger") /* a byte too many is booked */                                        \
	X(DOUBLE_FREE, "double_free")                                                              \
	X(WRONG_ORDER, "wrong_order")                                                              \
	X(NEVER_ALLOCATED, "never_allocated") /* free what was never handed out */                 \
	X(KFREE_TWICE, "kfree_twice")                                                              \
	X(WRONG_CACHE, "wrong_cache")                                                              \
	X(REDZONE, "redzone")	  /* write past an object's end: seen with SLAB_DEBUG */           \
	X(STACK, "stack")	  /* run off the end of the stack */                               \
	X(NEW_STACK, "new_stack") /* of one that was made at run time */                           \
	X(STACKS, "stacks")	  /* all harts at once */                                          \
	X(USE_AFTER_FREE,                                                                          \
		"use_after_free") /* write to a page that is free: seen with PAGE_POISON */        \
	X(WRITABLE_CODE, "writable_code") /* map text once more, writable: seen with DEBUG_WX */   \
	X(KERNEL_COPY, "kernel_copy") /* a kernel address that is not there, beside a user's */    \
	X(NULL_COPY, "null_copy")   /* a null pointer of the kernel's, beside a user's address */  \
	X(STACK_COPY, "stack_copy") /* a user's address is not there, and the stack is used up */  \
	X(HART_STAYS, "hart_stays") /* one does not leave the window */                            \
	X(HART_LINGERS, "hart_lingers") /* one leaves it late: no failure */                       \
	X(EXHAUST, "exhaust")	      /* take all memory, and see who survives that: no failure */ \
	X(CHAIN, "chain")	      /* functions call each other, the last one panics */         \
	X(LEAF, "leaf")		      /* and here the last one has no frame, and traps */          \
	X(POISON, "poison")	      /* follow a pointer out of memory that was freed */          \
	X(BAD_STACK, "bad_stack")     /* panic on a stack whose frames lead nowhere */             \
	X(PANIC_TWICE, "panic_twice") /* panic while a panic is told */                            \
	X(PANIC_IN_PRINT, "panic_in_print") /* panic in the console's driver, its lock held */     \
	X(PANICS, "panics")		    /* on all harts at once */                             \
	X(CROWD, "crowd")		    /* while all others print */                           \
	X(LONG_LINE, "long_line") /* behind a message that is longer than what is kept of them */  \
	X(BAD_BOOT_STACK, "bad_boot_stack") /* as BAD_STACK, before boot's stack is left */        \
	X(INIT_CALL, "init_call")                                                                  \
	X(INIT_READ, "init_read")                                                                  \
	X(INIT_WRITE, "init_write")                                                                \
	X(MEMBLOCK_CALL, "memblock_call")                                                          \
	X(MEMBLOCK_READ, "memblock_read")                                                          \
	X(MEMINIT_CALL, "meminit_call")                                                            \
	X(TEMPLATE_READ, "template_read")                                                          \
	X(TABLE_WRITE, "table_write")                                                              \
	X(BOOT_STACK_WRITE, "boot_stack_write")                                                    \
	X(EARLY_WINDOW_READ, "early_window_read")

enum run_fault {
	FAULT_NONE,
#define X(symbol, name) FAULT_##symbol,
	RUN_FAULTS(X)
#undef X
};

/* Commit the fault of run_options; of all harts' faults, each in its idle thread. [TEST_FAULTS] */
void fault_commit(void);
void fault_commit_idle(void);

/* dangling=: an address of the window where it stays, from stage `zones` on. [init] */
void fault_plant(void);

/* molt(), with such an address in its caller's frame, if that is asked for. */
void fault_molt(void);

/* A hart runs code of the window, for ever or for a while. [init] */
void fault_linger(void);

/* Of those, what misuses memory, reaches for what was discarded, fails some calls deep. */
void fault_memory(enum run_fault fault);
void fault_discarded(enum run_fault fault);
void fault_chain(enum run_fault fault);

#endif
