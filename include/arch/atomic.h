/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Atomic operations that the compiler's own make two instructions of, with a full fence.
 * (Unprivileged ISA 20191213, section 8.4)
 */
#ifndef ARCH_ATOMIC_H
#define ARCH_ATOMIC_H

#include <molt/types.h>

/*
 * fetch_or_release - set @bits in @word; returns what it was
 * All that this hart wrote before is seen by who reads the bits with acquire.
 */
static inline u64 fetch_or_release(u64 *word, u64 bits)
{
#ifdef __riscv
	u64 old;

	__asm__ volatile("amoor.d.rl %0, %2, %1" : "=r"(old), "+A"(*word) : "r"(bits) : "memory");
	return old;
#else
	return __atomic_fetch_or(word, bits, __ATOMIC_RELEASE);
#endif
}

#endif
