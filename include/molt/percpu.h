/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Per-hart variables: one copy for each hart that exists, in its area, which begins
 * with a struct hart. The linker's section is the template they are copied from.
 */
#ifndef MOLT_PERCPU_H
#define MOLT_PERCPU_H

#include <arch/hart.h>
#include <molt/compiler.h>
#include <molt/sections.h>

#define DEFINE_PER_HART(type, name) __section(".percpu") type name

/* The copy of @name that @hart has. */
#define per_hart(hart, name) \
	(*(__typeof__(name) *)((char *)(hart) + ((char *)&(name)-__percpu_begin)))

/* Harts that have an area; index 0 is the boot hart's. */
extern unsigned int hart_count;

/* The area of hart @index, below hart_count. */
struct hart *hart_at(unsigned int index);

#endif
