// SPDX-License-Identifier: BSD-2-Clause
/*
 * PAGE_POISON: free memory is full of a pattern, from the moment it is free until it is
 * allocated. What is not, then, was written by who had no right to it.
 */
#include "zone_internal.h"
#include <lib/string.h>
#include <mm/page_owner.h>
#include <molt/panic.h>

#define POISON_BYTE 0xaa
#define POISON_WORD 0xaaaaaaaaaaaaaaaa

void page_poison(void *memory, unsigned long size)
{
	memset(memory, POISON_BYTE, size);
}

/* Who freed the page at @at, as far as that is known; 0 where not. */
static unsigned long freed_by(const void *at)
{
	struct page_owner owner;
	const void *page = (const void *)ALIGN_DOWN((uintptr_t)at, PAGE_SIZE);

	if (!IS_ENABLED(CONFIG_PAGE_OWNER) || !page_owner_find(page, &owner) || owner.held)
		return 0;
	return owner.caller;
}

void page_poison_check(const void *memory, unsigned long size, unsigned long caller)
{
	const u64 *at = memory, *end = at + size / sizeof(*at);

	while (at < end && *at == POISON_WORD)
		at++;
	if (at < end)
		panic("page_alloc() from %lx: memory was written after it was freed from %lx: "
		      "at %p, found %lx",
			caller, freed_by(at), (const void *)at, *at);
}
