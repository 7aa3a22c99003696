/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler is told, and small arithmetic that every room uses. */
#ifndef MOLT_COMPILER_H
#define MOLT_COMPILER_H

#include <molt/config.h>

#define __noreturn	  __attribute__((__noreturn__))
#define __noinline	  __attribute__((__noinline__))
#undef __always_inline /* a C library on the host has it too */
#define __always_inline	  inline __attribute__((__always_inline__))
#define __used		  __attribute__((__used__))
#define __weak		  __attribute__((__weak__))
#define __maybe_unused	  __attribute__((__unused__))
#define __cold		  __attribute__((__cold__))
#define __aligned(n)	  __attribute__((__aligned__(n)))
#define __section(s)	  __attribute__((__section__(s)))
#define __printf(fmt, ap) __attribute__((__format__(__printf__, fmt, ap)))
#define __must_check	  __attribute__((__warn_unused_result__))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * A variable that other harts read or write meanwhile, in one access. (For a word the
 * compiler's own atomic store is a swap, which is dearer and does no more.)
 */
#ifdef __SANITIZE_THREAD__
#define READ_ONCE(x)	     __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)
#else
#define READ_ONCE(x)	     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#endif

/* The address that the running function returns to: names the caller in an error. */
#define CALLER ((unsigned long)__builtin_return_address(0))

/* @align is a power of two. */
#define ALIGN_UP(x, align)   (((x) + ((__typeof__(x))(align)-1)) & ~((__typeof__(x))(align)-1))
#define ALIGN_DOWN(x, align) ((x) & ~((__typeof__(x))(align)-1))
#define IS_ALIGNED(x, align) (((x) & ((__typeof__(x))(align)-1)) == 0)

#endif
