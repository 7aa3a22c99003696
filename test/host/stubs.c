/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel around the code under test, as far as a host test needs it. check.h tells what a
 * test sees of it. The linear map is the identity until a test sets linear_offset.
 */
#include "check.h"

#include <stdarg.h>
#include <stdlib.h>

#include <arch/page.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/stage.h>

jmp_buf *panic_jump;
char panic_text[256];
char printk_text[256];
unsigned long printk_count;
void (*printk_listener)(const char *text);

enum stage stage_now;
unsigned long linear_offset;
int console_loglevel = LOGLEVEL_DEFAULT;

void printk(enum loglevel level, const char *fmt, ...)
{
	static int verbose = -1;
	va_list args;

	if (verbose < 0)
		verbose = getenv("MOLT_VERBOSE") != NULL;
	va_start(args, fmt);
	vsnprintf(printk_text, sizeof(printk_text), fmt, args);
	va_end(args);
	printk_count++;
	if (printk_listener)
		printk_listener(printk_text);
	if (verbose && (int)level < console_loglevel)
		fputs(printk_text, stderr);
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(panic_text, sizeof(panic_text), fmt, args);
	va_end(args);
	if (panic_jump)
		longjmp(*panic_jump, 1);
	fprintf(stderr, "panic: %s\n", panic_text);
	abort();
}
