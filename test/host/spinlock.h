/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before molt/spinlock.h, in its place: more harts than the host has processors, and
 * they give way with locks held (perturb.c). Who waits gives way, too.
 */
#ifndef MOLT_SPINLOCK_H
#define MOLT_SPINLOCK_H

#include <molt/types.h>
#include <sched.h>

typedef struct {
	u32 held;
} spinlock_t;

static inline void spin_lock(spinlock_t *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		sched_yield();
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif
