// SPDX-License-Identifier: BSD-2-Clause
/* The exception table: instructions that may fault, and where each goes on. [UACCESS] */
#include "extable.h"
#include <arch/uaccess.h>
#include <asm/csr.h>
#include <molt/sections.h>

/* Distances from the fields themselves. Ascending by @at: the linker places them as their code. */
struct extable_entry {
	s32 at, to;
};

static u64 address_of(const s32 *distance)
{
	return (u64)distance + (u64)(s64)*distance;
}

static const struct extable_entry *entry_at(unsigned long index)
{
	return (const struct extable_entry *)__ex_table_begin + index;
}

static unsigned long entry_count(void)
{
	return SECTION_SIZE(ex_table) / sizeof(struct extable_entry);
}

bool extable_fix(struct trap_frame *frame)
{
	unsigned long low = 0, high = entry_count();

	while (low < high) {
		unsigned long middle = (low + high) / 2;
		const struct extable_entry *entry = entry_at(middle);
		u64 at = address_of(&entry->at);

		if (at == frame->sepc) {
			frame->sepc = address_of(&entry->to);
			return true;
		}
		if (at < frame->sepc)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool extable_is_sorted(void)
{
	unsigned long i;

	for (i = 1; i < entry_count(); i++) {
		if (address_of(&entry_at(i - 1)->at) >= address_of(&entry_at(i)->at))
			return false;
	}
	return true;
}
