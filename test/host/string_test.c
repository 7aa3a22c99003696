/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/string.c, under names of its own (Makefile), against the host's functions. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

void *molt_memcpy(void *dst, const void *src, size_t n);
void *molt_memmove(void *dst, const void *src, size_t n);
void *molt_memset(void *dst, int c, size_t n);
int molt_memcmp(const void *a, const void *b, size_t n);
void *molt_memchr(const void *s, int c, size_t n);
size_t molt_strlen(const char *s);
size_t molt_strnlen(const char *s, size_t max);
int molt_strcmp(const char *a, const char *b);
int molt_strncmp(const char *a, const char *b, size_t n);
char *molt_strchr(const char *s, int c);
char *molt_strrchr(const char *s, int c);

#define ROOM   256
#define OFFSET 9   /* every alignment, and one more */
#define LENGTH 150 /* past every unrolled loop, twice */

static unsigned char mine[ROOM], theirs[ROOM], source[ROOM];

static void fill(void)
{
	for (int i = 0; i < ROOM; i++) {
		mine[i] = theirs[i] = (unsigned char)(i * 7 + 1);
		source[i] = (unsigned char)(i * 13 + 5);
	}
}

/* Both arrays as a whole: nothing beside the range may change. */
static bool alike(void)
{
	return !memcmp(mine, theirs, ROOM);
}

static void setting(void)
{
	static const int values[] = {0, 1, 0x7f, 0x80, 0xff, 0x1ab, -1};

	for (unsigned int v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
		for (size_t at = 0; at < OFFSET; at++) {
			for (size_t n = 0; n < LENGTH; n++) {
				fill();
				CHECK(molt_memset(mine + at, values[v], n) == mine + at);
				memset(theirs + at, values[v], n);
				CHECK(alike());
			}
		}
	}
}

static void copying(void)
{
	for (size_t to = 0; to < OFFSET; to++) {
		for (size_t from = 0; from < OFFSET; from++) {
			for (size_t n = 0; n < LENGTH; n++) {
				fill();
				CHECK(molt_memcpy(mine + to, source + from, n) == mine + to);
				memcpy(theirs + to, source + from, n);
				CHECK(alike());
			}
		}
	}
}

static void moving(void)
{
	static const size_t far[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 24, 63, 64, 65};
	const unsigned int count = sizeof(far) / sizeof(far[0]);

	for (unsigned int to = 0; to < count; to++) {
		for (unsigned int from = 0; from < count; from++) {
			for (size_t n = 0; n < LENGTH; n++) {
				fill();
				CHECK(molt_memmove(mine + far[to], mine + far[from], n) ==
					mine + far[to]);
				memmove(theirs + far[to], theirs + far[from], n);
				CHECK(alike());
			}
		}
	}
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

/*
 * Texts of few and telling bytes, each on the heap to its exact size, so that ASan sees a
 * byte read too many. Text @number; its length goes to @length.
 */
static char *text(unsigned int number, size_t *length)
{
	static const char bytes[] = {'a', 'b', (char)0x80, (char)0xff};
	char *copy;

	*length = number % 5;
	copy = malloc(*length + 1);
	number /= 5;
	for (size_t i = 0; i < *length; i++, number /= 4)
		copy[i] = bytes[number % 4];
	copy[*length] = '\0';
	return copy;
}

static void comparing(void)
{
	for (unsigned int i = 0; i < 1280; i += 3) {
		for (unsigned int j = 0; j < 1280; j += 7) {
			size_t a_length, b_length, shorter;
			char *a = text(i, &a_length), *b = text(j, &b_length);

			shorter = a_length < b_length ? a_length : b_length;
			CHECK_EQ(sign(molt_strcmp(a, b)), sign(strcmp(a, b)));
			for (size_t n = 0; n < 7; n++)
				CHECK_EQ(sign(molt_strncmp(a, b, n)), sign(strncmp(a, b, n)));
			for (size_t n = 0; n <= shorter + 1; n++)
				CHECK_EQ(sign(molt_memcmp(a, b, n)), sign(memcmp(a, b, n)));
			free(a);
			free(b);
		}
	}
}

static void finding(void)
{
	static const int wanted[] = {'a', 'b', 'c', 0, 0x80, 0xff, -1, 'a' + 256};

	for (unsigned int i = 0; i < 1280; i++) {
		size_t length;
		char *s = text(i, &length);

		CHECK_EQ(molt_strlen(s), length);
		for (size_t n = 0; n < 8; n++)
			CHECK_EQ(molt_strnlen(s, n), strnlen(s, n));
		CHECK_EQ(molt_strnlen(s, (size_t)-1), length);
		for (unsigned int w = 0; w < sizeof(wanted) / sizeof(wanted[0]); w++) {
			CHECK(molt_strchr(s, wanted[w]) == strchr(s, wanted[w]));
			CHECK(molt_strrchr(s, wanted[w]) == strrchr(s, wanted[w]));
			for (size_t n = 0; n <= length + 1; n++)
				CHECK(molt_memchr(s, wanted[w], n) == memchr(s, wanted[w], n));
		}
		free(s);
	}
}

/* A length that ends short of the 0, in memory that ends there too. */
static void without_an_end(void)
{
	char *s = malloc(3);

	memcpy(s, "abc", 3);
	CHECK_EQ(molt_strnlen(s, 3), 3);
	CHECK_EQ(molt_strncmp(s, "abcd", 3), 0);
	CHECK(!molt_memchr(s, 'd', 3));
	CHECK_EQ(molt_memcmp(s, "abd", 2), 0);
	free(s);
}

int main(void)
{
	TEST(setting);
	TEST(copying);
	TEST(moving);
	TEST(comparing);
	TEST(finding);
	TEST(without_an_end);
	return check_report();
}
