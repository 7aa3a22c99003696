// SPDX-License-Identifier: BSD-2-Clause
/* The parameters of the command line that are mm's own: docs/boot.md lists them. */
#include <lib/string.h>
#include <mm/memblock.h>
#include <molt/param.h>

/* memblock=debug: tell each call that changes memblock from here on. */
static bool set_memblock(const char *value)
{
	if (strcmp(value, "debug"))
		return false;
	memblock_debug = true;
	return true;
}
early_param("memblock=", set_memblock);
