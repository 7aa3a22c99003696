/* SPDX-License-Identifier: BSD-2-Clause */
/* The last messages, for a panic. [PANIC_LOG] */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <molt/types.h>

/* Keep more characters, at the oldest ones' place; for format(). Under the console's lock. */
void log_put(void *context, const char *text, size_t length);

/*
 * Print what is kept, as errors, each line behind "| ": whole lines, or the end of one that is
 * longer than all that is kept. Nothing is kept meanwhile.
 */
void log_print(void);

#endif
