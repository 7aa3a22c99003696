/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters of the command line. [init] */
#ifndef MOLT_PARAM_H
#define MOLT_PARAM_H

#include <molt/compiler.h>
#include <molt/types.h>

struct boot_param {
	const char *name;
	/* @value: what follows "=", or "" for a bare word. False: it makes no sense. */
	bool (*set)(const char *value);
};

/* BOOT_PARAM("loglevel", fn): fn is called for each loglevel=... on the command line. */
#define BOOT_PARAM(text, function)                                                           \
	static const struct boot_param boot_param_##function __used __section("boot_params") \
		__aligned(8) = {text, function}

/**
 * params_parse - call the handler of each parameter of @line, which is cut up
 *
 * Words are divided by white space; double quotes keep it, and are taken off. Each
 * unknown parameter and each bad value is reported, and the rest are honoured.
 */
void params_parse(char *line);

#endif
