/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FAULT_INJECTION: allocations fail on request, after the molt, the same ones in each run. For code
 * under IS_ENABLED(CONFIG_FAULT_INJECTION).
 */
#ifndef MM_FAULT_INJECT_H
#define MM_FAULT_INJECT_H

#include <molt/types.h>

/* Which calls fail: as docs/boot.md has the parameter of that name. */
struct fault_attr {
	const char *name;
	u64 interval;	     /* every n-th; 0: none */
	u64 probability;     /* of these, in percent */
	u64 times;	     /* at most */
	u64 seed;	     /* of chance */
	u64 calls, failures; /* so far. Atomic */
};

/* page_alloc() and its like; kmalloc() and its like. */
extern struct fault_attr fail_page_alloc, failslab;

/**
 * should_fail - whether this call, from @caller, is to fail; if so, a warning says it
 * Any hart, any context. Without a lock: the calls of all harts together are counted.
 */
bool should_fail(struct fault_attr *attr, unsigned long caller);

/* Failures so far, of all kinds. */
u64 faults_injected(void);

#endif
