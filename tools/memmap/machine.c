// SPDX-License-Identifier: BSD-2-Clause
/* The kernel around the code that reads the map, on a host. */
#include "map.h"

#include <arch/page.h>
#include <arch/paging.h>
#include <asm/layout.h>
#include <core/run.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/stage.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum stage stage_now;
int console_loglevel = LOGLEVEL_DEFAULT;
struct run_options run_options;
unsigned long linear_offset;
const unsigned long linear_window_size = LINEAR_SIZE;

struct map_list kernel_said;

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A map that had to be read again says it all again. */
static bool is_new(const char *text)
{
	static void *said;
	const void *const *entry = tsearch(text, &said, compare);

	if (!entry)
		fail("no memory");
	return *entry == text;
}

void printk(enum loglevel level, const char *fmt, ...)
{
	va_list args;
	char *text;

	if (level > LOGLEVEL_WARNING)
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		fail("no memory");
	va_end(args);
	if (*text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	if (is_new(text))
		*(const char **)list_add(&kernel_said, sizeof(text)) = text;
	else
		free(text);
}

void panic(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		fail("no memory");
	va_end(args);
	fail("%s", text);
}

/* Larger tables lie where the kernel would have them, and are written to on the heap. */
void *early_room(phys_addr_t base, unsigned long size)
{
	(void)base;
	return malloc(size);
}
