/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblock's own files share. Not for others. */
#ifndef MM_MEMBLOCK_INTERNAL_H
#define MM_MEMBLOCK_INTERNAL_H

#include <mm/memblock.h>
#include <molt/compiler.h>
#include <molt/stage.h>

static inline phys_addr_t memblock_lower(phys_addr_t a, phys_addr_t b)
{
	return a < b ? a : b;
}

static inline phys_addr_t memblock_higher(phys_addr_t a, phys_addr_t b)
{
	return a > b ? a : b;
}

/* The end of a range, cut at the top of the address space. */
static inline phys_addr_t memblock_range_end(phys_addr_t base, phys_addr_t size)
{
	return base + memblock_lower(size, PHYS_ADDR_MAX - base);
}

static inline phys_addr_t memblock_region_end(const struct memblock_region *r)
{
	return r->base + r->size;
}

/* The bytes of @r that lie in [base, end). */
static inline phys_addr_t memblock_bytes_within(
	const struct memblock_region *r, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t low = memblock_higher(r->base, base);
	phys_addr_t high = memblock_lower(memblock_region_end(r), end);

	return low < high ? high - low : 0;
}

/* The index of the first entry that ends above @addr; cnt if there is none. */
unsigned long memblock_first_above(const struct memblock_type *type, phys_addr_t addr);

/* Moves the entries from @from on to @to. The caller sees that they fit. */
void memblock_move_tail(struct memblock_type *type, unsigned long to, unsigned long from);

/* Says that @function, called from @caller, came too late. Returns true. */
bool __cold memblock_refuse(const char *function, unsigned long caller);

/* Whether the sets are frozen. Every public function that changes them asks this first. */
static inline bool memblock_frozen(const char *function, unsigned long caller)
{
	return unlikely(stage_reached(STAGE_ZONES)) && memblock_refuse(function, caller);
}

/* The two engines under every change. They check no stage; 0 or -ENOMEM. */
int memblock_add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags);
int memblock_remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size);

/* The bytes that a table of @max entries takes of memory, in whole pages. */
phys_addr_t memblock_table_bytes(unsigned long max);

/*
 * Gives @type a table of twice the entries, or more if @need is more, outside [base, end).
 * The new table and the return of the old one change `reserved`: whoever counted entries
 * must count again. Returns 0 or -ENOMEM.
 */
int memblock_double_table(
	struct memblock_type *type, unsigned long need, phys_addr_t base, phys_addr_t end);

#endif
