// SPDX-License-Identifier: BSD-2-Clause
/* What people can read. */
#include "map.h"

#include <stdio.h>

static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

/* One of a few buffers, which take turns. */
#define TEXT_SIZE 32
static char *next_text(void)
{
	static char texts[4][TEXT_SIZE];
	static unsigned int next;

	return texts[next++ % ARRAY_SIZE(texts)];
}

const char *human_size(u64 bytes)
{
	char *text = next_text();
	unsigned int unit = 0;

	while (bytes && !(bytes % 1024) && unit < ARRAY_SIZE(units) - 1) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, TEXT_SIZE, "%lu %s", bytes, units[unit]);
	return text;
}

const char *rough_size(u64 bytes)
{
	double size = (double)bytes;
	char *text = next_text();
	unsigned int unit = 0;

	while (size >= 1024 && unit < ARRAY_SIZE(units) - 1) {
		size /= 1024;
		unit++;
	}
	snprintf(text, TEXT_SIZE, "%.4g %s", size, units[unit]);
	return text;
}

void put_clean(FILE *file, const char *text)
{
	for (; *text; text++)
		fputc(*text < ' ' || *text >= 0x7f ? '?' : *text, file);
}
