// SPDX-License-Identifier: BSD-2-Clause
#include <arch/firmware.h>
#include <arch/hart.h>
#include <core/console.h>
#include <lib/printf.h>
#include <molt/printk.h>
#include <molt/spinlock.h>

int console_loglevel = LOGLEVEL_DEFAULT;
void (*console_putchar)(char c) = firmware_putchar;

static spinlock_t console_lock;
bool console_forced;

static void put(void *context, char c)
{
	(void)context;
	console_putchar(c);
}

void vprintk(enum loglevel level, const char *fmt, va_list args)
{
	unsigned long flags;

	if ((int)level >= console_loglevel)
		return;
	flags = irq_save();
	if (!console_forced)
		spin_lock(&console_lock);
	format(put, NULL, fmt, args);
	spin_unlock(&console_lock);
	irq_restore(flags);
}

void printk(enum loglevel level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk(level, fmt, args);
	va_end(args);
}
