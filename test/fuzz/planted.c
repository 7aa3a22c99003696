/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mistakes for the fuzzers to find: each takes the place of a function for one file of the
 * kernel (test/fuzz/Makefile) and goes wrong where no seed leads.
 */
#include <stdarg.h>
#include <string.h>

#include <mm/memblock.h>
#include <molt/printk.h>

#include "../host/check.h"
#include "planted.h"

/* For lib/fdt.c: one of its errors ends boot without a word. */
void planted_printk(enum loglevel level, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!strstr(text, "outside a node"))
		printk(level, "%s", text);
}

/* For mm/fdt_reserved.c: the last byte is forgotten, where a page has one more. */
int planted_reserve_owner(phys_addr_t base, phys_addr_t size, unsigned int owner)
{
	if ((base + size) % 0x1000 == 0xfff)
		size--;
	return memblock_reserve_owner(base, size, owner);
}

/* For core/param.c: a word with four = takes the first letter of the next one along. */
size_t planted_strlen(const char *text)
{
	const char *at = text;
	int equals = 0;

	while ((at = strchr(at, '=')) && equals < 4) {
		at++;
		equals++;
	}
	return strlen(text) + (equals == 4);
}

/* For lib/cpio.c: the fifth letter of a magic number may be any. */
int planted_memcmp(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size == 5 ? 4 : size);
}
