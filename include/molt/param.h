/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters of the command line. [init] */
#ifndef MOLT_PARAM_H
#define MOLT_PARAM_H

#include <molt/init.h>
#include <molt/table.h>
#include <molt/types.h>

struct boot_param {
	const char *name; /* "mem=" takes a value, "quiet" takes none */
	/* False: it makes no sense. @value: what follows "=", for all of boot; "" if nothing. */
	bool (*set)(const char *value);
	bool early;
};

/*
 * early_param("quiet", fn): fn is called for each such word, once the FDT is read: nothing is
 * claimed, nothing can be allocated.
 * __setup("stress=", fn): the same once allocators work.
 */
#define early_param(text, function) BOOT_PARAM(text, function, true)
#define __setup(text, function)	    BOOT_PARAM(text, function, false)
#define BOOT_PARAM(text, function, when)                                   \
	static const char boot_param_name_##function[] __initconst = text; \
	TABLE_ENTRY(boot_params, boot_param, boot_param_##function) = {    \
		boot_param_name_##function, function, when}

/**
 * params_early - call the handler of each early parameter of @line, which is cut up
 *
 * Words are divided by white space; double quotes keep it, and are taken off. What follows the
 * word "--" is not Molt's. Values that make no sense are reported one by one, words that are
 * no parameters in one line; the rest are honoured.
 */
void params_early(char *line);

/* Call the handlers of the others. The line that params_early() had is as it left it. */
void params_late(void);

/* What followed "--", as it stood: the first user program's. "" where there is none. */
extern const char *program_arguments;

#endif
