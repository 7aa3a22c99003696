// SPDX-License-Identifier: BSD-2-Clause
/* memblock: what the tables answer, and how they are walked. In any stage. */
#include "memblock_internal.h"
#include <arch/page.h>

/* The entry that holds @addr, or NULL. */
static const struct memblock_region *entry_at(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned long i = memblock_first_above(type, addr);

	return i < type->cnt && type->regions[i].base <= addr ? &type->regions[i] : NULL;
}

bool memblock_bottom_up(void)
{
	return memblock.bottom_up;
}

phys_addr_t memblock_get_current_limit(void)
{
	return memblock.current_limit;
}

bool memblock_overlaps_region(const struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	unsigned long i = memblock_first_above(type, base);

	return i < type->cnt &&
	       memblock_bytes_within(&type->regions[i], base, memblock_range_end(base, size));
}

bool memblock_is_memory(phys_addr_t addr)
{
	return entry_at(&memblock.memory, addr);
}

bool memblock_is_map_memory(phys_addr_t addr)
{
	const struct memblock_region *r = entry_at(&memblock.memory, addr);

	return r && !memblock_is_nomap(r);
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return entry_at(&memblock.reserved, addr);
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *r = entry_at(&memblock.memory, base);

	return r && memblock_region_end(r) >= memblock_range_end(base, size);
}

bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size)
{
	return memblock_overlaps_region(&memblock.reserved, base, size);
}

phys_addr_t memblock_start_of_DRAM(void)
{
	return memblock.memory.cnt ? memblock.memory.regions[0].base : 0;
}

phys_addr_t memblock_end_of_DRAM(void)
{
	const struct memblock_type *type = &memblock.memory;

	return type->cnt ? memblock_region_end(&type->regions[type->cnt - 1]) : 0;
}

phys_addr_t memblock_phys_mem_size(void)
{
	return memblock.memory.total_size;
}

phys_addr_t memblock_reserved_size(void)
{
	return memblock.reserved.total_size;
}

phys_addr_t memblock_free_bytes(void)
{
	phys_addr_t start, end, bytes = 0;
	u64 i;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		bytes += end - start;
	return bytes;
}

phys_addr_t memblock_owner_bytes(unsigned owner)
{
	const struct memblock_region *ram = memblock.memory.regions;
	const struct memblock_region *ram_end = ram + memblock.memory.cnt;
	const struct memblock_region *taken = memblock.reserved.regions;
	const struct memblock_region *taken_end = taken + memblock.reserved.cnt;
	phys_addr_t bytes = 0;

	while (ram < ram_end && taken < taken_end) {
		phys_addr_t end = memblock_region_end(ram);

		if (memblock_region_owner(taken) == owner)
			bytes += memblock_bytes_within(taken, ram->base, end);
		if (end < memblock_region_end(taken))
			ram++;
		else
			taken++;
	}
	return bytes;
}

int memblock_search_pfn_nid(unsigned long pfn, unsigned long *start_pfn, unsigned long *end_pfn)
{
	const struct memblock_region *r = NULL;

	if (pfn <= PHYS_ADDR_MAX >> PAGE_SHIFT)
		r = entry_at(&memblock.memory, (phys_addr_t)pfn << PAGE_SHIFT);
	if (!r)
		return NUMA_NO_NODE;
	*start_pfn = r->base >> PAGE_SHIFT;
	*end_pfn = memblock_region_end(r) >> PAGE_SHIFT;
	return memblock_get_region_node(r);
}

/* ---- Iterators ---- */

/* Whether a walk of @type for @nid and @flags passes @r by. Only RAM is ever passed by. */
static bool passed_by(const struct memblock_type *type, const struct memblock_region *r, int nid,
	enum memblock_flags flags)
{
	enum memblock_flags shunned = MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED;

	if (type != &memblock.memory)
		return false;
	if (nid >= 0 && nid != memblock_get_region_node(r))
		return true;
	if (movable_node_is_enabled())
		shunned |= MEMBLOCK_HOTPLUG;
	return (r->flags & shunned & ~flags) || (flags & ~r->flags & MEMBLOCK_MIRROR);
}

/*
 * The part of @r in the gap below entry @i of @taken, which may be above the last; or all of
 * @r if @taken is NULL. Returns whether there is any.
 */
static bool free_part(const struct memblock_region *r, const struct memblock_type *taken, u32 i,
	phys_addr_t *start, phys_addr_t *end)
{
	*start = r->base;
	*end = memblock_region_end(r);
	if (taken && i > 0)
		*start = memblock_higher(*start, memblock_region_end(&taken->regions[i - 1]));
	if (taken && i < taken->cnt)
		*end = memblock_lower(*end, taken->regions[i].base);
	return *start < *end;
}

/* What an iterator that stands in @r hands out; a NULL is not asked for. */
static void hand_out(const struct memblock_region *r, phys_addr_t start, phys_addr_t end,
	phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid)
{
	if (out_start)
		*out_start = start;
	if (out_end)
		*out_end = end;
	if (out_nid)
		*out_nid = memblock_get_region_node(r);
}

/*
 * The position between two steps: below, the index in @type_a; above, the gap in @type_b.
 * Downwards the index counts from 1, so that 0 is the end.
 */
#define ITER_AT(a, b) ((u64)(b) << 32 | (a))

void __next_mem_range(u64 *idx, int nid, enum memblock_flags flags,
	const struct memblock_type *type_a, const struct memblock_type *type_b,
	phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid)
{
	u32 a = *idx, b = *idx >> 32;

	for (; a < type_a->cnt; a++) {
		const struct memblock_region *r = &type_a->regions[a];
		phys_addr_t start, end;

		if (passed_by(type_a, r, nid, flags))
			continue;
		for (;;) {
			bool found = free_part(r, type_b, b, &start, &end);
			/* Is the gap the last that reaches into @r? */
			bool last = !type_b || b >= type_b->cnt ||
				    type_b->regions[b].base >= memblock_region_end(r);

			if (found) {
				*idx = last ? ITER_AT(a + 1, b) : ITER_AT(a, b + 1);
				hand_out(r, start, end, out_start, out_end, out_nid);
				return;
			}
			if (last)
				break;
			b++;
		}
	}
	*idx = MEMBLOCK_ITER_END;
}

void __next_mem_range_rev(u64 *idx, int nid, enum memblock_flags flags,
	const struct memblock_type *type_a, const struct memblock_type *type_b,
	phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid)
{
	u32 a = *idx, b = *idx >> 32;

	if (*idx == MEMBLOCK_ITER_END) {
		a = type_a->cnt;
		b = type_b ? type_b->cnt : 0;
	}
	for (; a > 0; a--) {
		const struct memblock_region *r = &type_a->regions[a - 1];
		phys_addr_t start, end;

		if (passed_by(type_a, r, nid, flags))
			continue;
		for (;;) {
			bool found = free_part(r, type_b, b, &start, &end);
			bool last = !type_b || b == 0 ||
				    memblock_region_end(&type_b->regions[b - 1]) <= r->base;

			if (found) {
				*idx = last ? ITER_AT(a - 1, b) : ITER_AT(a, b - 1);
				hand_out(r, start, end, out_start, out_end, out_nid);
				return;
			}
			if (last)
				break;
			b--;
		}
	}
	*idx = MEMBLOCK_ITER_END;
}

void __next_mem_pfn_range(
	int *idx, int nid, unsigned long *out_start_pfn, unsigned long *out_end_pfn, int *out_nid)
{
	const struct memblock_type *type = &memblock.memory;

	while (++*idx < (int)type->cnt) {
		const struct memblock_region *r = &type->regions[*idx];
		unsigned long start = r->base >> PAGE_SHIFT;
		unsigned long end = memblock_region_end(r) >> PAGE_SHIFT;

		start += !IS_ALIGNED(r->base, PAGE_SIZE);
		if (start >= end || (nid >= 0 && nid != memblock_get_region_node(r)))
			continue;
		hand_out(r, start, end, out_start_pfn, out_end_pfn, out_nid);
		return;
	}
	*idx = -1;
}
