/* SPDX-License-Identifier: BSD-2-Clause */
/* The harts there are, at run time. */
#ifndef CORE_HARTS_H
#define CORE_HARTS_H

#include <arch/percpu.h>

/* The harts' areas, one behind the other, each a copy of the linker's template. */
extern char *hart_areas;

/* Harts in their idle threads, this one included. */
unsigned int harts_online(void);

#endif
