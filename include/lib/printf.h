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

/**
 * format - hand the characters of a formatted text to @put, one by one
 * @put: called with @context for each
 * An unknown conversion is put as it stands.
 */
void format(void (*put)(void *context, char c), void *context, const char *fmt, va_list args);

/**
 * vsnprintf, snprintf - format into @buffer of @size bytes
 * Always ended with a 0 where @size is not 0. Returns the length without cutting.
 */
int vsnprintf(char *buffer, size_t size, const char *fmt, va_list args);
int snprintf(char *buffer, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
