// SPDX-License-Identifier: BSD-2-Clause
#include <lib/string.h>
#include <molt/param.h>
#include <molt/printk.h>

DECLARE_TABLE(boot_params, boot_param);

const char *program_arguments = "";

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * The next word, its quotes taken off; NULL at the end. Moves @line behind it, and leaves nothing
 * but zeros between words, so that they can be walked again.
 */
static char *next_word(char **line)
{
	char *from = *line, *to, *word;
	bool quoted = false;

	while (is_space(*from))
		*from++ = '\0';
	if (!*from)
		return NULL;
	for (word = to = from; *from && (quoted || !is_space(*from)); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*line = *from ? from + 1 : from;
	do
		*to = '\0';
	while (to++ < from);
	return word;
}

/* Where @word goes on behind the parameter's name: at "=" or at its end. NULL: it is another. */
static char *behind_name(const char *name, char *word)
{
	for (; *name && *name != '=' && *name == *word; name++)
		word++;
	return (!*name || *name == '=') && (!*word || *word == '=') ? word : NULL;
}

/* The parameter that @word names, or NULL; @value: its "=", or its end. */
static const struct boot_param *find(char *word, char **value)
{
	const struct boot_param *param;

	for_each_in_table(param, boot_params) {
		*value = behind_name(param->name, word);
		if (*value)
			return param;
	}
	return NULL;
}

static void apply(const struct boot_param *param, char *word, char *value)
{
	bool wanted = strchr(param->name, '=') != NULL, given = *value == '=';

	if (wanted == given && param->set(value + given))
		return;
	if (!given)
		pr_err("parameter %s: %s\n", word,
			wanted ? "its value is missing" : "this kernel has no such thing");
	else
		pr_err("parameter %.*s: \"%s\" %s\n", (int)(value - word), word, value + 1,
			wanted ? "makes no sense" : "is one too many: it takes no value");
}

/* Words that no table has, for one message: so much of them as fits. */
static char unknown[128];

static void note_unknown(const char *word)
{
	size_t length = strlen(unknown);
	char c = ' ';

	for (; c && c != '=' && length < sizeof(unknown) - 1; c = *word++)
		unknown[length++] = c;
	unknown[length] = '\0';
}

/* The words, each ended by 0, with nothing but zeros between them. */
static char *words, *words_end;

void params_early(char *line)
{
	const struct boot_param *param;
	char *word, *value;

	program_arguments = "";
	unknown[0] = '\0';
	words = line;
	while ((word = next_word(&line))) {
		if (!strcmp(word, "--")) {
			program_arguments = line;
			break;
		}
		param = find(word, &value);
		if (!param)
			note_unknown(word);
		else if (param->early)
			apply(param, word, value);
	}
	words_end = word ? word : line;
	if (*unknown)
		pr_warn("parameters that are unknown:%s\n", unknown);
}

void params_late(void)
{
	const struct boot_param *param;
	char *word, *value;

	for (word = words; word < words_end; word += strlen(word) + 1) {
		param = *word ? find(word, &value) : NULL;
		if (param && !param->early)
			apply(param, word, value);
	}
}
