// SPDX-License-Identifier: BSD-2-Clause
/*
 * memblock's tables, and how they change, until the zones own memory.
 *
 * Two engines make every change. fill_gaps() adds: it finds what of a range is in no entry.
 * rewrite_range() relabels or drops: it finds what of a range is in some entry. Both keep
 * neighbours merged as they go, so that a table never holds an entry more than its contents
 * need, and both can be asked first how many entries the change will take.
 */
#include "memblock_internal.h"

#include <arch/page.h>
#include <lib/string.h>
#include <molt/err.h>

struct memblock_region memblock_first_memory[INIT_MEMBLOCK_MEMORY_REGIONS];
struct memblock_region memblock_first_reserved[INIT_MEMBLOCK_RESERVED_REGIONS];
#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
struct memblock_region memblock_first_physmem[INIT_PHYSMEM_REGIONS];
#endif

/* ---- Entries ---- */

void memblock_move_tail(struct memblock_type *type, unsigned long to, unsigned long from)
{
	memmove(&type->regions[to], &type->regions[from],
		(type->cnt - from) * sizeof(type->regions[0]));
	type->cnt += to - from;
}

/* Whether two neighbours are to be one entry. */
static bool are_one(const struct memblock_region *low, const struct memblock_region *high)
{
	return memblock_region_end(low) == high->base && low->flags == high->flags &&
	       memblock_get_region_node(low) == memblock_get_region_node(high);
}

/* ---- Adding ---- */

enum fill_steps {
	FILL_COUNT = 0,	 /* change nothing */
	FILL_JOIN = 1,	 /* gaps that a neighbour can take: no entry more, perhaps one less */
	FILL_INSERT = 2, /* gaps that need an entry of their own */
};

/* Puts @gap below entry @i, into a neighbour or its own entry. Returns the index of that. */
static unsigned long fill_gap(struct memblock_type *type, unsigned long i,
	const struct memblock_region *gap, bool joins_low, bool joins_high)
{
	struct memblock_region *high = &type->regions[i];

	type->total_size += gap->size;
	if (joins_low) {
		high[-1].size += gap->size;
		if (joins_high) {
			high[-1].size += high->size;
			memblock_move_tail(type, i, i + 1);
		}
		return i - 1;
	}
	if (joins_high) {
		high->base = gap->base;
		high->size += gap->size;
		return i;
	}
	memblock_move_tail(type, i + 1, i);
	*high = *gap;
	return i;
}

/*
 * Walks the gaps between @gap.base and @end and fills those that @steps names, with @gap's
 * flags and node. Returns by how many entries filling them all makes the table longer.
 *
 * What one gap costs does not depend on the others. So a full table takes FILL_JOIN first,
 * which never lengthens it, then FILL_INSERT: at no time has it more entries than at the end.
 */
static long fill_gaps(
	struct memblock_type *type, struct memblock_region gap, phys_addr_t end, unsigned steps)
{
	unsigned long i = memblock_first_above(type, gap.base);
	long growth = 0;

	while (gap.base < end) {
		const struct memblock_region *high = &type->regions[i];
		bool has_high = i < type->cnt;
		bool joins_low, joins_high;

		if (has_high && high->base <= gap.base) {
			gap.base = memblock_region_end(high);
			i++;
			continue;
		}
		gap.size = (has_high ? memblock_lower(high->base, end) : end) - gap.base;
		joins_low = i > 0 && are_one(high - 1, &gap);
		joins_high = has_high && are_one(&gap, high);
		growth += 1 - joins_low - joins_high;
		if (steps & (joins_low || joins_high ? FILL_JOIN : FILL_INSERT))
			i = fill_gap(type, i, &gap, joins_low, joins_high);
		gap.base += gap.size;
	}
	return growth;
}

int memblock_add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const struct memblock_hole *holes)
{
	struct memblock_region gap = {.base = base, .flags = flags};
	phys_addr_t end = memblock_range_end(base, size);
	unsigned long need;

	memblock_set_region_node(&gap, nid);
	/* A gap below each entry and one above the last is the most there can be. */
	if (2 * type->cnt + 1 > type->max) {
		struct memblock_hole taken = {base, end, holes};

		if (type == &memblock.reserved)
			holes = &taken;
		while ((need = type->cnt + fill_gaps(type, gap, end, FILL_COUNT)) > type->max)
			if (memblock_double_table(type, need, holes))
				return -ENOMEM;
		fill_gaps(type, gap, end, FILL_JOIN);
	}
	fill_gaps(type, gap, end, FILL_JOIN | FILL_INSERT);
	return 0;
}

/* ---- Relabelling and dropping ---- */

/* What is to become of the parts of entries in [base, end). */
struct rewrite {
	phys_addr_t base, end;
	enum memblock_flags clear, set;
	int nid;
	bool set_nid;
	bool drop;
	const struct memblock_hole *holes; /* beside the range itself */
};

/* An entry as its part within the range is to be, but for its extent. */
static struct memblock_region rewritten(struct memblock_region r, const struct rewrite *how)
{
	r.flags = (r.flags & ~how->clear) | how->set;
	if (how->set_nid)
		memblock_set_region_node(&r, how->nid);
	return r;
}

static bool changes(const struct memblock_region *old, const struct rewrite *how)
{
	struct memblock_region new = rewritten(*old, how);

	return how->drop || new.flags != old->flags ||
	       memblock_get_region_node(&new) != memblock_get_region_node(old);
}

/* Pieces of entries on their way back into the table, merged as they come. */
struct pieces {
	struct memblock_region *out; /* NULL: count only */
	unsigned long count;	     /* finished */
	struct memblock_region last; /* not finished: it may grow. Size 0: none yet */
};

static void finish_piece(struct pieces *p)
{
	if (!p->last.size)
		return;
	if (p->out)
		p->out[p->count] = p->last;
	p->count++;
}

/* Hands on the part of @r in [base, end), if there is one. */
static void put_piece(
	struct pieces *p, const struct memblock_region *r, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t size = memblock_bytes_within(r, base, end);
	struct memblock_region piece;

	if (!size)
		return;
	piece = *r;
	piece.base = memblock_higher(r->base, base);
	piece.size = size;
	if (p->last.size && are_one(&p->last, &piece)) {
		p->last.size += size;
		return;
	}
	finish_piece(p);
	p->last = piece;
}

/*
 * Rewrites entries [first, last) to @out on, or with NULL only counts. Returns how many come
 * out. May write over what it reads: only the entries at the ends of the range break up, so
 * before the last entry is read there is at most one piece more than entries were read, and
 * one piece is always held back.
 */
static unsigned long rewrite_entries(const struct memblock_type *type, unsigned long first,
	unsigned long last, const struct rewrite *how, struct memblock_region *out)
{
	struct pieces p = {.out = out};

	for (; first < last; first++) {
		struct memblock_region old = type->regions[first], new = rewritten(old, how);

		put_piece(&p, &old, 0, how->base);
		if (!how->drop)
			put_piece(&p, &new, how->base, how->end);
		put_piece(&p, &old, how->end, PHYS_ADDR_MAX);
	}
	finish_piece(&p);
	return p.count;
}

static int rewrite_range(struct memblock_type *type, const struct rewrite *how)
{
	const struct memblock_hole range = {how->base, how->end, how->holes};
	unsigned long first, last, count, rest;

	for (;;) {
		phys_addr_t changed = 0; /* bytes of the range */

		first = memblock_first_above(type, how->base);
		for (last = first; last < type->cnt; last++) {
			if (type->regions[last].base >= how->end)
				break;
			if (changes(&type->regions[last], how))
				changed += memblock_bytes_within(
					&type->regions[last], how->base, how->end);
		}
		if (!changed)
			return 0;
		/* Neighbours that touch the range may merge with what comes. */
		first -= first > 0 && memblock_region_end(&type->regions[first - 1]) == how->base;
		last += last < type->cnt && type->regions[last].base == how->end;
		count = rewrite_entries(type, first, last, how, NULL);
		rest = type->cnt - (last - first);
		if (rest + count <= type->max) {
			type->total_size -= how->drop ? changed : 0;
			break;
		}
		if (memblock_double_table(type, rest + count, &range))
			return -ENOMEM;
	}
	if (first + count > last)
		memblock_move_tail(type, first + count, last);
	rewrite_entries(type, first, last, how, &type->regions[first]);
	if (first + count < last)
		memblock_move_tail(type, first + count, last);
	return 0;
}

int memblock_remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
	const struct memblock_hole *holes)
{
	struct rewrite how = {
		.base = base,
		.end = memblock_range_end(base, size),
		.drop = true,
		.holes = holes,
	};

	return rewrite_range(type, &how);
}

int memblock_set_flags(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
	enum memblock_flags clear, enum memblock_flags set)
{
	struct rewrite how = {
		.base = base,
		.end = memblock_range_end(base, size),
		.clear = clear,
		.set = set,
	};

	return rewrite_range(type, &how);
}

int memblock_set_nodes(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid)
{
	struct rewrite how = {
		.base = base,
		.end = memblock_range_end(base, size),
		.nid = nid,
		.set_nid = true,
	};

	return rewrite_range(type, &how);
}

int memblock_set_owners(phys_addr_t base, phys_addr_t size, unsigned owner)
{
	return memblock_set_flags(&memblock.reserved, base, size,
		MEMBLOCK_OWNER(MEMBLOCK_OWNER_LIMIT - 1), MEMBLOCK_OWNER(owner));
}

static void own_table(const struct memblock_type *type, unsigned owner)
{
	if (type->max > INIT_MEMBLOCK_REGIONS)
		memblock_set_owners(__pa(type->regions), memblock_table_bytes(type->max), owner);
}

int memblock_own_doubled(unsigned owner)
{
	struct memblock_type *reserved = &memblock.reserved;
	unsigned long need = reserved->cnt + 4; /* each table, out of the midst of an entry */

	if (memblock.memory.max == INIT_MEMBLOCK_REGIONS && reserved->max == INIT_MEMBLOCK_REGIONS)
		return 0;
	if (need > reserved->max && memblock_double_table(reserved, need, NULL))
		return -ENOMEM;
	own_table(&memblock.memory, owner);
	own_table(reserved, owner);
	return 0;
}
