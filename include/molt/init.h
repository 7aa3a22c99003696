/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lifetimes, named once.
 *
 * init      boot only; the init window, gone at the molt
 * memblock  resident with ARCH_DISCARD_MEMBLOCK=n, else in the init window
 * meminit   resident with MEMORY_HOTPLUG=y, else in the init window
 *
 * A whole file takes its class from its folder's Makefile (init-y, memblock-y,
 * meminit-y), strings and switch tables included. These markers are for single
 * functions and objects in files of a longer life; strings that such a function
 * uses stay behind in rodata, so prefer the file.
 */
#ifndef MOLT_INIT_H
#define MOLT_INIT_H

#include <molt/compiler.h>

#define __init	       __section(".init.text") __cold
#define __initdata     __section(".init.data")
#define __initconst    __section(".init.rodata")
#define __meminit      __section(".meminit.text")
#define __meminitdata  __section(".meminit.data")
#define __memblock     __section(".memblock.text")
#define __memblockdata __section(".memblock.data")
#define __exit	       __section(".exit.text") __cold __used
#define __exitdata     __section(".exit.data") __used

/*
 * On the declaration of what is class init: what lives longer refers to it too, but only until
 * @stage. Whoever does asks the stage first, or is changed by then.
 */
#define __until(stage)

#endif
