// SPDX-License-Identifier: BSD-2-Clause
#include <arch/firmware.h>
#include <arch/hart.h>
#include <core/console.h>
#include <core/log.h>
#include <lib/printf.h>
#include <molt/compiler.h>
#include <molt/printk.h>
#include <molt/spinlock.h>

int console_loglevel = LOGLEVEL_DEFAULT;
void (*console_putchar)(char c) = firmware_putchar;

static spinlock_t console_lock;
static const struct hart *owner; /* has the console for good */

static bool is_mine(void)
{
	return __atomic_load_n(&owner, __ATOMIC_RELAXED) == this_hart();
}

static void lock_console(void)
{
	/* Another hart's: then there is nothing left to say. */
	while (__atomic_load_n(&owner, __ATOMIC_RELAXED))
		hart_wait();
	spin_lock(&console_lock);
}

/* Looks at a lock whose holder may have failed itself: longer than any message takes. */
#define LOOKS 4000000

void console_seize(void)
{
	unsigned int looks = LOOKS;

	__atomic_store_n(&owner, this_hart(), __ATOMIC_RELAXED);
	while (!spin_trylock(&console_lock) && --looks)
		;
}

static void show(void *context, const char *text, size_t length)
{
	(void)context;
	while (length--)
		console_putchar(*text++);
}

static void log_and_show(void *context, const char *text, size_t length)
{
	if (IS_ENABLED(CONFIG_PANIC_LOG))
		log_put(context, text, length);
	show(context, text, length);
}

/* What was asked for, and lines for programs, are no messages: others would be lost for them. */
static bool is_logged(enum loglevel level)
{
	return level - 1U < LOGLEVEL_INFO && !is_mine();
}

void vprintk(enum loglevel level, const char *fmt, va_list args)
{
	put_text *put = NULL;
	unsigned long flags;
	bool mine;

	if (IS_ENABLED(CONFIG_PANIC_LOG) && is_logged(level))
		put = (int)level < console_loglevel ? log_and_show : log_put;
	else if ((int)level < console_loglevel)
		put = show;
	if (!put)
		return;
	flags = irq_save();
	mine = is_mine();
	if (!mine)
		lock_console();
	format(put, NULL, fmt, args);
	if (!mine)
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
