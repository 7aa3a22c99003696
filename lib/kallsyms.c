// SPDX-License-Identifier: BSD-2-Clause
/*
 * Addresses to names, by the two tables that scripts/kallsyms.py makes of the linked kernel.
 *
 * With KALLSYMS both stay, as this file does. Else the table of what stays is class memblock,
 * as this file is; that of the init window is class init, and is not looked at once the window
 * is gone.
 */
#include <molt/compiler.h>
#include <molt/init.h>
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

/* The last function of @end bytes of text that begins at or below @at. */
static const char *find(const struct table *table, unsigned long at, unsigned long end,
	unsigned long *offset, unsigned long *size)
{
	const u16 *names = table->distances + table->count;
	const char *text = (const char *)(names + table->count), *name = NULL;
	unsigned long start = 0, next = 0;
	unsigned int i;

	for (i = 0; i <= table->count; i++) {
		next = i < table->count ? next + table->distances[i] * UNIT : end;
		if (next > at)
			break;
		start = next;
		name = text + names[i];
	}
	if (!name)
		return NULL;
	*offset = at - start;
	*size = next - start;
	return name;
}

const char *symbol_lookup(unsigned long address, unsigned long *offset, unsigned long *size)
{
	unsigned long in_text = address - (unsigned long)__text_begin;
	unsigned long in_init = address - (unsigned long)__init_text_begin;

	if (in_text < SECTION_SIZE(text))
		return find((const struct table *)__start_kallsyms_resident, in_text,
			SECTION_SIZE(text), offset, size);
	if (in_init < SECTION_SIZE(init_text) &&
		(IS_ENABLED(CONFIG_KALLSYMS) || !stage_reached(STAGE_MOLTED)))
		return find((const struct table *)__start_kallsyms_init, in_init,
			SECTION_SIZE(init_text), offset, size);
	return NULL;
}

#ifndef CONFIG_KALLSYMS
LIFETIME_REFERENCE("asks whether the window is gone", symbol_lookup, __start_kallsyms_init);
#endif
