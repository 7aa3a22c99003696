/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables of which each hart has one: the compiler's thread-local storage, local-exec
 * model. tp points to the hart's area (psABI, "Thread Local Storage"), so that this hart's
 * copy is one load away. The linker script lays the template out, struct hart first; each
 * hart's area begins as a copy of it (core/harts_boot.c).
 */
#ifndef ARCH_PERCPU_H
#define ARCH_PERCPU_H

#include <arch/hart.h>

#define __percpu __thread

/* Harts that have an area; index 0 is the boot hart's. Set once, by harts_init(). */
extern unsigned int hart_count;

/* The area of hart @index, below hart_count. It begins with the struct hart. */
struct hart *hart_at(unsigned int index);

/* The copy of @variable that belongs to @hart, a struct hart *: hart_at() has them all. */
#define percpu_of(variable, hart) \
	((__typeof__(&(variable)))((char *)(hart) + ((char *)&(variable) - (char *)this_hart())))

#endif
