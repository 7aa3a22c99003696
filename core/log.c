// SPDX-License-Identifier: BSD-2-Clause
#include <core/log.h>
#include <molt/compiler.h>
#include <molt/printk.h>
#include <molt/types.h>

/* The last characters, of @put in all; the newest is at put - 1. */
static char ring[1 << CONFIG_PANIC_LOG_SHIFT];
static u64 put;

void log_put(void *context, const char *text, size_t length)
{
	(void)context;
	while (length--)
		ring[put++ % sizeof(ring)] = *text++;
}

void log_print(void)
{
	u64 oldest = put > sizeof(ring) ? put - sizeof(ring) : 0, at = oldest;
	char before = '\n';

	/* The oldest line may have lost its begin. */
	while (at && at < put && ring[at++ % sizeof(ring)] != '\n')
		;
	/* A line without its begin is better than none. */
	if (at == put)
		at = oldest;
	pr_err("last messages:\n");
	for (; at < put; at++) {
		char c = ring[at % sizeof(ring)];

		pr_err("%s%c", before == '\n' ? "| " : "", c);
		before = c;
	}
	if (before != '\n')
		pr_err("\n");
}
