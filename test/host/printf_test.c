/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/printf.c, under names of its own (Makefile), against the host's. */
#include "check.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

int molt_vsnprintf(char *buffer, size_t size, const char *fmt, va_list args);
int molt_snprintf(char *buffer, size_t size, const char *fmt, ...);

static char mine[512], theirs[512];
static int my_length, their_length;

static bool same(const char *fmt)
{
	if (my_length == their_length && !strcmp(mine, theirs))
		return true;
	printf("%s: [%s] %d, host: [%s] %d\n", fmt, mine, my_length, theirs, their_length);
	return false;
}

#define BOTH(fmt, ...)                                                               \
	do {                                                                         \
		my_length = molt_snprintf(mine, sizeof(mine), fmt, ##__VA_ARGS__);   \
		their_length = snprintf(theirs, sizeof(theirs), fmt, ##__VA_ARGS__); \
		CHECK(same(fmt));                                                    \
	} while (0)

/* What the kernel's promises where the host's differs, or need not say. */
#define WANT(text, ...)                                                      \
	do {                                                                 \
		my_length = molt_snprintf(mine, sizeof(mine), __VA_ARGS__);  \
		their_length = snprintf(theirs, sizeof(theirs), "%s", text); \
		CHECK(same(text));                                           \
	} while (0)

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-security"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void plain_text(void)
{
	WANT("", "%s", "");
	BOTH("text");
	BOTH("100%%");
	BOTH("%%%%d%%");
}

static const int ints[] = {0, 1, -1, 7, -42, 1000, -1000, INT_MAX, INT_MIN};
static const long longs[] = {0, 1, -1, 0x123456789abcdef, LONG_MAX, LONG_MIN};

/* Each number by each of the flags and widths that it may be printed with. */
static void decimal(void)
{
	static const char *const formats[] = {
		"%d", "%1d", "%5d", "%12d", "%-5d", "%-12d|", "%05d", "%012d", "%01d", "%011d"};

	for (unsigned int f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		for (unsigned int i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
			BOTH(formats[f], ints[i]);
	}
}

static void unsigned_and_hexadecimal(void)
{
	static const char *const formats[] = {"%u", "%x", "%8x", "%08x", "%-8x|", "%12u", "%-12u|",
		"%012u", "%01x", "%032x", "%60u", "%-60u|"};

	for (unsigned int f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		for (unsigned int i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
			BOTH(formats[f], (unsigned int)ints[i]);
	}
}

static void long_ones(void)
{
	static const char *const formats[] = {"%ld", "%lu", "%lx", "%lld", "%llu", "%llx", "%zu",
		"%zx", "%zd", "%25ld", "%-25ld|", "%025ld", "%016lx", "%-20lx|", "%020lu", "%3lx"};

	for (unsigned int f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		for (unsigned int i = 0; i < sizeof(longs) / sizeof(longs[0]); i++)
			BOTH(formats[f], longs[i]);
	}
}

/* To the left there is nothing to fill with zeros: - wins (ISO C, 7.21.6.1). */
static void left_wins_over_zero(void)
{
	BOTH("%-05d|", 42);
	BOTH("%0-5d|", 42);
	BOTH("%-05d|", -42);
	BOTH("%-08x|", 0xabc);
}

static void characters_and_strings(void)
{
	BOTH("%c%c", 'a', 'z');
	BOTH("%s", "");
	BOTH("%s and %s", "one", "two");
	BOTH("%8s|", "short");
	BOTH("%-8s|", "short");
	BOTH("%3s|", "longer");
	BOTH("%-3s|", "longer");
	WANT("(null)", "%s", (const char *)NULL);
	WANT("  (null)", "%8s", (const char *)NULL);
}

static void width_of_a_character(void)
{
	BOTH("%3c|", 'x');
	BOTH("%-3c|", 'x');
}

/* Not ended by a 0: the precision is all that says where it ends. */
static void precision_by_argument(void)
{
	static const char bytes[3] = {'a', 'b', 'c'};

	BOTH("%.*s|", 3, bytes);
	BOTH("%.*s|", 2, bytes);
	BOTH("%.*s|", 0, bytes);
	BOTH("%5.*s|", 2, bytes);
	BOTH("%-5.*s|", 2, bytes);
	BOTH("%.*s|", 10, "short");
	BOTH("%.*s|", -1, "negative: none");
}

static void precision_in_the_format(void)
{
	BOTH("%.3s|", "longer");
	BOTH("%.0s|", "longer");
	BOTH("%6.2s|", "longer");
	BOTH("%-6.2s|", "longer");
	BOTH("%.10s|", "short");
}

static void pointers(void)
{
	WANT("0", "%p", (void *)0);
	WANT("ffffffffc0000000", "%p", (void *)0xffffffffc0000000);
	WANT("   80200000", "%11p", (void *)0x80200000);
	WANT("80200000   |", "%-11p|", (void *)0x80200000);
}

/* "An unknown conversion is put as it stands." */
static void unknown_conversions(void)
{
	WANT("a%qb", "a%qb");
	WANT("%5q", "%5q");
	WANT("%lq", "%lq");
}

static void a_lone_percent_ends_the_text(void)
{
	molt_snprintf(mine, sizeof(mine), "end%");
	CHECK(!strncmp(mine, "end", 3) && strlen(mine) <= 4);
}

static void many_at_once(void)
{
	BOTH("[%d] %s: 0x%016lx, %-6u|%c", -3, "ranges", 0x80000000UL, 77U, '!');
}

/* Every size of buffer: what fits, ended by a 0, nothing behind it, and the whole length. */
static void cutting(void)
{
	for (size_t size = 0; size < 16; size++) {
		memset(mine, '#', sizeof(mine));
		memset(theirs, '#', sizeof(theirs));
		my_length = molt_snprintf(mine, size, "%s-%05d", "text", 42);
		their_length = snprintf(theirs, size, "%s-%05d", "text", 42);
		CHECK_EQ(my_length, their_length);
		CHECK(!memcmp(mine, theirs, sizeof(mine)));
	}
}

int main(void)
{
	TEST(plain_text);
	TEST(decimal);
	TEST(unsigned_and_hexadecimal);
	TEST(long_ones);
	TEST(left_wins_over_zero);
	TEST(characters_and_strings);
	TEST(width_of_a_character);
	TEST(precision_by_argument);
	TEST(precision_in_the_format);
	TEST(pointers);
	TEST(unknown_conversions);
	TEST(a_lone_percent_ends_the_text);
	TEST(many_at_once);
	TEST(cutting);
	return check_report();
}
