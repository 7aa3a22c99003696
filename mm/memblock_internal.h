/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblock's own files share. Not for others. */
#ifndef MM_MEMBLOCK_INTERNAL_H
#define MM_MEMBLOCK_INTERNAL_H

#include <mm/memblock.h>
#include <molt/compiler.h>
#include <molt/init.h>
#include <molt/printk.h>
#include <molt/stage.h>
#include <molt/symbols.h>

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
static inline unsigned long memblock_first_above(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned long low = 0, high = type->cnt;

	while (low < high) {
		unsigned long mid = (low + high) / 2;

		if (memblock_region_end(&type->regions[mid]) > addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* ---- What is said (memblock_debug.c). @function was called from @caller, by a stranger. ---- */

/* Says, at @level, what is wrong with the call. */
void __cold memblock_complain(
	enum loglevel level, const char *function, const char *complaint, unsigned long caller);

/*
 * Whether the sets are frozen, which is then said. Every public function that changes them
 * or allocates asks first.
 */
static inline bool memblock_frozen(const char *function, unsigned long caller)
{
	if (likely(!stage_reached(STAGE_ZONES)))
		return false;
	memblock_complain(LOGLEVEL_ERR, function, "refused: the zones own memory now", caller);
	return true;
}

/* So many of the largest unit that leaves no rest. */
phys_addr_t memblock_in_units(phys_addr_t bytes, const char **unit);

/* Words for a value. @words is room for what has to be put together, and then holds it. */
struct memblock_words {
	char flags[40];
	char node[16];
	char owner[16];
};
const char *memblock_flag_words(enum memblock_flags flags, struct memblock_words *words);
const char *memblock_node_words(int nid, struct memblock_words *words);
const char *memblock_owner_words(unsigned owner, struct memblock_words *words);

/*
 * ---- Boot's half. [init] ----
 *
 * What works behind the public calls. Those may be kept for good (class memblock), but find
 * the sets frozen from STAGE_ZONES on and do not come here: each says so (ASKS_FIRST).
 */
#define ASKS_FIRST(caller, ...) \
	LIFETIME_REFERENCE("asks memblock_frozen() first", caller, __VA_ARGS__)

/* The static tables. With memblock kept, the hand-over leaves them (memblock_keep()). */
extern struct memblock_region memblock_first_memory[INIT_MEMBLOCK_MEMORY_REGIONS];
extern struct memblock_region memblock_first_reserved[INIT_MEMBLOCK_RESERVED_REGIONS];
#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
extern struct memblock_region memblock_first_physmem[INIT_PHYSMEM_REGIONS];
#endif

/* Bytes that no new table may take, and further such ranges. On the stacks of those who ask. */
struct memblock_hole {
	phys_addr_t base, end;
	const struct memblock_hole *next;
};

/*
 * The two engines under every change; 0 or -ENOMEM. Under a doubling there are @holes: where
 * `reserved` doubles too, its table avoids them.
 */
int memblock_add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const struct memblock_hole *holes);
int memblock_remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
	const struct memblock_hole *holes);

/* What of the range is in @type loses @clear and gets @set; belongs to @nid. 0 or -ENOMEM. */
int memblock_set_flags(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
	enum memblock_flags clear, enum memblock_flags set);
int memblock_set_nodes(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid);

/* What of the range is reserved belongs to @owner; the doubled tables do. 0 or -ENOMEM. */
int memblock_set_owners(phys_addr_t base, phys_addr_t size, unsigned owner);
int memblock_own_doubled(unsigned owner);

/* The ends of each range of RAM go to multiples of @align. */
void memblock_trim_ends(phys_addr_t align);

/* Both sets lose all above the lowest @limit bytes of RAM, but for RAM with a flag of @spared. */
void memblock_limit_sets(phys_addr_t limit, enum memblock_flags spared);

/* Both sets lose what is outside the range, which is not empty, but for NOMAP RAM. */
void memblock_cap_sets(phys_addr_t base, phys_addr_t size);

/* Allocations. @function, which was called from @caller, is named in what is said of it. */
enum memblock_alloc_how {
	ALLOC_EXACT_NODE = 1,
	ALLOC_CLEAR = 2,
	ALLOC_OWNER_SHIFT = 16, /* from there on the owner's number */
};
phys_addr_t memblock_take_phys(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, unsigned how, const char *function, unsigned long caller);
void *memblock_take_linear(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
	phys_addr_t max_addr, int nid, unsigned how, const char *function, unsigned long caller);

/* With memblock=debug, what is asked for: a change of a range, or of what @value sets. */
void __cold memblock_tell_change(phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const char *function, unsigned long caller);
void __cold memblock_tell_setting(u64 value, const char *function, unsigned long caller);

/* With memblock=debug, an allocation: what was asked, and what came of it. @base 0: nothing. */
void __cold memblock_tell_alloc(phys_addr_t size, phys_addr_t align, phys_addr_t min,
	phys_addr_t max, int nid, phys_addr_t base, const char *function, unsigned long caller);

/* With memblock=debug, that @type has moved from a table of @old_max entries to a new one. */
void __cold memblock_tell_doubling(const struct memblock_type *type, unsigned long old_max);

/* Moves the entries from @from on to @to. The caller sees that they fit. */
void memblock_move_tail(struct memblock_type *type, unsigned long to, unsigned long from);

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
