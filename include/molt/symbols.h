/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the kernel's functions, for messages. */
#ifndef MOLT_SYMBOLS_H
#define MOLT_SYMBOLS_H

#include <molt/config.h>
#include <molt/init.h>
#include <molt/types.h>

/**
 * symbol_lookup - the function that @address lies in
 * @offset: set to the bytes from its first instruction to @address
 * @size: set to the bytes from there to the next function's
 *
 * Returns its name; NULL, with nothing set, where no function is known there: in data, without
 * KALLSYMS_BOOT, and in the init window once that is gone, unless KALLSYMS keeps the names of
 * what was there. With KALLSYMS at any time; else class memblock, and for its like only.
 */
#ifdef CONFIG_KALLSYMS_BOOT
const char *symbol_lookup(unsigned long address, unsigned long *offset, unsigned long *size);
#else
static inline const char *symbol_lookup(
	unsigned long address, unsigned long *offset, unsigned long *size)
{
	(void)address;
	(void)offset;
	(void)size;
	return NULL;
}
#endif

/* A place in the code: function+offset where its name is known, else the address. */
struct place {
	const char *name, *plus;
	unsigned long offset;
};
#define PLACE_FORMAT	  "%s%s0x%lx"
#define PLACE_ARGS(place) (place).name, (place).plus, (place).offset

/* While the names of functions are there: as symbol_lookup(). */
static __always_inline struct place place_named(unsigned long address)
{
	struct place place = {"", "", address};
	unsigned long size;
	const char *name = symbol_lookup(address, &place.offset, &size);

	if (name) {
		place.name = name;
		place.plus = "+";
	}
	return place;
}

/* At any time. */
static __always_inline struct place place_of(unsigned long address)
{
	if (IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK) && !IS_ENABLED(CONFIG_KALLSYMS))
		return (struct place){"", "", address};
	return place_named(address);
}

#if defined(CONFIG_KALLSYMS_BOOT) && !defined(CONFIG_KALLSYMS) && \
	!defined(CONFIG_ARCH_DISCARD_MEMBLOCK)
LIFETIME_REFERENCE("memblock stays", place_of, symbol_lookup);
#endif

#endif
