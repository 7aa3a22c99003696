// SPDX-License-Identifier: BSD-2-Clause
/* ISO C's <string.h>, the part that is used; plain loops, words where they pay. */
#include <lib/string.h>
#include <molt/init.h>
#include <molt/types.h>

#define WORD sizeof(u64)

#define ROUND 32 /* words that memset() stores without a branch */

void *memset(void *dst, int c, size_t n)
{
	u64 word = (u8)c * 0x0101010101010101UL;
	u8 *d = dst, *end = d + n;

	while (d < end && (uintptr_t)d % WORD)
		*d++ = (u8)c;
	/* A page takes 16 rounds: most of what the molt costs is spent here. */
	for (; end - d >= (ptrdiff_t)(ROUND * WORD); d += ROUND * WORD) {
#pragma GCC unroll 32
		for (int i = 0; i < ROUND; i++)
			((u64 *)d)[i] = word;
	}
	for (; end - d >= (ptrdiff_t)WORD; d += WORD)
		*(u64 *)d = word;
	while (d < end)
		*d++ = (u8)c;
	return dst;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (((uintptr_t)d | (uintptr_t)s) % WORD == 0) {
		for (; n >= WORD; n -= WORD, d += WORD, s += WORD)
			*(u64 *)d = *(const u64 *)s;
	}
	while (n--)
		*d++ = *s++;
	return dst;
}

void *__init memmove(void *dst, const void *src, size_t n)
{
	u8 *d = (u8 *)dst + n;
	const u8 *s = (const u8 *)src + n;

	if ((uintptr_t)dst <= (uintptr_t)src)
		return memcpy(dst, src, n);
	while (n && ((uintptr_t)d | (uintptr_t)s) % WORD) {
		*--d = *--s;
		n--;
	}
	for (; n >= WORD && ((uintptr_t)d | (uintptr_t)s) % WORD == 0; n -= WORD) {
		d -= WORD;
		s -= WORD;
		*(u64 *)d = *(const u64 *)s;
	}
	while (n--)
		*--d = *--s;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

void *__init memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n; n--, p++) {
		if (*p == (u8)c)
			return (void *)p;
	}
	return NULL;
}

size_t __init strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return (size_t)(p - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return (u8)*a - (u8)*b;
}

int __init strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; n--, a++, b++)
		;
	return n ? (u8)*a - (u8)*b : 0;
}

char *__init strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (!*s)
			return NULL;
	}
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	do {
		if (*s == (char)c)
			found = s;
	} while (*s++);
	return (char *)found;
}
