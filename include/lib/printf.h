/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatting. Conversions: %c %s %d %u %x %p %%, with l, ll or z, a width, the flags
 * 0 and -, and a precision for %s, a number or *.
 */
#ifndef LIB_PRINTF_H
#define LIB_PRINTF_H

#include <molt/compiler.h>
#include <molt/types.h>
#include <stdarg.h>

/* What takes a formatted text, piece by piece: @length characters at @text. */
typedef void put_text(void *context, const char *text, size_t length);

/**
 * format - hand a formatted text to @put, in pieces
 * @put: called with @context for each
 * An unknown conversion is put as it stands.
 */
void format(put_text *put, void *context, const char *fmt, va_list args);

/**
 * vsnprintf, snprintf - format into @buffer of @size bytes
 * Always ended with a 0 where @size is not 0. Returns the length without cutting.
 */
int vsnprintf(char *buffer, size_t size, const char *fmt, va_list args);
int snprintf(char *buffer, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
