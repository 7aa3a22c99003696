// SPDX-License-Identifier: BSD-2-Clause
/* By the tables that scripts/unwind.py makes of the compiler's records of frames. */
#include "unwind.h"
#include <molt/compiler.h>
#include <molt/init.h>
#include <molt/sections.h>

#define WORD sizeof(u64)

/* How a function's frame is left at some of its instructions. */
struct rule {
	u16 base; /* words from sp, or with bit 0 from fp, to where the caller's stack begins; * 2
		   */
	u8 ra;	  /* words below that; 0: in its register; RA_UNKNOWN: nobody knows */
	u8 fp;	  /* likewise */
};
#define RA_UNKNOWN 0xff

/*
 * A table: for each place where the rule changes, ascending, how far it lies behind the one before,
 * the first behind the section's begin, in units of the shortest instruction.
 */
struct table {
	u16 count, rule_count;
	struct rule rules[];
	/* u16 distances[count]; u8 which[count]: of the rules. */
};
#define UNIT 2

static const struct rule *find(const struct table *table, unsigned long at)
{
	const u16 *distances = (const u16 *)(table->rules + table->rule_count);
	const u8 *which = (const u8 *)(distances + table->count);
	unsigned long start = 0;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		start += distances[i] * UNIT;
		if (start > at)
			break;
	}
	return i ? &table->rules[which[i - 1]] : NULL;
}

/* Only for code that is there, as the init window's table goes with it. */
static const struct rule *rule_at(u64 pc)
{
	if (pc - (u64)__text_begin < SECTION_SIZE(text))
		return find((const struct table *)__start_unwind_resident, pc - (u64)__text_begin);
	return find((const struct table *)__start_unwind_init, pc - (u64)__init_text_begin);
}
LIFETIME_REFERENCE("unwind_is_text() is asked first", rule_at, __start_unwind_init);

bool unwind_step(struct unwind *at)
{
	const struct rule *rule = rule_at(unwind_place(at));
	u64 frame;

	if (!rule || rule->ra == RA_UNKNOWN || !(rule->ra || at->ra))
		return false;
	frame = (rule->base & 1 ? at->fp : at->sp) + (rule->base >> 1) * WORD;
	/* Callers lie above, and are on the same stack as all that was saved for them. */
	if (frame < at->sp || !unwind_on_stack(at->sp, frame - at->sp) ||
		frame - at->sp < (rule->ra > rule->fp ? rule->ra : rule->fp) * WORD)
		return false;
	at->pc = rule->ra ? *(const u64 *)(frame - rule->ra * WORD) : at->ra;
	if (rule->fp)
		at->fp = *(const u64 *)(frame - rule->fp * WORD);
	at->sp = frame;
	at->ra = 0;
	at->exact = false;
	return true;
}
