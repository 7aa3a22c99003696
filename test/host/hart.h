/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before the kernel's own headers, in place of arch/hart.h: a host's thread is a
 * hart, and its thread-local storage the hart's area.
 */
#ifndef ARCH_HART_H
#define ARCH_HART_H

#include <sched.h>
#include <stdbool.h>

struct hart {
	unsigned int index;
	unsigned int rests;
	bool online;
};

/* This thread's; main's is hart 0. test/host/harts.c */
extern __thread struct hart host_hart;

static inline struct hart *this_hart(void)
{
	return &host_hart;
}

/* The node that page_alloc() is called on by this thread; the test sets it. */
extern __thread unsigned int host_hart_node;

static inline unsigned int hart_node(void)
{
	return host_hart_node;
}

static inline void hart_wait(void)
{
	sched_yield();
}

static inline void hart_rest(void)
{
	__atomic_add_fetch(&this_hart()->rests, 1, __ATOMIC_SEQ_CST);
	hart_wait();
	__atomic_add_fetch(&this_hart()->rests, 1, __ATOMIC_SEQ_CST);
}

/* What the test has in place of a firmware. */
int hart_fence_others(void);

#endif
