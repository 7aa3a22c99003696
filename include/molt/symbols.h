/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the kernel's functions, for messages. */
#ifndef MOLT_SYMBOLS_H
#define MOLT_SYMBOLS_H

#include <molt/types.h>

/**
 * symbol_lookup - the function that @address lies in
 * @offset: set to the bytes from its first instruction to @address
 *
 * Returns its name, which lives as long as the class memblock; NULL, with nothing set,
 * where no function is known there: without KALLSYMS, in data, and in the init window once
 * that is gone. Class memblock, and for its like only. Any context.
 */
#ifdef CONFIG_KALLSYMS
const char *symbol_lookup(unsigned long address, unsigned long *offset);
#else
static inline const char *symbol_lookup(unsigned long address, unsigned long *offset)
{
	(void)address;
	(void)offset;
	return NULL;
}
#endif

#endif
