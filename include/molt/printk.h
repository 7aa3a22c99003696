/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to the console, by level. */
#ifndef MOLT_PRINTK_H
#define MOLT_PRINTK_H

#include <molt/compiler.h>
#include <stdarg.h>

/* Levels as in syslog; a message is printed where its level is below console_loglevel. */
enum loglevel {
	LOGLEVEL_EMERG = 0,
	LOGLEVEL_ERR = 3,
	LOGLEVEL_WARNING = 4,
	LOGLEVEL_NOTICE = 5,
	LOGLEVEL_INFO = 6,
	LOGLEVEL_DEBUG = 7,
};

#define LOGLEVEL_DEFAULT 7 /* everything but debug */
#define LOGLEVEL_QUIET	 4 /* errors only */

/* Messages of a level below this number reach the console. */
extern int console_loglevel;

/**
 * printk, vprintk - write a message to the console
 * @level: its urgency; dropped unless below console_loglevel
 * @fmt: as printf; lib/printf.h lists the conversions
 *
 * May be called in any stage and any context; takes the console lock, with
 * interrupts off, for the length of the message. Ends with what @fmt ends with:
 * nothing is added.
 */
void printk(enum loglevel level, const char *fmt, ...) __printf(2, 3);
void vprintk(enum loglevel level, const char *fmt, va_list args) __printf(2, 0);

#define pr_err(...)    printk(LOGLEVEL_ERR, __VA_ARGS__)
#define pr_warn(...)   printk(LOGLEVEL_WARNING, __VA_ARGS__)
#define pr_notice(...) printk(LOGLEVEL_NOTICE, __VA_ARGS__)
#define pr_info(...)   printk(LOGLEVEL_INFO, __VA_ARGS__)
#define pr_debug(...)  printk(LOGLEVEL_DEBUG, __VA_ARGS__)

#endif
