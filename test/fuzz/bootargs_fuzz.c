/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target bootargs: the input is a command line.
 *
 * A parameter of this target's own, "w", notes what it is given, and mem= is looked at; a
 * second reader of the same line, which shares no code with the kernel's, says what must come
 * of both.
 */
#include "../../mm/map_internal.h"
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include <core/run.h>
#include <molt/param.h>
#include <molt/printk.h>

#include "../host/check.h"

struct run_options run_options;

extern const struct boot_param __start_boot_params[], __stop_boot_params[];

/* The values of each w=, every one ended by a line feed, which quotes may hold too. */
struct notes {
	char text[8192];
	size_t length;
};
static struct notes noted, expected;

static void note(struct notes *notes, const char *value, size_t length)
{
	MUST(notes->length + length < sizeof(notes->text), "a line is longer than the notes");
	memcpy(notes->text + notes->length, value, length);
	notes->length += length;
	notes->text[notes->length++] = '\n';
}

static bool set_w(const char *value)
{
	note(&noted, value, strlen(value));
	return *value != '!';
}
__setup("w=", set_w);

enum known {
	UNKNOWN,
	BARE,
	VALUED
};

static enum known known_as(const char *name, size_t length)
{
	for (const struct boot_param *p = __start_boot_params; p < __stop_boot_params; p++) {
		size_t own = strcspn(p->name, "=");

		if (own == length && !memcmp(p->name, name, length))
			return p->name[own] ? VALUED : BARE;
	}
	return UNKNOWN;
}

/* ---- mem= ---- */

/* A number of bytes at *@text, which moves behind it. */
static bool expect_size(const char **text, u64 *value)
{
	static const char suffixes[] = "kKmMgGtT";
	bool hexadecimal = (*text)[0] == '0' && ((*text)[1] == 'x' || (*text)[1] == 'X');
	const char *at = *text + (hexadecimal ? 2 : 0), *suffix;
	size_t length = strspn(at, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789");
	char digits[4096];
	__uint128_t number;

	memcpy(digits, at, length);
	digits[length] = '\0';
	errno = 0;
	number = strtoull(digits, NULL, hexadecimal ? 16 : 10);
	if (!length || errno)
		return false;
	at += length;
	suffix = *at ? strchr(suffixes, *at) : NULL;
	if (suffix) {
		number <<= 10 * ((suffix - suffixes) / 2 + 1);
		at++;
	}
	*value = (u64)number;
	*text = at;
	return number == *value;
}

static struct mem_param expected_mem;

static bool expect_mem(const char *value, size_t length)
{
	struct mem_param mem = {.base = 0};
	char text[4096];
	const char *at = text;

	memcpy(text, value, length);
	text[length] = '\0';
	if (!expect_size(&at, &mem.size) || !mem.size)
		return false;
	mem.at_base = *at == '@';
	if (mem.at_base && (at++, !expect_size(&at, &mem.base)))
		return false;
	if (!*at)
		expected_mem = mem;
	return !*at;
}

/* ---- The line ---- */

/* How many messages a line costs at least and at most; all that is unknown costs one. */
struct messages {
	unsigned long least, most;
	bool unknown;
};

static void expect_word(const char *word, size_t length, struct messages *messages)
{
	const char *equals = memchr(word, '=', length);
	size_t name = equals ? (size_t)(equals - word) : length;
	const char *value = word + name + (equals != NULL);
	size_t value_length = length - name - (equals != NULL);
	bool is_w = name == 1 && *word == 'w';
	bool is_mem = name == 3 && !memcmp(word, "mem", 3);
	enum known known = known_as(word, name);
	bool bad;

	if (known == UNKNOWN) {
		messages->unknown = true;
		return;
	}
	bad = (known == VALUED) != (equals != NULL);
	bad = bad || (is_w && value_length && *value == '!') ||
	      (is_mem && !expect_mem(value, value_length));
	messages->least += bad;
	messages->most += bad || !(is_w || is_mem);
	if (is_w && equals)
		note(&expected, value, value_length);
}

static struct messages all_of(struct messages messages)
{
	messages.least += messages.unknown;
	messages.most += messages.unknown;
	return messages;
}

/* Character by character: in a word or not, in quotes or not. */
static struct messages expect_line(const char *line)
{
	struct messages messages = {0, 0, false};
	char word[4096];
	size_t length = 0;
	bool inside = false, quoted = false;

	for (;; line++) {
		bool space = strchr(" \t\n\r", *line) && *line;

		if (!*line || (space && !quoted)) {
			if (inside && length == 2 && !memcmp(word, "--", 2))
				return all_of(messages);
			if (inside)
				expect_word(word, length, &messages);
			length = 0;
			inside = false;
			if (!*line)
				return all_of(messages);
			continue;
		}
		inside = true;
		if (*line == '"')
			quoted = !quoted;
		else
			word[length++] = *line;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned long before = printk_count, said;
	struct messages messages;
	char *line;

	if (size >= 4096)
		return -1;
	line = malloc(size + 1);
	memcpy(line, data, size);
	line[size] = '\0';
	noted.length = expected.length = 0;
	console_loglevel = LOGLEVEL_DEFAULT;
	run_options = (struct run_options){0};
	mem_param = expected_mem = (struct mem_param){.base = 0};

	messages = expect_line(line);
	params_early(line);
	params_late();
	said = printk_count - before;
	free(line);

	MUST(noted.length == expected.length && !memcmp(noted.text, expected.text, noted.length),
		"w was given values of %zu bytes, not %zu, or others", noted.length,
		expected.length);
	MUST(said >= messages.least && said <= messages.most, "%lu messages, not %lu to %lu", said,
		messages.least, messages.most);
	MUST(mem_param.size == expected_mem.size && mem_param.base == expected_mem.base &&
			mem_param.at_base == expected_mem.at_base,
		"mem=%lx@%lx, not %lx@%lx", mem_param.size, mem_param.base, expected_mem.size,
		expected_mem.base);
	MUST(console_loglevel >= 0 && console_loglevel <= 8, "loglevel %d", console_loglevel);
	return 0;
}
