// SPDX-License-Identifier: BSD-2-Clause
#include "discarded.h"
#include <arch/paging.h>
#include <asm/layout.h>
#include <molt/compiler.h>
#include <molt/sections.h>
#include <molt/stage.h>

struct part {
	u64 begin, end;
	const char *what;
};

#define PART(name, what)                                          \
	{                                                         \
		(u64) __##name##_begin, (u64)__##name##_end, what \
	}

/* The first that holds an address tells most of it. A class that is kept lies elsewhere. */
static const struct part parts[] = {
	PART(memblock_text, "__memblock function"),
	PART(memblock_rodata, "__memblockdata"),
	PART(memblock_data, "__memblockdata"),
	PART(memblock_bss, "__memblockdata"),
	PART(meminit_text, "__meminit function"),
	PART(meminit_rodata, "__meminitdata"),
	PART(meminit_data, "__meminitdata"),
	PART(meminit_bss, "__meminitdata"),
	PART(percpu, "per-hart template"),
	PART(early_tables, "early page table"),
	PART(boot_stack, "boot stack"),
	PART(init_text, "__init function"),
	PART(init_rodata, "__initconst"),
	PART(init_data, "__initdata"),
	{EARLY_WINDOW_VA, EARLY_WINDOW_VA + EARLY_WINDOW_SIZE, "early window, where the FDT was,"},
};

static bool is_unmapped(u64 address)
{
	unsigned long span;

	return stage_reached(STAGE_RUNNING) &&
	       paging_lookup(&kernel_space, address, &span) == PHYS_ADDR_MAX;
}

bool window_is_gone(void)
{
	return is_unmapped((u64)__init_begin);
}

const char *discarded_at(u64 address)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (address >= parts[i].begin && address < parts[i].end && is_unmapped(address))
			return parts[i].what;
	}
	return NULL;
}
