/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memblock's tables: how they change, what they answer, how they are walked.
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
#include <molt/printk.h>

static struct memblock_region memory_table[INIT_MEMBLOCK_MEMORY_REGIONS];
static struct memblock_region reserved_table[INIT_MEMBLOCK_RESERVED_REGIONS];

#define TABLE(label, entries)                                                     \
	{                                                                         \
		.max = ARRAY_SIZE(entries), .regions = (entries), .name = (label) \
	}

struct memblock memblock = {
	.current_limit = MEMBLOCK_ALLOC_ANYWHERE,
	.memory = TABLE("memory", memory_table),
	.reserved = TABLE("reserved", reserved_table),
};

bool memblock_refuse(const char *function, unsigned long caller)
{
	pr_err("memblock: %s() refused: the zones own memory now; called from 0x%lx\n", function,
		caller);
	return true;
}

/* ---- Entries ---- */

/* The index of the first entry that ends above @addr; cnt if there is none. */
static unsigned long first_above(const struct memblock_type *type, phys_addr_t addr)
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

/* The entry that holds @addr, or NULL. */
static const struct memblock_region *entry_at(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned long i = first_above(type, addr);

	return i < type->cnt && type->regions[i].base <= addr ? &type->regions[i] : NULL;
}

/* Moves the entries from @from on to @to. The caller sees that they fit. */
static void move_tail(struct memblock_type *type, unsigned long to, unsigned long from)
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

/* The bytes of @r that lie in [base, end). */
static phys_addr_t bytes_within(const struct memblock_region *r, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t low = memblock_higher(r->base, base);
	phys_addr_t high = memblock_lower(memblock_region_end(r), end);

	return low < high ? high - low : 0;
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
			move_tail(type, i, i + 1);
		}
		return i - 1;
	}
	if (joins_high) {
		high->base = gap->base;
		high->size += gap->size;
		return i;
	}
	move_tail(type, i + 1, i);
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
	unsigned long i = first_above(type, gap.base);
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
	enum memblock_flags flags)
{
	struct memblock_region gap = {.base = base, .flags = flags};
	phys_addr_t end = memblock_range_end(base, size);
	unsigned long need;

	memblock_set_region_node(&gap, nid);
	/* A gap below each entry and one above the last is the most there can be. */
	if (2 * type->cnt + 1 > type->max) {
		while ((need = type->cnt + fill_gaps(type, gap, end, FILL_COUNT)) > type->max) {
			bool taken = type == &memblock.reserved;

			if (memblock_double_table(type, need, taken ? base : 0, taken ? end : 0))
				return -ENOMEM;
		}
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
};

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
static void put_piece(struct pieces *p, struct memblock_region r, phys_addr_t base, phys_addr_t end)
{
	phys_addr_t size = bytes_within(&r, base, end);

	if (!size)
		return;
	r.base = memblock_higher(r.base, base);
	r.size = size;
	if (p->last.size && are_one(&p->last, &r)) {
		p->last.size += size;
		return;
	}
	finish_piece(p);
	p->last = r;
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
		struct memblock_region old = type->regions[first], new = old;

		new.flags = (new.flags & ~how->clear) | how->set;
		if (how->set_nid)
			memblock_set_region_node(&new, how->nid);
		put_piece(&p, old, 0, how->base);
		if (!how->drop)
			put_piece(&p, new, how->base, how->end);
		put_piece(&p, old, how->end, PHYS_ADDR_MAX);
	}
	finish_piece(&p);
	return p.count;
}

static int rewrite_range(struct memblock_type *type, const struct rewrite *how)
{
	unsigned long first, last, count, rest;

	for (;;) {
		phys_addr_t within = 0;

		first = first_above(type, how->base);
		for (last = first; last < type->cnt; last++) {
			if (type->regions[last].base >= how->end)
				break;
			within += bytes_within(&type->regions[last], how->base, how->end);
		}
		if (!within)
			return 0;
		/* Neighbours that touch the range may merge with what comes. */
		first -= first > 0 && memblock_region_end(&type->regions[first - 1]) == how->base;
		last += last < type->cnt && type->regions[last].base == how->end;
		count = rewrite_entries(type, first, last, how, NULL);
		rest = type->cnt - (last - first);
		if (rest + count <= type->max) {
			type->total_size -= how->drop ? within : 0;
			break;
		}
		if (memblock_double_table(type, rest + count, how->base, how->end))
			return -ENOMEM;
	}
	if (first + count > last)
		move_tail(type, first + count, last);
	rewrite_entries(type, first, last, how, &type->regions[first]);
	if (first + count < last)
		move_tail(type, first + count, last);
	return 0;
}

int memblock_remove_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	struct rewrite how = {
		.base = base,
		.end = memblock_range_end(base, size),
		.drop = true,
	};

	return rewrite_range(type, &how);
}

static int change_flags(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
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

/* ---- The two sets ---- */

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return memblock_add_range(&memblock.memory, base, size, NUMA_NO_NODE, MEMBLOCK_NONE);
}

int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags)
{
	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return memblock_add_range(&memblock.memory, base, size, nid, flags);
}

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return memblock_remove_range(&memblock.memory, base, size);
}

int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return memblock_add_range(&memblock.reserved, base, size, NUMA_NO_NODE, MEMBLOCK_NONE);
}

int memblock_reserve_owner(phys_addr_t base, phys_addr_t size, unsigned owner)
{
	if (memblock_frozen(__func__, CALLER) || owner >= MEMBLOCK_OWNER_LIMIT)
		return -EINVAL;
	return memblock_add_range(
		&memblock.reserved, base, size, NUMA_NO_NODE, MEMBLOCK_OWNER(owner));
}

#define EVERY_OWNER MEMBLOCK_OWNER(MEMBLOCK_OWNER_LIMIT - 1)

int memblock_set_owner(phys_addr_t base, phys_addr_t size, unsigned owner)
{
	if (memblock_frozen(__func__, CALLER) || owner >= MEMBLOCK_OWNER_LIMIT)
		return -EINVAL;
	return change_flags(&memblock.reserved, base, size, EVERY_OWNER, MEMBLOCK_OWNER(owner));
}

static void own_table(const struct memblock_type *type, unsigned owner)
{
	if (type->max > INIT_MEMBLOCK_REGIONS)
		change_flags(&memblock.reserved, __pa(type->regions),
			memblock_table_bytes(type->max), EVERY_OWNER, MEMBLOCK_OWNER(owner));
}

int memblock_own_tables(unsigned owner)
{
	struct memblock_type *reserved = &memblock.reserved;
	unsigned long need = reserved->cnt + 4; /* each table, out of the midst of an entry */

	if (memblock_frozen(__func__, CALLER) || owner >= MEMBLOCK_OWNER_LIMIT)
		return -EINVAL;
	if (memblock.memory.max == INIT_MEMBLOCK_REGIONS && reserved->max == INIT_MEMBLOCK_REGIONS)
		return 0;
	if (need > reserved->max && memblock_double_table(reserved, need, 0, 0))
		return -ENOMEM;
	own_table(&memblock.memory, owner);
	own_table(reserved, owner);
	return 0;
}

int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return memblock_remove_range(&memblock.reserved, base, size);
}

void memblock_free(void *ptr, size_t size)
{
	if (!memblock_frozen(__func__, CALLER) && ptr)
		memblock_remove_range(&memblock.reserved, __pa(ptr), size);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static struct memblock_region physmem_table[INIT_PHYSMEM_REGIONS];

struct memblock_type physmem = TABLE("physmem", physmem_table);

int memblock_physmem_add(phys_addr_t base, phys_addr_t size)
{
	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return memblock_add_range(&physmem, base, size, NUMA_NO_NODE, MEMBLOCK_NONE);
}
#endif

static int mark_memory(phys_addr_t base, phys_addr_t size, enum memblock_flags clear,
	enum memblock_flags set, const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return -EINVAL;
	return change_flags(&memblock.memory, base, size, clear, set);
}

int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size)
{
	return mark_memory(base, size, MEMBLOCK_NONE, MEMBLOCK_HOTPLUG, __func__, CALLER);
}

int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size)
{
	return mark_memory(base, size, MEMBLOCK_HOTPLUG, MEMBLOCK_NONE, __func__, CALLER);
}

int memblock_mark_mirror(phys_addr_t base, phys_addr_t size)
{
	return mark_memory(base, size, MEMBLOCK_NONE, MEMBLOCK_MIRROR, __func__, CALLER);
}

int memblock_mark_nomap(phys_addr_t base, phys_addr_t size)
{
	return mark_memory(base, size, MEMBLOCK_NONE, MEMBLOCK_NOMAP, __func__, CALLER);
}

int memblock_clear_nomap(phys_addr_t base, phys_addr_t size)
{
	return mark_memory(base, size, MEMBLOCK_NOMAP, MEMBLOCK_NONE, __func__, CALLER);
}

int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid)
{
	struct rewrite how = {
		.base = base,
		.end = memblock_range_end(base, size),
		.nid = nid,
		.set_nid = true,
	};

	if (memblock_frozen(__func__, CALLER))
		return -EINVAL;
	return rewrite_range(type, &how);
}

/* ---- Limits ---- */

/* Shrinks entry @i to [base, end), which lies inside it, or deletes it if that is empty. */
static void shrink_entry(
	struct memblock_type *type, unsigned long i, phys_addr_t base, phys_addr_t end)
{
	struct memblock_region *r = &type->regions[i];

	type->total_size -= r->size;
	if (base >= end) {
		move_tail(type, i, i + 1);
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

void memblock_trim_memory(phys_addr_t align)
{
	struct memblock_type *type = &memblock.memory;

	if (memblock_frozen(__func__, CALLER))
		return;
	for (unsigned long i = type->cnt; i-- > 0;) {
		const struct memblock_region *r = &type->regions[i];
		phys_addr_t base = ALIGN_UP(r->base, align);

		if (base < r->base) /* no multiple above: the sum wrapped */
			base = PHYS_ADDR_MAX;
		shrink_entry(type, i, base, ALIGN_DOWN(memblock_region_end(r), align));
	}
}

/* Drops all above the lowest @limit bytes of RAM, but for RAM with a flag of @spared. */
static void limit_memory(phys_addr_t limit, enum memblock_flags spared)
{
	phys_addr_t end = limit ? end_of_lowest(limit) : PHYS_ADDR_MAX;

	if (end == PHYS_ADDR_MAX)
		return;
	keep_inside(&memblock.memory, 0, end, spared);
	keep_inside(&memblock.reserved, 0, end, MEMBLOCK_NONE);
}

void memblock_enforce_memory_limit(phys_addr_t limit)
{
	if (!memblock_frozen(__func__, CALLER))
		limit_memory(limit, MEMBLOCK_NONE);
}

void memblock_mem_limit_remove_map(phys_addr_t limit)
{
	if (!memblock_frozen(__func__, CALLER))
		limit_memory(limit, MEMBLOCK_NOMAP);
}

void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t end = memblock_range_end(base, size);

	if (memblock_frozen(__func__, CALLER) || !size)
		return;
	if (!memblock.memory.cnt) {
		pr_warn("memblock: %s(): no memory is known yet\n", __func__);
		return;
	}
	keep_inside(&memblock.memory, base, end, MEMBLOCK_NOMAP);
	keep_inside(&memblock.reserved, base, end, MEMBLOCK_NONE);
}

void memblock_set_bottom_up(bool enable)
{
	if (!memblock_frozen(__func__, CALLER))
		memblock.bottom_up = enable;
}

void memblock_set_current_limit(phys_addr_t limit)
{
	if (!memblock_frozen(__func__, CALLER))
		memblock.current_limit = limit;
}

void memblock_allow_resize(void)
{
	if (!memblock_frozen(__func__, CALLER))
		memblock.can_resize = true;
}

/* ---- Queries ---- */

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
	unsigned long i = first_above(type, base);

	return i < type->cnt &&
	       bytes_within(&type->regions[i], base, memblock_range_end(base, size));
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
			bytes += bytes_within(taken, ram->base, end);
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
