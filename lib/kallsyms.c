// SPDX-License-Identifier: BSD-2-Clause
/*
 * Addresses to names, by the two tables that scripts/kallsyms.py makes of the linked kernel.
 *
 * The table of what stays is class memblock, as this file is; that of the init window is
 * class init, and is not looked at once the window is gone.
 */
#include <molt/sections.h>
#include <molt/stage.h>
#include <molt/symbols.h>

/*
 * A table: a count, then for each function, ascending, how far it begins behind the one before,
 * the first behind the section's begin, in units of the shortest instruction.
 */
struct table {
	u16 count;
	u16 distances[];
	/* u16 names[count]: where in the text each name begins. Then the text. */
};
#define UNIT 2

static const char *find(const struct table *table, unsigned long at, unsigned long *offset)
{
	const u16 *names = table->distances + table->count;
	const char *text = (const char *)(names + table->count), *name = NULL;
	unsigned long start = 0;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		start += table->distances[i] * UNIT;
		if (start > at)
			break;
		*offset = at - start;
		name = text + names[i];
	}
	return name;
}

const char *symbol_lookup(unsigned long address, unsigned long *offset)
{
	unsigned long in_text = address - (unsigned long)__text_begin;
	unsigned long in_init = address - (unsigned long)__init_text_begin;

	if (in_text < SECTION_SIZE(text))
		return find((const struct table *)__kallsyms_resident_begin, in_text, offset);
	if (in_init < SECTION_SIZE(init_text) && !stage_reached(STAGE_MOLTED))
		return find((const struct table *)__kallsyms_init_begin, in_init, offset);
	return NULL;
}
