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

/* Whether parse() goes on to those that come late, behind a "/"; and what followed "--". */
static bool now_late;
static char arguments[64];

static bool note(const char *name, const char *value)
{
	strcat(strcat(strcat(strcat(given, name), "="), value), "|");
	return strcmp(value, "bad");
}

static bool set_one(const char *value)
{
	return note("one", value);
}
early_param("one=", set_one);

static bool set_bare(const char *value)
{
	return note("bare", value);
}
early_param("bare", set_bare);

static bool set_late(const char *value)
{
	return note("late", value);
}
__setup("late=", set_late);

static bool set_last(const char *value)
{
	return note("last", value);
}
__setup("last", set_last);

static bool set_two(const char *value)
{
	return note("two", value);
}
early_param("two.x-y_z=", set_two);

/* Parses a copy of @line that ends where its memory ends. Returns the number of messages. */
static unsigned long parse(const char *line)
{
	char *copy = strdup(line);
	unsigned long before = printk_count;

	given[0] = printk_text[0] = '\0';
	console_loglevel = LOGLEVEL_DEFAULT;
	run_options = (struct run_options){0};
	params_early(copy);
	strcat(given, now_late ? "/" : "");
	if (now_late)
		params_late();
	snprintf(arguments, sizeof(arguments), "%s", program_arguments);
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
	WANT("bare", "bare=|", 0);
	WANT("one=", "one=|", 0);
	WANT("one=1", "one=1|", 0);
	WANT(" one=1  two.x-y_z=2\t", "one=1|two=2|", 0);
	WANT("one=1\none=2\rone=3\tbare", "one=1|one=2|one=3|bare=|", 0);
	WANT("one=a=b=", "one=a=b=|", 0);
}

static void quotes(void)
{
	WANT("one=\"a b\"", "one=a b|", 0);
	WANT("\"one=a b\" bare", "one=a b|bare=|", 0);
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

/* Reported in one line, and the rest are honoured. */
static void unknown(void)
{
	WANT("three=3", "", 1);
	CHECK(!strcmp(printk_text, "parameters that are unknown: three\n"));
	WANT("onex on =1 ONE=1 one=1 four", "one=1|", 1);
	CHECK(!strcmp(printk_text, "parameters that are unknown: onex on  ONE four\n"));
	WANT("\"\"", "", 1);
}

/* So much of them as the message holds. */
static void more_unknown_than_fit(void)
{
	char line[1024] = "", *end = line;

	for (unsigned int i = 0; i < 100; i++)
		end += sprintf(end, "word%u ", i);
	strcpy(end, "one=1");
	WANT(line, "one=1|", 1);
	CHECK(strstr(printk_text, "word0 word1 ") && strlen(printk_text) < 200);
}

static void bad_values(void)
{
	WANT("one=bad one=good", "one=bad|one=good|", 1);
	WANT("one=good one=bad", "one=good|one=bad|", 1);
	CHECK(!strcmp(printk_text, "parameter one: \"bad\" makes no sense\n"));
	WANT("one=bad one=bad", "one=bad|one=bad|", 2);
	WANT("late=1 one", "", 1);
	CHECK(!strcmp(printk_text, "parameter one: its value is missing\n"));
	WANT("bare=3", "", 1);
	CHECK(!strcmp(printk_text, "parameter bare: \"3\" is one too many: it takes no value\n"));
	WANT("bare=", "", 1);
}

/* They keep their order, and come once all of the early ones have. */
static void late(void)
{
	now_late = true;
	WANT("late=1 one=1 last late=2 two.x-y_z=2", "one=1|two=2|/late=1|last=|late=2|", 0);
	WANT("late=bad one=1 late=\"a b\"  \"late= c\"", "one=1|/late=bad|late=a b|late= c|", 1);
	WANT("late last=1", "/", 2);
	/* What one word held is not another word. */
	WANT("bare=last one=\"x last\" \" last\" o\"ne=\"", "one=x last|one=|/", 2);
	WANT("one=bad\" late=1 \"", "one=bad late=1 |/", 0);
	WANT("", "/", 0);
	now_late = false;
}

/* The rest is the first user program's, as it stands. */
static void arguments_of_the_program(void)
{
	now_late = true;
	WANT("one=1 late=1 -- one=2 late=2 three", "one=1|/late=1|", 0);
	CHECK(!strcmp(arguments, "one=2 late=2 three"));
	WANT("one=1", "one=1|/", 0);
	CHECK(!*arguments);
	WANT("-- a  \"b c\" -- d", "/", 0);
	CHECK(!strcmp(arguments, "a  \"b c\" -- d"));
	WANT("bare --", "bare=|/", 0);
	CHECK(!*arguments);
	WANT("--x -", "/", 1);
	now_late = false;
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
	now_late = true;
	CHECK_EQ(parse("bare"), 0);
	CHECK(!run_options.stay && !run_options.report_json);
	CHECK_EQ(parse("poweroff=no report=json"), 0);
	CHECK(run_options.stay && run_options.report_json);
	CHECK_EQ(parse("poweroff=no poweroff=yes"), 0);
	CHECK(!run_options.stay);
	now_late = false;
}

/* A value that is refused changes nothing. */
static void refused_values_change_nothing(void)
{
	now_late = true;
	CHECK_EQ(parse("quiet=1"), 1);
	CHECK_EQ(console_loglevel, LOGLEVEL_DEFAULT);
	CHECK_EQ(parse("poweroff=no poweroff=maybe"), 1);
	CHECK(run_options.stay);
	CHECK_EQ(parse("report=json report=xml"), 1);
	CHECK(run_options.report_json);
	CHECK_EQ(parse("poweroff report"), 2);
	CHECK(!run_options.stay && !run_options.report_json);
	now_late = false;
}

int main(void)
{
	TEST(words);
	TEST(quotes);
	TEST(quotes_that_do_not_end);
	TEST(unknown);
	TEST(more_unknown_than_fit);
	TEST(bad_values);
	TEST(late);
	TEST(arguments_of_the_program);
	TEST(loglevel);
	TEST(loglevels_that_make_no_sense);
	TEST(quiet);
	TEST(poweroff_and_report);
	TEST(refused_values_change_nothing);
	return check_report();
}
