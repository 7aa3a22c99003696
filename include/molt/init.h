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

/*
 * LIFETIME_REFERENCE(reason, caller, callees...)
 *
 * That @caller, which lives longer, refers to @callees is sound, for @reason: as a rule it asks
 * the stage first. Stands at the caller. The checker (scripts/check_lifetimes.py) lets these
 * references pass and no others, and complains of a declaration that nothing needs;
 * `make lifetimes` lists them all. Is not loaded.
 *
 * @caller is a function, an inline one too, or an object; at file scope, in C and in assembly.
 */
#define LIFETIME_WORD(x)   LIFETIME_STRING(x)
#define LIFETIME_STRING(x) #x

#ifdef __ASSEMBLER__
/* clang-format off */
#define LIFETIME_REFERENCE(reason, caller, ...)					\
	.pushsection .lifetime_references, "", @progbits;			\
	.asciz reason, #caller, #__VA_ARGS__;					\
	.ascii __FILE__, ":";							\
	.asciz LIFETIME_WORD(__LINE__);						\
	.popsection
/* clang-format on */
#else

#include <molt/compiler.h>

#define LIFETIME_REFERENCE(reason, caller, ...) \
	LIFETIME_RECORD(reason, #caller, #__VA_ARGS__, LIFETIME_WORD(__LINE__))
#define LIFETIME_RECORD(reason, caller, callees, line)                                   \
	__asm__(".pushsection .lifetime_references, \"\", @progbits\n\t.asciz \"" reason \
		"\", \"" caller "\", \"" callees "\", \"" __FILE__ ":" line "\"\n\t.popsection")

#define __init	       __section(".init.text") __cold
#define __initdata     __section(".init.data")
#define __initconst    __section(".init.rodata")
#define __meminit      __section(".meminit.text")
#define __meminitdata  __section(".meminit.data")
#define __memblock     __section(".memblock.text")
#define __memblockdata __section(".memblock.data")
#define __exit	       __section(".exit.text") __cold __used
#define __exitdata     __section(".exit.data") __used
#define __exitconst    __section(".exit.rodata") __used

#endif
#endif
