/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions for tests that run on the host: one binary, one .c file that includes this.
 *
 *	#include "check.h"
 *
 *	static void addition(void)
 *	{
 *		CHECK(1 + 1 == 2);
 *		CHECK_EQ(1 + 1, 2);
 *	}
 *
 *	int main(void)
 *	{
 *		TEST(addition);
 *		return check_report();
 *	}
 *
 * A test runs on after a failed check. Each failed check is one line on stdout, `file:line:
 * test: what was checked`; the last line is `N passed, N failed`, in tests. The status is 1
 * where one failed, or where none ran.
 *
 * Link with stubs.c, which stands in for the kernel around the code under test.
 */
#ifndef TEST_HOST_CHECK_H
#define TEST_HOST_CHECK_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>

/* ---- stubs.c ---- */

/*
 * Where panic() goes instead of abort(): see CHECK_PANICS. panic_text is what it said, cut to
 * fit, and stays until the next panic.
 */
extern jmp_buf *panic_jump;
extern char panic_text[256];

/*
 * The last message to printk(), cut to fit, and the number of messages so far. Messages reach
 * stderr only if MOLT_VERBOSE is in the environment and their level is below console_loglevel.
 */
extern char printk_text[256];
extern unsigned long printk_count;

/* Where not NULL, is given each message to printk(), cut as printk_text is. */
extern void (*printk_listener)(const char *text);

/* ---- Checks ---- */

static const char *check_test = "main";
static unsigned long check_failures;
static unsigned long check_passed_tests, check_failed_tests;

/* Returns @good, so that a test can leave early: if (!CHECK(p)) return; */
static inline bool check_that(bool good, const char *what, const char *file, int line)
{
	if (!good) {
		check_failures++;
		printf("%s:%d: %s: %s\n", file, line, check_test, what);
		fflush(stdout); /* a sanitizer may end the program */
	}
	return good;
}

static inline bool check_equal(
	unsigned long long a, unsigned long long b, const char *what, const char *file, int line)
{
	if (a == b)
		return true;
	check_failures++;
	printf("%s:%d: %s: %s: 0x%llx, 0x%llx\n", file, line, check_test, what, a, b);
	fflush(stdout);
	return false;
}

#define CHECK(cond) check_that((cond), #cond, __FILE__, __LINE__)

/* Two integers are the same; shows both where they are not. */
#define CHECK_EQ(a, b)                                                                        \
	check_equal((unsigned long long)(a), (unsigned long long)(b), #a " == " #b, __FILE__, \
		__LINE__)

/* @statement ends in panic(). It must not hold what only a normal end would release. */
#define CHECK_PANICS(statement)                                            \
	do {                                                               \
		jmp_buf check_jump;                                        \
		panic_jump = &check_jump;                                  \
		if (!setjmp(check_jump)) {                                 \
			statement;                                         \
			check_that(false, #statement, __FILE__, __LINE__); \
		}                                                          \
		panic_jump = NULL;                                         \
	} while (0)

static inline void check_run(const char *name, void (*test)(void))
{
	unsigned long failures = check_failures;

	check_test = name;
	test();
	check_test = "main";
	if (check_failures == failures)
		check_passed_tests++;
	else
		check_failed_tests++;
}

/* Runs the function @name, which takes nothing and returns nothing, as a test. */
#define TEST(name) check_run(#name, name)

/* Prints the last line. Returns main()'s status. */
static inline int check_report(void)
{
	bool good = !check_failures && check_passed_tests;

	printf("%lu passed, %lu failed\n", check_passed_tests, check_failed_tests);
	return good ? 0 : 1;
}

#endif
