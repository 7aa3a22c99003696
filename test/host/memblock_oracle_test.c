/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random calls, made on memblock and on the model that shares nothing with it. After each call
 * the result and the tables must be the model's, failures and doublings included; now and
 * then so must all that queries and iterators say.
 *
 *	MOLT_OPERATIONS=1000000 MOLT_SEED=1 memblock_oracle_test
 *
 * Both are printed; without MOLT_SEED the time is the seed.
 */
#include "check.h"
#include "memblock_model.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/page.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/stage.h>

#define EPISODE 500 /* operations before the next world */
#define NODES	3

static const struct world worlds[] = {
	{"pages at 2 GiB, growing", 0x80000000, PAGE_SIZE, true},
	{"half pages at 2 GiB, growing", 0x80000000, PAGE_SIZE / 2, true},
	{"cache lines at 2 GiB, growing", 0x80000000, 64, true},
	{"pages at 0, growing", 0, PAGE_SIZE, true},
	{"pages at 2 GiB", 0x80000000, PAGE_SIZE, false},
	{"bytes about 4 KiB", 0x1000 - 100, 1, false},
	{"cache lines at 0", 0, 64, false},
	{"gigabytes at 1 TiB", 1ULL << 40, 1ULL << 30, false},
	{"bytes below the top", PHYS_ADDR_MAX - UNITS, 1, false},
	{"pages below the top", 0 - UNITS *PAGE_SIZE, PAGE_SIZE, false},
	{"odd sizes at an odd address", 0x123457, 12345, false},
};

static unsigned char backing[UNITS * PAGE_SIZE] __attribute__((aligned(4096)));

/* ---- The three sets ---- */

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static struct memblock_type *const firmware = &physmem;

static int add_firmware(phys_addr_t base, phys_addr_t size)
{
	return memblock_physmem_add(base, size);
}
#else
/* Where there is no physmem, an empty one that nothing is added to. */
static struct memblock_region no_entry;
static struct memblock_type no_firmware = {.max = INIT_MEMBLOCK_REGIONS, .regions = &no_entry};
static struct memblock_type *const firmware = &no_firmware;

static int add_firmware(phys_addr_t base, phys_addr_t size)
{
	(void)base;
	(void)size;
	return -ENOMEM;
}
#endif

static struct memblock_type *type_of(enum set set)
{
	return set == RAM ? &memblock.memory : set == TAKEN ? &memblock.reserved : firmware;
}

/* ---- Comparing ---- */

static bool same_set(enum set set)
{
	const struct memblock_type *type = type_of(set);
	const label_t *label = model.label[set];
	unsigned long n = 0;
	phys_addr_t total = 0;
	int end;

	for (int i = 0; i < UNITS; i = end) {
		const struct memblock_region *r = &type->regions[n];

		for (end = i + 1; end < UNITS && label[end] == label[i]; end++)
			;
		if (!label[i])
			continue;
		if (n++ == type->cnt || r->base != address(i) ||
			r->size != address(end) - address(i) || r->flags != LABEL_FLAGS(label[i]) ||
			(NUMA && memblock_get_region_node(r) != LABEL_NID(label[i])))
			return false;
		total += r->size;
	}
	return n == type->cnt && total == type->total_size && type->max == model.max[set] &&
	       (model.table[set] < 0 || __pa(type->regions) == address(model.table[set]));
}

static bool same_state(void)
{
	return same_set(RAM) && same_set(TAKEN) && same_set(FIRMWARE) &&
	       memblock_bottom_up() == model.bottom_up &&
	       memblock_get_current_limit() == model.limit;
}

static unsigned pick(unsigned n);

/* What an iterator visited so far, against what it must visit. */
struct visit {
	struct range want[UNITS];
	int count, seen;
	bool good;
};

static void expect(struct visit *v, enum set set, bool free, int nid, unsigned flags)
{
	v->count = model_ranges(set, free, nid, flags, v->want);
	v->seen = 0;
	v->good = true;
}

/* One step, upwards or downwards. @nid is NULL where the iterator does not tell. */
static void visited(struct visit *v, bool down, phys_addr_t start, phys_addr_t end, const int *nid)
{
	const struct range *want = &v->want[down ? v->count - 1 - v->seen : v->seen];

	if (v->seen++ >= v->count || start != want->start || end != want->end ||
		(nid && *nid != want->nid))
		v->good = false;
}

static bool visited_all(const struct visit *v)
{
	return v->good && v->seen == v->count;
}

static bool same_free(int nid, unsigned flags)
{
	phys_addr_t start, end, total = 0;
	static struct visit up, down, plain;
	int got;
	u64 i;

	expect(&up, RAM, true, nid, flags);
	for_each_free_mem_range(i, nid, flags, &start, &end, &got)
		visited(&up, false, start, end, &got);
	expect(&down, RAM, true, nid, flags);
	for_each_free_mem_range_reverse(i, nid, flags, &start, &end, &got)
		visited(&down, true, start, end, &got);
	expect(&plain, RAM, true, NUMA_NO_NODE, MEMBLOCK_NONE);
	for (int n = 0; n < plain.count; n++)
		total += plain.want[n].end - plain.want[n].start;
	return visited_all(&up) && visited_all(&down) && memblock_free_bytes() == total;
}

static bool same_mem_ranges(void)
{
	static struct visit up, down;
	phys_addr_t start, end;
	u64 i;

	expect(&up, RAM, false, NUMA_NO_NODE, MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED);
	for_each_mem_range(i, &start, &end)
		visited(&up, false, start, end, NULL);
	expect(&down, RAM, false, NUMA_NO_NODE, MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED);
	for_each_mem_range_rev(i, &start, &end)
		visited(&down, true, start, end, NULL);
	return visited_all(&up) && visited_all(&down);
}

static bool same_reserved_ranges(void)
{
	static struct visit ranges, regions;
	struct memblock_region *r;
	phys_addr_t start, end;
	u64 i;

	expect(&ranges, TAKEN, false, NUMA_NO_NODE, MEMBLOCK_NONE);
	for_each_reserved_mem_range(i, &start, &end)
		visited(&ranges, false, start, end, NULL);
	expect(&regions, TAKEN, false, NUMA_NO_NODE, MEMBLOCK_NONE);
	for_each_reserved_mem_region(r)
		visited(&regions, false, r->base, r->base + r->size, NULL);
	return visited_all(&ranges) && visited_all(&regions);
}

#define EVERY_FLAG (MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED)

/* Entries of RAM as they are, and as whole pages. */
static bool same_entries(int nid)
{
	static struct visit regions, pages;
	struct memblock_region *r;
	unsigned long start, end;
	int i, got, count = 0;

	expect(&regions, RAM, false, NUMA_NO_NODE, EVERY_FLAG);
	for_each_mem_region(r)
		visited(&regions, false, r->base, r->base + r->size, NULL);
	expect(&pages, RAM, false, nid, EVERY_FLAG);
	for (int n = 0; n < pages.count; n++) {
		struct range page = pages.want[n];

		page.start = page.start / PAGE_SIZE + (page.start % PAGE_SIZE > 0);
		page.end /= PAGE_SIZE;
		if (page.start < page.end)
			pages.want[count++] = page;
	}
	pages.count = count;
	for_each_mem_pfn_range(i, nid, &start, &end, &got)
		visited(&pages, false, start, end, &got);
	return visited_all(&regions) && visited_all(&pages);
}

/* The range of @set's entry that holds unit @at, or NULL. */
static const struct range *entry_at(enum set set, int at)
{
	static struct range entries[UNITS];
	int n = model_ranges(set, false, NUMA_NO_NODE, EVERY_FLAG, entries);

	for (int i = 0; i < n; i++)
		if (entries[i].start <= address(at) && address(at) < entries[i].end)
			return &entries[i];
	return NULL;
}

static bool same_page(int at)
{
	phys_addr_t page = address(at) / PAGE_SIZE * PAGE_SIZE;
	unsigned long start = 7, end = 7;
	int nid = memblock_search_pfn_nid(page / PAGE_SIZE, &start, &end);
	const struct range *entry = NULL;

	for (int i = 0; i < UNITS && !entry; i++)
		if (address(i) <= page && page < address(i + 1))
			entry = entry_at(RAM, i);
	if (!entry)
		return nid == NUMA_NO_NODE && start == 7 && end == 7;
	return nid == entry->nid && start == entry->start / PAGE_SIZE &&
	       end == entry->end / PAGE_SIZE;
}

static phys_addr_t owned_bytes(unsigned owner)
{
	phys_addr_t bytes = 0;

	for (int i = 0; i < UNITS; i++)
		if (model.label[RAM][i] && model.label[TAKEN][i] &&
			LABEL_OWNER(model.label[TAKEN][i]) == owner)
			bytes += address(i + 1) - address(i);
	return bytes;
}

static phys_addr_t set_bytes(enum set set)
{
	phys_addr_t bytes = 0;

	for (int i = 0; i < UNITS; i++)
		bytes += model.label[set][i] ? address(i + 1) - address(i) : 0;
	return bytes;
}

static bool same_point(int at)
{
	label_t ram = model.label[RAM][at], taken = model.label[TAKEN][at];
	phys_addr_t base = address(at), last = address(at + 1) - 1;

	return memblock_is_memory(base) == !!ram && memblock_is_memory(last) == !!ram &&
	       memblock_is_map_memory(base) == (ram && !(ram & MEMBLOCK_NOMAP)) &&
	       memblock_is_reserved(base) == !!taken && memblock_is_reserved(last) == !!taken &&
	       memblock_owner_bytes(LABEL_OWNER(taken)) == owned_bytes(LABEL_OWNER(taken));
}

/* The units [low, high), at least one. */
static bool same_stretch(int low, int high)
{
	phys_addr_t base = address(low), size = address(high) - base;
	const struct range *entry = entry_at(RAM, low);
	bool in[SETS] = {false};

	for (int set = 0; set < SETS; set++)
		for (int i = low; i < high; i++)
			in[set] |= model.label[set][i] != 0;
	return memblock_is_region_memory(base, size) == (entry && entry->end >= address(high)) &&
	       memblock_is_region_reserved(base, size) == in[TAKEN] &&
	       memblock_overlaps_region(&memblock.memory, base, size) == in[RAM] &&
	       memblock_overlaps_region(firmware, base, size) == in[FIRMWARE];
}

static bool same_ends(void)
{
	int low = 0, high = UNITS;

	while (low < UNITS && !model.label[RAM][low])
		low++;
	while (high > 0 && !model.label[RAM][high - 1])
		high--;
	return memblock_start_of_DRAM() == (high ? address(low) : 0) &&
	       memblock_end_of_DRAM() == (high ? address(high) : 0) &&
	       memblock_phys_mem_size() == set_bytes(RAM) &&
	       memblock_reserved_size() == set_bytes(TAKEN);
}

static bool same_answers(void)
{
	int low = pick(UNITS), high = low + 1 + pick(UNITS - low), nid = (int)pick(NODES + 1) - 1;
	unsigned flags = pick(2) ? 0 : pick(16);

	return same_free(nid, flags) && same_mem_ranges() && same_reserved_ranges() &&
	       same_entries(nid) && same_page(low) && same_point(low) && same_stretch(low, high) &&
	       same_ends();
}

/* ---- Random calls ---- */

static u64 random_state;

static unsigned pick(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 33) % n;
}

/*
 * Dense worlds are kept in small pieces, so that their tables fill up. One that can grow has
 * units at both ends where calls seldom reach, so that there is room for a table.
 */
static bool dense;

static int margin(void)
{
	return dense && world->backed ? 8 : 0;
}

/* Some units: mostly few, now and then many, none, or up to the top and past it. */
static phys_addr_t pick_range(struct change *c)
{
	bool wide = !pick(dense ? 1024 : 16);
	int length = wide ? pick(UNITS + 1) : pick(dense ? 2 : 4) + 1;
	int end = wide ? UNITS : UNITS - margin();

	c->low = margin() + pick(UNITS - 2 * margin());
	c->high = c->low + length < end ? c->low + length : end;
	if (c->high == UNITS && address(UNITS) == PHYS_ADDR_MAX)
		return PHYS_ADDR_MAX;
	return address(c->high) - address(c->low);
}

static unsigned pick_owner(void)
{
	static const unsigned owners[] = {0, 1, 255, MEMBLOCK_OWNER_LIMIT - 1};

	return owners[pick(ARRAY_SIZE(owners))];
}

/* A node that a region may be of: without NUMA the tables do not know. */
static int known(int nid)
{
	return NUMA ? nid : NUMA_NO_NODE;
}

/* Whether units [low, high) hold some of a table in use, which no caller gives away. */
static bool holds_table(int low, int high)
{
	for (int set = 0; set < SETS; set++) {
		int table = model.table[set];
		int end = table + model_table_bytes(model.max[set]) / world->unit;

		if (table >= 0 && table < high && end > low)
			return true;
	}
	return false;
}

static bool do_add(void)
{
	struct change c = {.kind = ADD, .set = RAM};
	phys_addr_t size = pick_range(&c);
	int nid = (int)pick(NODES + 1) - 1, got;
	enum memblock_flags flags = pick(2) ? 0 : 1U << pick(4);

	if (pick(2)) {
		c.label = LABEL(0, NUMA_NO_NODE);
		got = memblock_add(address(c.low), size);
	} else {
		c.label = LABEL(flags, known(nid));
		got = memblock_add_node(address(c.low), size, nid, flags);
	}
	return got == model_change(&c);
}

static bool do_reserve(void)
{
	struct change c = {.kind = ADD, .set = TAKEN};
	phys_addr_t size = pick_range(&c);
	unsigned owner = pick_owner();

	c.label = LABEL(MEMBLOCK_OWNER(owner), NUMA_NO_NODE);
	if (!owner && pick(2))
		return memblock_reserve(address(c.low), size) == model_change(&c);
	return memblock_reserve_owner(address(c.low), size, owner) == model_change(&c);
}

static bool do_physmem(void)
{
	struct change c = {.kind = ADD, .set = FIRMWARE, .label = LABEL(0, NUMA_NO_NODE)};
	phys_addr_t size = pick_range(&c);

	if (!IS_ENABLED(CONFIG_HAVE_MEMBLOCK_PHYS_MAP))
		return true;
	return add_firmware(address(c.low), size) == model_change(&c);
}

static bool do_remove(void)
{
	struct change c = {.kind = DROP, .set = RAM};
	phys_addr_t size = pick_range(&c);

	return memblock_remove(address(c.low), size) == model_change(&c);
}

static bool do_free(void)
{
	struct change c = {.kind = DROP, .set = TAKEN};
	phys_addr_t size = pick_range(&c);
	void *p = __va(address(c.low));

	if (holds_table(c.low, c.high))
		return true;
	if (!p || pick(2))
		return memblock_phys_free(address(c.low), size) == model_change(&c);
	memblock_free(p, size);
	model_change(&c);
	return true;
}

static bool do_set_owner(void)
{
	struct change c = {.kind = RELABEL, .set = TAKEN, .clear = OWNER_FLAGS, .nid = -2};
	phys_addr_t size = pick_range(&c);
	unsigned owner = pick_owner();

	c.flags = MEMBLOCK_OWNER(owner);
	return memblock_set_owner(address(c.low), size, owner) == model_change(&c);
}

static bool do_own_tables(void)
{
	unsigned owner = pick_owner();

	return memblock_own_tables(owner) == model_own_tables(owner);
}

static bool do_mark(void)
{
	static const struct {
		int (*call)(phys_addr_t base, phys_addr_t size);
		unsigned clear, set;
	} marks[] = {
		{memblock_mark_hotplug, 0, MEMBLOCK_HOTPLUG},
		{memblock_clear_hotplug, MEMBLOCK_HOTPLUG, 0},
		{memblock_mark_mirror, 0, MEMBLOCK_MIRROR},
		{memblock_mark_nomap, 0, MEMBLOCK_NOMAP},
		{memblock_clear_nomap, MEMBLOCK_NOMAP, 0},
	};
	struct change c = {.kind = RELABEL, .set = RAM, .nid = -2};
	phys_addr_t size = pick_range(&c);
	unsigned which = pick(ARRAY_SIZE(marks));

	c.clear = marks[which].clear;
	c.flags = marks[which].set;
	return marks[which].call(address(c.low), size) == model_change(&c);
}

static bool do_set_node(void)
{
	struct change c = {.kind = RELABEL, .set = pick(8) ? RAM : 1 + pick(2)};
	phys_addr_t size = pick_range(&c);
	int nid = (int)pick(NODES + 1) - 1;

	c.nid = NUMA ? nid : -2;
	return memblock_set_node(address(c.low), size, type_of(c.set), nid) == model_change(&c);
}

static bool do_settings(void)
{
	model.bottom_up = pick(2);
	model.limit = pick(4) ? PHYS_ADDR_MAX : address(pick(UNITS - 1) + 1);
	memblock_set_bottom_up(model.bottom_up);
	memblock_set_current_limit(model.limit);
	if (world->backed && pick(2)) {
		model.can_resize = true;
		memblock_allow_resize();
	}
	return true;
}

/* ---- Random allocations ---- */

/* Whether all multiples of a power of 2 from @world's unit on are where units begin. */
static bool is_regular(void)
{
	return !(world->unit & (world->unit - 1)) && world->base % world->unit == 0;
}

static phys_addr_t pick_align(void)
{
	return is_regular() ? world->unit << (pick(2) ? 0 : pick(7)) : 1;
}

/* Where some unit begins; in a regular world, with an alignment from its unit on, anywhere. */
static phys_addr_t pick_bound(const struct request *r)
{
	phys_addr_t bound = address(pick(UNITS + 1));

	if (is_regular() && r->align >= world->unit && pick(2))
		bound += pick(world->unit < 1000 ? world->unit : 1000);
	return bound;
}

/* Every allocator: what it lets its caller choose, and what it does with it. */
enum {
	LOW = 1,
	HIGH = 2,
	NODE = 4,
	EXACT = 8,
	LINEAR = 16, /* returns a pointer */
	CLEARS = 32,
	BELOW_4G = 64,
};

static const unsigned allocators[] = {
	LOW | HIGH,			     /* memblock_phys_alloc_range */
	0,				     /* memblock_phys_alloc */
	NODE,				     /* memblock_phys_alloc_try_nid */
	LOW | HIGH | NODE | EXACT,	     /* memblock_alloc_range_nid */
	LOW | HIGH | NODE | LINEAR,	     /* memblock_alloc_try_nid_raw */
	LOW | HIGH | NODE | EXACT | LINEAR,  /* memblock_alloc_exact_nid_raw, or the one above */
	LINEAR,				     /* memblock_alloc_raw */
	LOW | HIGH | NODE | LINEAR | CLEARS, /* memblock_alloc_try_nid */
	LINEAR | CLEARS,		     /* memblock_alloc */
	LOW | LINEAR | CLEARS,		     /* memblock_alloc_from */
	LINEAR | CLEARS | BELOW_4G,	     /* memblock_alloc_low */
	NODE | LINEAR | CLEARS,		     /* memblock_alloc_node */
};

/* The seven after the first four return pointers. */
static void *call_linear(
	unsigned which, const struct request *r, phys_addr_t size, phys_addr_t align)
{
	switch (which) {
	case 5:
		if (r->exact)
			return memblock_alloc_exact_nid_raw(size, align, r->low, r->high, r->nid);
		/* fall through */
	case 4:
		return memblock_alloc_try_nid_raw(size, align, r->low, r->high, r->nid);
	case 6:
		return memblock_alloc_raw(size, align);
	case 7:
		return memblock_alloc_try_nid(size, align, r->low, r->high, r->nid);
	case 8:
		return memblock_alloc(size, align);
	case 9:
		return memblock_alloc_from(size, align, r->low);
	case 10:
		return memblock_alloc_low(size, align);
	default:
		return memblock_alloc_node(size, align, r->nid);
	}
}

static phys_addr_t call(
	unsigned which, const struct request *r, phys_addr_t size, phys_addr_t align)
{
	switch (which) {
	case 0:
		return memblock_phys_alloc_range(size, align, r->low, r->high);
	case 1:
		return memblock_phys_alloc(size, align);
	case 2:
		return memblock_phys_alloc_try_nid(size, align, r->nid);
	default:
		return memblock_alloc_range_nid(size, align, r->low, r->high, r->nid, r->exact);
	}
}

static bool is_clear(const unsigned char *p, phys_addr_t size)
{
	return !p[0] && !memcmp(p, p + 1, size - 1);
}

static bool do_alloc(void)
{
	/* Without memory behind the world nothing can be cleared. */
	unsigned which = pick(world->backed ? ARRAY_SIZE(allocators) : 7);
	unsigned how = allocators[which];
	struct request r = {
		.n = pick(dense ? 2 : 4) + 1, .align = pick_align(), .nid = NUMA_NO_NODE};
	phys_addr_t size = r.n * world->unit, align = r.align, want, got;
	void *p = NULL;

	if (is_regular() && world->unit <= SMP_CACHE_BYTES && !pick(16)) {
		align = 0; /* a warning, and the default */
		r.align = SMP_CACHE_BYTES;
	}
	if (how & NODE)
		r.nid = (int)pick(NODES + 1) - 1;
	if (how & LOW && pick(2))
		r.low = pick_bound(&r);
	if (how & HIGH && pick(2))
		r.high = pick_bound(&r);
	if (how & BELOW_4G)
		r.high = 0xffffffff;
	r.exact = how & EXACT && pick(2);
	r.linear = how & LINEAR;
	want = model_alloc(&r);
	if (!r.linear)
		got = call(which, &r, size, align);
	else {
		p = call_linear(which, &r, size, align);
		got = p ? __pa(p) : 0;
	}
	if (got != want || (p && how & CLEARS && !is_clear(p, size)))
		return false;
	if (got && world->backed)
		memset(__va(got), 0x5a, size); /* its new owner writes to it */
	return true;
}

/* ---- Random limits ---- */

static bool do_limit(void)
{
	bool spare_nomap = pick(2);
	phys_addr_t limit = 0;
	int end = 0;

	for (int i = 0, stop = pick(UNITS) + 1; i < stop; i++) {
		if (model.label[RAM][i]) {
			limit += address(i + 1) - address(i);
			end = i + 1;
		}
	}
	if (limit && holds_table(end, UNITS))
		return true;
	if (limit)
		model_keep(0, end, spare_nomap);
	if (spare_nomap)
		memblock_mem_limit_remove_map(limit);
	else
		memblock_enforce_memory_limit(limit);
	return true;
}

static bool do_cap(void)
{
	struct change c = {.low = 0};
	phys_addr_t size = pick_range(&c);

	if (holds_table(0, c.low) || holds_table(c.high, UNITS))
		return true;
	if (size && memblock.memory.cnt)
		model_keep(c.low, c.high, true);
	memblock_cap_memory_range(address(c.low), size);
	return true;
}

static bool do_trim(void)
{
	phys_addr_t align = pick_align();

	model_trim(align);
	memblock_trim_memory(align);
	return true;
}

static const struct operation {
	const char *name;
	unsigned weight;
	bool (*run)(void); /* whether the result was right */
} operations[] = {
	{"add", 50, do_add},
	{"reserve", 50, do_reserve},
	{"physmem", 10, do_physmem},
	{"remove", 20, do_remove},
	{"free", 30, do_free},
	{"set_owner", 20, do_set_owner},
	{"own_tables", 3, do_own_tables},
	{"mark", 30, do_mark},
	{"set_node", 15, do_set_node},
	{"alloc", 60, do_alloc},
	{"settings", 5, do_settings},
	{"limit", 1, do_limit}, /* weight 1: seldom in a dense world */
	{"cap", 1, do_cap},
	{"trim", 1, do_trim},
};

static const struct operation *pick_operation(void)
{
	unsigned total = 0, at;

	for (unsigned i = 0; i < ARRAY_SIZE(operations); i++)
		total += operations[i].weight;
	at = pick(total);
	for (const struct operation *op = operations;; op++) {
		if (at < op->weight)
			return op;
		at -= op->weight;
	}
}

/* ---- Running ---- */

static struct memblock pristine;
static struct memblock_type pristine_firmware;

/* Whether @set, if it was picked, is to have more entries at first. */
static bool wants_more(enum set set, unsigned picked)
{
	return picked >> set & 1 && model_entries(set) + 2 < INIT_MEMBLOCK_REGIONS;
}

/* Brings some sets close to their first doubling: each unit unlike the one before it. */
static void crowd(void)
{
	unsigned picked = pick(1 << SETS);

	for (int i = margin(); i < UNITS - margin(); i++) {
		phys_addr_t base = address(i), size = address(i + 1) - base;
		struct change c = {.low = i, .high = i + 1, .nid = -2};

		if (wants_more(RAM, picked) && i % 2) {
			c.kind = RELABEL;
			c.set = RAM;
			c.flags = MEMBLOCK_HOTPLUG;
			memblock_mark_hotplug(base, size);
			model_change(&c);
		}
		c.kind = ADD;
		if (wants_more(TAKEN, picked)) {
			c.set = TAKEN;
			c.label = LABEL(MEMBLOCK_OWNER(i % 2), NUMA_NO_NODE);
			memblock_reserve_owner(base, size, i % 2);
			model_change(&c);
		}
		if (wants_more(FIRMWARE, picked) && i % 2 && !add_firmware(base, size)) {
			c.set = FIRMWARE;
			c.label = LABEL(0, NUMA_NO_NODE);
			model_change(&c);
		}
	}
}

static void new_world(void)
{
	struct change all = {.set = RAM, .high = UNITS, .label = LABEL(0, NUMA_NO_NODE)};

	world = &worlds[pick(ARRAY_SIZE(worlds))];
	memblock = pristine;
	*firmware = pristine_firmware;
	model_reset();
	stage_now = STAGE_MEMBLOCK;
	linear_offset = world->backed ? (unsigned long)backing - world->base : 0;
	dense = pick(2);
	if (world->backed && pick(4)) {
		memblock_allow_resize();
		model.can_resize = true;
	}
	if (dense) {
		memblock_add(world->base, address(UNITS) - world->base);
		model_change(&all);
		crowd();
	}
}

static unsigned long operation_count = 1000000;

static void random_operations(void)
{
	bool good = true;

	for (unsigned long n = 0; good && n < operation_count; n++) {
		const struct operation *op;

		if (n % EPISODE == 0)
			new_world();
		do
			op = pick_operation();
		while (dense && op->weight == 1 && pick(32));
		good = op->run() && same_state();
		if (n % 32 == 0)
			good = good && same_answers();
		if (!good)
			printf("operation %lu, %s, in: %s\n", n, op->name, world->name);
	}
	CHECK(good);
}

int main(void)
{
	const char *seed_text = getenv("MOLT_SEED"), *count_text = getenv("MOLT_OPERATIONS");
	u64 seed = seed_text ? strtoull(seed_text, NULL, 0) : (u64)time(NULL);

	if (count_text)
		operation_count = strtoul(count_text, NULL, 0);
	printf("MOLT_SEED=%llu MOLT_OPERATIONS=%lu\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	pristine = memblock;
	pristine_firmware = *firmware;
	TEST(random_operations);
	return check_report();
}
