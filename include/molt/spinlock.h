/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutual exclusion between harts. Never held across a wait. */
#ifndef MOLT_SPINLOCK_H
#define MOLT_SPINLOCK_H

#include <molt/types.h>

typedef struct {
	u32 held;
} spinlock_t;

static inline bool spin_trylock(spinlock_t *lock)
{
	return !__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE);
}

static inline void spin_lock(spinlock_t *lock)
{
	while (!spin_trylock(lock)) {
		while (__atomic_load_n(&lock->held, __ATOMIC_RELAXED))
			;
	}
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif
