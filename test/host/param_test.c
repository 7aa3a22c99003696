/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: words, quotes, and core's own parameters. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <core/run.h>
#include <molt/param.h>
#include <molt/printk.h>

struct run_options run_options;

/* What the handlers of this test were given, each followed by a |. */
static char given[256];

static bool note(const char *name, const char *value)
{
	strcat(strcat(strcat(strcat(given, name), "="), value), "|");
	return strcmp(value, "bad");
}

static bool set_one(const char *value)
{
	return note("one", value);
}
BOOT_PARAM("one", set_one);

static bool set_two(const char *value)
{
	return note("two", value);
}
BOOT_PARAM("two.x-y_z", set_two);

/* Parses a copy of @line that ends where its memory ends. Returns the number of messages. */
static unsigned long parse(const char *line)
{
	char *copy = strdup(line);
	unsigned long before = printk_count;

	given[0] = printk_text[0] = '\0';
	console_loglevel = LOGLEVEL_DEFAULT;
	run_options = (struct run_options){0};
	params_parse(copy);
	free(copy);
	return printk_count - before;
}

static void want(const char *line, const char *result, unsigned long messages, int where)
{
	unsigned long got = parse(line);

	if (strcmp(given, result) || got != messages)
		printf("[%s] gave %s and %lu messages\n", line, given, got);
	check_that(!strcmp(given, result) && got == messages, result, __FILE__, where);
}

#define WANT(line, result, messages) want(line, result, messages, __LINE__)

static void words(void)
{
	WANT("", "", 0);
	WANT(" \t\n\r ", "", 0);
	WANT("one", "one=|", 0);
	WANT("one=", "one=|", 0);
	WANT("one=1", "one=1|", 0);
	WANT(" one=1  two.x-y_z=2\t", "one=1|two=2|", 0);
	WANT("one=1\none=2\rone=3\tone", "one=1|one=2|one=3|one=|", 0);
	WANT("one=a=b=", "one=a=b=|", 0);
}

static void quotes(void)
{
	WANT("one=\"a b\"", "one=a b|", 0);
	WANT("\"one=a b\" one", "one=a b|one=|", 0);
	WANT("one=a\" \"b", "one=a b|", 0);
	WANT("one=\"\"", "one=|", 0);
	WANT("one=\"a\tb\" two.x-y_z=\" \"", "one=a\tb|two= |", 0);
	WANT("o\"n\"e=1", "one=1|", 0);
	WANT("one=\"one=2\"", "one=one=2|", 0);
}

static void quotes_that_do_not_end(void)
{
	WANT("one=\"a one=b ", "one=a one=b |", 0);
	WANT("one=1 one=\"", "one=1|one=|", 0);
}

/* Reported, and the rest are honoured. */
static void unknown(void)
{
	WANT("three=3", "", 1);
	CHECK(strstr(printk_text, "three") && strstr(printk_text, "unknown"));
	WANT("onex on =1 ONE=1 one=1 four", "one=1|", 5);
	WANT("\"\"", "", 1);
}

static void bad_values(void)
{
	WANT("one=bad one=good", "one=bad|one=good|", 1);
	CHECK(strstr(printk_text, "one") && strstr(printk_text, "bad"));
	WANT("one=bad one=bad", "one=bad|one=bad|", 2);
}

static void loglevel(void)
{
	CHECK_EQ(parse("loglevel=0"), 0);
	CHECK_EQ(console_loglevel, 0);
	CHECK_EQ(parse("loglevel=8"), 0);
	CHECK_EQ(console_loglevel, 8);
	CHECK_EQ(parse("loglevel=5 loglevel=3"), 0);
	CHECK_EQ(console_loglevel, 3);
}

static void loglevels_that_make_no_sense(void)
{
	static const char *const bad[] = {"loglevel", "loglevel=", "loglevel=9", "loglevel=-1",
		"loglevel=10", "loglevel=x", "loglevel=3x", "loglevel=/", "loglevel=\" 3\""};

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQ(parse(bad[i]), 1);
		CHECK_EQ(console_loglevel, LOGLEVEL_DEFAULT);
	}
}

static void quiet(void)
{
	CHECK_EQ(parse("quiet"), 0);
	CHECK_EQ(console_loglevel, LOGLEVEL_QUIET);
	CHECK_EQ(parse("quiet loglevel=8"), 0);
	CHECK_EQ(console_loglevel, 8);
}

static void poweroff_and_report(void)
{
	CHECK_EQ(parse("one"), 0);
	CHECK(!run_options.stay && !run_options.report_json);
	CHECK_EQ(parse("poweroff=no report=json"), 0);
	CHECK(run_options.stay && run_options.report_json);
	CHECK_EQ(parse("poweroff=no poweroff=yes"), 0);
	CHECK(!run_options.stay);
}

/* A value that is refused changes nothing. */
static void refused_values_change_nothing(void)
{
	CHECK_EQ(parse("quiet=1"), 1);
	CHECK_EQ(console_loglevel, LOGLEVEL_DEFAULT);
	CHECK_EQ(parse("poweroff=no poweroff=maybe"), 1);
	CHECK(run_options.stay);
	CHECK_EQ(parse("report=json report=xml"), 1);
	CHECK(run_options.report_json);
	CHECK_EQ(parse("poweroff report"), 2);
	CHECK(!run_options.stay && !run_options.report_json);
}

int main(void)
{
	TEST(words);
	TEST(quotes);
	TEST(quotes_that_do_not_end);
	TEST(unknown);
	TEST(bad_values);
	TEST(loglevel);
	TEST(loglevels_that_make_no_sense);
	TEST(quiet);
	TEST(poweroff_and_report);
	TEST(refused_values_change_nothing);
	return check_report();
}
