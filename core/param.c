// SPDX-License-Identifier: BSD-2-Clause
#include <lib/string.h>
#include <molt/param.h>
#include <molt/printk.h>

extern const struct boot_param __start_boot_params[], __stop_boot_params[];

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word, its quotes taken off; NULL at the end. Moves @line behind it. */
static char *next_word(char **line)
{
	char *from = *line, *to, *word;
	bool quoted = false;

	while (is_space(*from))
		from++;
	if (!*from)
		return NULL;
	for (word = to = from; *from && (quoted || !is_space(*from)); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*line = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

static void apply(char *word)
{
	const struct boot_param *param;
	char *value = strchr(word, '=');

	if (value)
		*value++ = '\0';
	for (param = __start_boot_params; param < __stop_boot_params; param++) {
		if (strcmp(param->name, word))
			continue;
		if (!param->set(value ? value : ""))
			pr_err("parameter %s: \"%s\" makes no sense\n", word, value ? value : "");
		return;
	}
	pr_warn("parameter %s is unknown\n", word);
}

void params_parse(char *line)
{
	char *word;

	while ((word = next_word(&line)))
		apply(word);
}
