// SPDX-License-Identifier: BSD-2-Clause
/*
 * memblock: finding free blocks, for whoever asks and for its own tables, until the zones own
 * memory.
 */
#include "memblock_internal.h"

#include <arch/page.h>
#include <lib/string.h>
#include <molt/err.h>

/* ---- Finding ---- */

static phys_addr_t find_bottom_up(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, enum memblock_flags flags)
{
	phys_addr_t low, high, base;
	u64 i;

	for_each_free_mem_range(i, nid, flags, &low, &high, NULL) {
		low = memblock_higher(low, start);
		high = memblock_lower(high, end);
		base = ALIGN_UP(low, align);
		/* A base below @low: no multiple above, the sum wrapped. */
		if (base >= low && base < high && high - base >= size)
			return base;
	}
	return 0;
}

static phys_addr_t find_top_down(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, enum memblock_flags flags)
{
	phys_addr_t low, high, base;
	u64 i;

	for_each_free_mem_range_reverse(i, nid, flags, &low, &high, NULL) {
		low = memblock_higher(low, start);
		high = memblock_lower(high, end);
		if (high < size)
			continue;
		base = ALIGN_DOWN(high - size, align);
		if (base >= low)
			return base;
	}
	return 0;
}

/* A free block in [start, end), the first in the current direction; never page 0. Or 0. */
static phys_addr_t find_block(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, enum memblock_flags flags)
{
	start = memblock_higher(start, PAGE_SIZE);
	if (memblock.bottom_up)
		return find_bottom_up(size, align, start, end, nid, flags);
	return find_top_down(size, align, start, end, nid, flags);
}

/* What an allocation asks for first: MIRROR where some RAM is mirrored. */
static enum memblock_flags preferred_flags(void)
{
	const struct memblock_region *r;

	for_each_mem_region(r)
		if (memblock_is_mirror(r))
			return MEMBLOCK_MIRROR;
	return MEMBLOCK_NONE;
}

/* ---- Allocating ---- */

/* The search with its fallbacks: another node before memory that is not mirrored. */
static phys_addr_t find_preferred(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, unsigned how)
{
	enum memblock_flags flags = preferred_flags();

	for (;;) {
		phys_addr_t base = find_block(size, align, start, end, nid, flags);

		if (!base && nid >= 0 && !(how & ALLOC_EXACT_NODE))
			base = find_block(size, align, start, end, NUMA_NO_NODE, flags);
		if (base || !(flags & MEMBLOCK_MIRROR))
			return base;
		pr_warn("memblock: no mirrored memory left for 0x%lx bytes\n", size);
		flags &= ~MEMBLOCK_MIRROR;
	}
}

static phys_addr_t alloc_block(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, unsigned how)
{
	phys_addr_t base;

	if (!size)
		return 0;
	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = memblock.current_limit;
	base = find_preferred(size, align, start, end, nid, how);
	if (base && memblock_add_range(&memblock.reserved, base, size, NUMA_NO_NODE,
			    MEMBLOCK_OWNER(how >> ALLOC_OWNER_SHIFT), NULL))
		return 0;
	return base;
}

static phys_addr_t default_align(const char *function, unsigned long caller)
{
	memblock_complain(LOGLEVEL_WARNING, function, "without an alignment", caller);
	return SMP_CACHE_BYTES;
}

phys_addr_t memblock_take_phys(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, unsigned how, const char *function, unsigned long caller)
{
	phys_addr_t base;

	if (unlikely(!align))
		align = default_align(function, caller);
	base = alloc_block(size, align, start, end, nid, how);
	if (unlikely(memblock_debug))
		memblock_tell_alloc(size, align, start, end, nid, base, function, caller);
	return base;
}

void *memblock_take_linear(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
	phys_addr_t max_addr, int nid, unsigned how, const char *function, unsigned long caller)
{
	phys_addr_t base;
	void *block;

	if (unlikely(!align))
		align = default_align(function, caller);
	max_addr = memblock_lower(max_addr, memblock.current_limit);
	base = alloc_block(size, align, min_addr, max_addr, nid, how);
	if (!base && min_addr > PAGE_SIZE)
		base = alloc_block(size, align, MEMBLOCK_LOW_LIMIT, max_addr, nid, how);
	if (unlikely(memblock_debug))
		memblock_tell_alloc(size, align, min_addr, max_addr, nid, base, function, caller);
	if (!base)
		return NULL;
	block = __va(base);
	return how & ALLOC_CLEAR ? memset(block, 0, size) : block;
}

/* ---- Longer tables ---- */

phys_addr_t memblock_table_bytes(unsigned long max)
{
	return ALIGN_UP(max * sizeof(struct memblock_region), PAGE_SIZE);
}

/* Whole pages in [start, end) outside @hole and those behind it, in the current direction. */
static phys_addr_t find_outside(const struct memblock_hole *hole, phys_addr_t size,
	phys_addr_t start, phys_addr_t end, enum memblock_flags flags)
{
	phys_addr_t below, above, found;

	if (!hole)
		return find_block(size, PAGE_SIZE, start, end, NUMA_NO_NODE, flags);
	below = memblock_lower(hole->base, end);
	above = memblock_higher(hole->end, start);
	if (memblock.bottom_up) {
		found = find_outside(hole->next, size, start, below, flags);
		return found ? found : find_outside(hole->next, size, above, end, flags);
	}
	found = find_outside(hole->next, size, above, end, flags);
	return found ? found : find_outside(hole->next, size, start, below, flags);
}

/* Moves @type's entries into the table of @max entries at @base. */
static void move_table(struct memblock_type *type, phys_addr_t base, unsigned long max)
{
	type->regions =
		memcpy(__va(base), type->regions, type->cnt * sizeof(struct memblock_region));
	type->max = max;
}

/* Beside what was asked: the new table's entry, and the old one's return from between two. */
#define DOUBLING_SLACK 3

int memblock_double_table(
	struct memblock_type *type, unsigned long need, const struct memblock_hole *holes)
{
	struct memblock_type *reserved = &memblock.reserved;
	const struct memblock_region *old = type->regions;
	enum memblock_flags flags = preferred_flags();
	unsigned long old_max = type->max, max = old_max;
	phys_addr_t size, table = 0;

	do
		max *= 2;
	while (max < need + DOUBLING_SLACK);
	size = memblock_table_bytes(max);
	if (memblock.can_resize)
		table = find_outside(holes, size, 0, memblock.current_limit, flags);
	if (memblock.can_resize && !table && flags)
		table = find_outside(holes, size, 0, memblock.current_limit, MEMBLOCK_NONE);
	/* Its own new table has room for its own reservation; another's must find room first. */
	if (table && type == reserved)
		move_table(type, table, max);
	if (!table ||
		memblock_add_range(reserved, table, size, NUMA_NO_NODE, MEMBLOCK_NONE, holes)) {
		pr_err("memblock: %s is full with %lu entries, and may not or cannot grow\n",
			type->name, type->cnt);
		return -ENOMEM;
	}
	if (type != reserved)
		move_table(type, table, max);
	if (unlikely(memblock_debug))
		memblock_tell_doubling(type, old_max);
	if (old_max > INIT_MEMBLOCK_REGIONS)
		memblock_remove_range(reserved, __pa(old), memblock_table_bytes(old_max), holes);
	return 0;
}
