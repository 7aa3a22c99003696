/* SPDX-License-Identifier: BSD-2-Clause */
/* Who called, for messages: function+offset where its name is known, else the address. */
#ifndef MM_CALLER_H
#define MM_CALLER_H

#include <molt/config.h>
#include <molt/init.h>
#include <molt/symbols.h>

struct caller {
	const char *name, *plus;
	unsigned long offset;
};
#define CALLER_FORMAT	    "%s%s0x%lx"
#define CALLER_ARGS(caller) (caller).name, (caller).plus, (caller).offset

/* While the names of functions are there: as long as memblock is (docs/adr/0007). */
static inline struct caller caller_named(unsigned long address)
{
	struct caller caller = {"", "", address};
	const char *name = symbol_lookup(address, &caller.offset);

	if (name) {
		caller.name = name;
		caller.plus = "+";
	}
	return caller;
}

/* At any time. */
static inline struct caller caller_of(unsigned long address)
{
	if (IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		return (struct caller){"", "", address};
	return caller_named(address);
}

#if defined(CONFIG_KALLSYMS) && !defined(CONFIG_ARCH_DISCARD_MEMBLOCK)
LIFETIME_REFERENCE("memblock stays", caller_of, symbol_lookup);
#endif

#endif
