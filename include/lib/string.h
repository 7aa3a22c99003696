/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of ISO C's <string.h> (7.24) that the kernel and libfdt use. */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <stddef.h>

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n); /* [init] */
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n); /* [init] */
size_t strlen(const char *s);		      /* [init] */
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n); /* [init] */
char *strchr(const char *s, int c);		     /* [init] */
char *strrchr(const char *s, int c);

#endif
