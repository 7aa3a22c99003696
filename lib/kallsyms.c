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
 * A table: a count, then for each function, ascending, its offset from the section's begin,
 * in units of the shortest instruction.
 */
struct table {
	u16 count;
	u16 starts[];
	/* u16 names[count]: where in the text each name begins. Then the text. */
};
#define UNIT 2

static const char *find(const struct table *table, unsigned long at, unsigned long *offset)
{
	const u16 *names = table->starts + table->count;
	const char *text = (const char *)(names + table->count);
	unsigned int low = 0, high = table->count;

	/* Entries below @low start at or below @at, those from @high on above it. */
	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (table->starts[mid] * UNIT <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return NULL;
	*offset = at - table->starts[low - 1] * UNIT;
	return text + names[low - 1];
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
