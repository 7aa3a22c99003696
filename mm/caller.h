/* SPDX-License-Identifier: BSD-2-Clause */
/* Who called, for messages: function+offset where names of functions stay, else the address. */
#ifndef MM_CALLER_H
#define MM_CALLER_H

#include <molt/config.h>
#include <molt/symbols.h>

struct caller {
	const char *name, *plus;
	unsigned long offset;
};
#define CALLER_FORMAT	    "%s%s0x%lx"
#define CALLER_ARGS(caller) (caller).name, (caller).plus, (caller).offset

static inline struct caller caller_of(unsigned long address)
{
	struct caller caller = {"", "", address};
	const char *name = NULL;

	/* The names live as long as memblock does. */
	if (!IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		name = symbol_lookup(address, &caller.offset);
	if (name) {
		caller.name = name;
		caller.plus = "+";
	}
	return caller;
}

#endif
