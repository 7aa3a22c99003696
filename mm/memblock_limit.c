// SPDX-License-Identifier: BSD-2-Clause
/* memblock: limits on what of RAM is used, behind the public calls. None needs an entry. */
#include "memblock_internal.h"

/* Shrinks entry @i to [base, end), which lies inside it, or deletes it if that is empty. */
static void shrink_entry(
	struct memblock_type *type, unsigned long i, phys_addr_t base, phys_addr_t end)
{
	struct memblock_region *r = &type->regions[i];

	type->total_size -= r->size;
	if (base >= end) {
		memblock_move_tail(type, i, i + 1);
		return;
	}
	r->base = base;
	r->size = end - base;
	type->total_size += r->size;
}

/* Drops what lies outside [base, end), but for entries with a flag of @spared. */
static void keep_inside(
	struct memblock_type *type, phys_addr_t base, phys_addr_t end, enum memblock_flags spared)
{
	for (unsigned long i = type->cnt; i-- > 0;) {
		const struct memblock_region *r = &type->regions[i];

		if (!(r->flags & spared))
			shrink_entry(type, i, memblock_higher(r->base, base),
				memblock_lower(memblock_region_end(r), end));
	}
}

/* Where the lowest @limit bytes of RAM end; PHYS_ADDR_MAX if there is less. */
static phys_addr_t end_of_lowest(phys_addr_t limit)
{
	const struct memblock_region *r;

	for_each_mem_region(r) {
		if (limit <= r->size)
			return r->base + limit;
		limit -= r->size;
	}
	return PHYS_ADDR_MAX;
}

void memblock_trim_ends(phys_addr_t align)
{
	struct memblock_type *type = &memblock.memory;

	for (unsigned long i = type->cnt; i-- > 0;) {
		const struct memblock_region *r = &type->regions[i];
		phys_addr_t base = ALIGN_UP(r->base, align);

		if (base < r->base) /* no multiple above: the sum wrapped */
			base = PHYS_ADDR_MAX;
		shrink_entry(type, i, base, ALIGN_DOWN(memblock_region_end(r), align));
	}
}

void memblock_limit_sets(phys_addr_t limit, enum memblock_flags spared)
{
	phys_addr_t end = limit ? end_of_lowest(limit) : PHYS_ADDR_MAX;

	if (end == PHYS_ADDR_MAX)
		return;
	keep_inside(&memblock.memory, 0, end, spared);
	keep_inside(&memblock.reserved, 0, end, MEMBLOCK_NONE);
}

void memblock_cap_sets(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t end = memblock_range_end(base, size);

	if (!memblock.memory.cnt) {
		pr_warn("memblock: memblock_cap_memory_range(): no memory is known yet\n");
		return;
	}
	keep_inside(&memblock.memory, base, end, MEMBLOCK_NOMAP);
	keep_inside(&memblock.reserved, base, end, MEMBLOCK_NONE);
}
