/* SPDX-License-Identifier: BSD-2-Clause */
/* DEBUG_DANGLING: no word that stays points into what the molt gives back. */
#ifndef MM_DANGLING_H
#define MM_DANGLING_H

#include <molt/compiler.h>
#include <molt/config.h>
#include <molt/table.h>
#include <molt/types.h>

/* A variable in data or bss whose words may point there, and why nobody follows them. */
struct dangling_sound {
	const void *variable;
	unsigned long size;
	const char *why;
};

/**
 * DANGLING_SOUND(variable, "why") - what it holds at the molt is never used again
 * Printed at the molt with loglevel=8.
 */
#ifdef CONFIG_DEBUG_DANGLING
#define DANGLING_SOUND(variable, why)                                              \
	TABLE_ENTRY(dangling_sound, dangling_sound, dangling_sound_##variable) = { \
		&(variable), sizeof(variable), why}
#else
#define DANGLING_SOUND(variable, why) _Static_assert(sizeof(variable) && sizeof(why), "")
#endif

/**
 * dangling_check - look for such words; each is told with who holds it, then it panics
 *
 * In data and bss, in the harts' areas, in the live part of their stacks (the caller's
 * own: from its frame on), in objects and in pages that are allocated. By the molt, while all
 * that is to go is still there. Other harts are at rest. [init]
 */
void dangling_check(void);

#endif
