/* SPDX-License-Identifier: BSD-2-Clause */
/* The harts there are. Each has an area, which begins with its struct hart. */
#ifndef CORE_HARTS_H
#define CORE_HARTS_H

#include <arch/hart.h>

/* Harts that have an area; index 0 is the boot hart's. Set once, by harts_init(). */
extern unsigned int hart_count;
extern char *hart_areas; /* one behind the other, each a copy of the linker's template */

/* The area of hart @index, below hart_count. */
struct hart *hart_at(unsigned int index);

/* Harts in their idle threads, this one included. */
unsigned int harts_online(void);

#endif
