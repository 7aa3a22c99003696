/* SPDX-License-Identifier: BSD-2-Clause */
/* DEBUG_WX: the live page tables keep W^X, and show nothing that is not to be seen. */
#ifndef MM_WX_H
#define MM_WX_H

#include <arch/wx.h>

/**
 * wx_check - walk the tables that this hart runs on; panics where they break a rule
 *
 * From stage `mapped` on. Nobody changes the tables meanwhile: the other harts are idle.
 */
void wx_check(void);

/* What the last walk found there. */
extern struct wx_counts wx_counts;

/* The same of the early tables, once memblock knows what is the firmware's. [init] */
void wx_check_early(void);

/* Remember, of memblock, what is not to be mapped. Draws memory, OWNER_ZONES. [init] */
void wx_remember_unmapped(void);

#endif
