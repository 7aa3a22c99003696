/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblock's own files share. Not for others. */
#ifndef MM_MEMBLOCK_INTERNAL_H
#define MM_MEMBLOCK_INTERNAL_H

#include <mm/memblock.h>
#include <molt/compiler.h>
#include <molt/printk.h>
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

/* ---- What is said (memblock_debug.c). @function was called from @caller, by a stranger. ---- */

/* Says, at @level, what is wrong with the call. */
void __cold memblock_complain(
	enum loglevel level, const char *function, const char *complaint, unsigned long caller);

/* With memblock=debug, what is asked for: a change of a range, or of what @value sets. */
void __cold memblock_tell_change(phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const char *function, unsigned long caller);
void __cold memblock_tell_setting(u64 value, const char *function, unsigned long caller);

/* With memblock=debug, an allocation: what was asked, and what came of it. @base 0: nothing. */
void __cold memblock_tell_alloc(phys_addr_t size, phys_addr_t align, phys_addr_t min,
	phys_addr_t max, int nid, phys_addr_t base, const char *function, unsigned long caller);

/* With memblock=debug, that @type has moved from a table of @old_max entries to a new one. */
void __cold memblock_tell_doubling(const struct memblock_type *type, unsigned long old_max);

/*
 * Whether the sets are frozen, which is then said. Every public function that changes them
 * asks one of these first, and so is told with memblock=debug.
 */
static inline bool memblock_frozen(const char *function, unsigned long caller)
{
	if (likely(!stage_reached(STAGE_ZONES)))
		return false;
	memblock_complain(LOGLEVEL_ERR, function, "refused: the zones own memory now", caller);
	return true;
}

static inline bool memblock_change_frozen(phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return true;
	if (unlikely(memblock_debug))
		memblock_tell_change(base, size, nid, flags, function, caller);
	return false;
}

static inline bool memblock_setting_frozen(u64 value, const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return true;
	if (unlikely(memblock_debug))
		memblock_tell_setting(value, function, caller);
	return false;
}

/* The two engines under every change. They check no stage; 0 or -ENOMEM. */
int memblock_add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags);
int memblock_remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size);

/* Bytes that no new table may take, and further such ranges. On the stacks of those who ask. */
struct memblock_hole {
	phys_addr_t base, end;
	const struct memblock_hole *next;
};

/* The same two under a doubling: where `reserved` doubles too, its table avoids @holes. */
int memblock_add_clear_of(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const struct memblock_hole *holes);
int memblock_remove_clear_of(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
	const struct memblock_hole *holes);

/* The bytes that a table of @max entries takes of memory, in whole pages. */
phys_addr_t memblock_table_bytes(unsigned long max);

/*
 * Gives @type a table of twice the entries, or more if @need is more, outside @holes.
 * The new table and the return of the old one change `reserved`: whoever counted entries
 * must count again. Returns 0 or -ENOMEM.
 */
int memblock_double_table(
	struct memblock_type *type, unsigned long need, const struct memblock_hole *holes);

#endif
