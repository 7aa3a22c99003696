/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel stacks at run time; boot's and devices are in mm/boot.h. */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include <arch/page.h>
#include <molt/config.h>

#define STACK_SIZE (CONFIG_KERNEL_STACK_PAGES * PAGE_SIZE)

/**
 * stack_alloc - a kernel stack of STACK_SIZE with an unmapped page on both sides
 *
 * Its pages come from the zones (GFP_KERNEL) and are OWNER_STACKS. From stage `zones` on, on
 * any hart; fences all harts, so that any may run on it. Panics where the firmware does not
 * fence them.
 * Returns its lowest address, content anything; NULL where there is no memory, or no address
 * is left: then nothing is lost.
 */
void *stack_alloc(void);

/**
 * stack_free - give back what stack_alloc() returned
 * No hart runs on it, nor will. All harts are fenced before its address and its pages can be
 * anybody's again. What is no stack panics, naming the caller.
 */
void stack_free(void *stack);

#endif
