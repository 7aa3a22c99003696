/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memblock against a model that shares nothing with it: 256 units of address space, each with
 * a label in each of the two sets. Random calls are made on both; after each call the tables
 * and the result must be what the model says, failures and doublings included.
 *
 *	memblock_oracle_test [OPERATIONS [SEED]]
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/page.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/stage.h>

#define UNITS	256
#define EPISODE 2000 /* operations before the next world */
#define NODES	3

/* ---- The world: where the units are ---- */

static const struct world {
	const char *name;
	phys_addr_t base, unit;
	bool backed; /* __va() works, so that tables can double */
} worlds[] = {
	{"pages at 2 GiB, growing", 0x80000000, PAGE_SIZE, true},
	{"pages at 2 GiB", 0x80000000, PAGE_SIZE, false},
	{"pages at 0", 0, PAGE_SIZE, false},
	{"bytes at 0", 0, 1, false},
	{"cache lines at 4 KiB", 0x1000, 64, false},
	{"gigabytes at 1 TiB", 1ULL << 40, 1ULL << 30, false},
	{"bytes below the top", PHYS_ADDR_MAX - UNITS, 1, false},
	{"pages below the top", 0 - UNITS *PAGE_SIZE, PAGE_SIZE, false},
	{"odd sizes at an odd address", 0x123457, 12345, false},
};

static const struct world *world;
static unsigned char backing[UNITS * PAGE_SIZE] __attribute__((aligned(4096)));

/* Where unit @i begins and unit @i - 1 ends: the last may be cut short by the top. */
static phys_addr_t address(int i)
{
	unsigned __int128 at = (unsigned __int128)world->base + (unsigned __int128)i * world->unit;

	return at > PHYS_ADDR_MAX ? PHYS_ADDR_MAX : (phys_addr_t)at;
}

/* ---- The model ---- */

enum set {
	RAM,
	TAKEN
};

/* The label of a unit: 0 where it is not in the set. */
#define LABEL(flags, nid) (1U << 31 | (unsigned)((nid) + 1) << 24 | (unsigned)(flags))
#define LABEL_FLAGS(l)	  ((l)&0xffffff)
#define LABEL_NID(l)	  ((int)((l) >> 24 & 0x7f) - 1)

struct model {
	unsigned label[2][UNITS];
	unsigned long max[2];
	bool bottom_up;
	int limit; /* a unit; UNITS: anywhere */
};

static struct model model;

static unsigned long entries(const struct model *m, enum set set)
{
	unsigned long n = 0;

	for (int i = 0; i < UNITS; i++)
		n += m->label[set][i] && (!i || m->label[set][i] != m->label[set][i - 1]);
	return n;
}

/* A call, as both sides are to understand it. */
struct change {
	enum {
		ADD,
		DROP,
		RELABEL
	} kind;
	enum set set;
	int low, high;		/* units */
	unsigned label;		/* ADD */
	unsigned clear, enable; /* RELABEL: flags */
	int nid;		/* RELABEL: -2: leave it */
};

static void apply(struct model *m, const struct change *c)
{
	for (int i = c->low; i < c->high; i++) {
		unsigned *label = &m->label[c->set][i];

		if (c->kind == ADD && !*label)
			*label = c->label;
		if (c->kind == DROP)
			*label = 0;
		if (c->kind == RELABEL && *label)
			*label = LABEL((LABEL_FLAGS(*label) & ~c->clear) | c->enable,
				c->nid == -2 ? LABEL_NID(*label) : c->nid);
	}
}

/* Whether @n units from @at on are one free block that may be handed out. */
static bool is_block(const struct model *m, int at, int n, int nid, bool mirror)
{
	unsigned shunned = MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED;
	unsigned label = m->label[RAM][at];

	if (movable_node_is_enabled())
		shunned |= MEMBLOCK_HOTPLUG;
	if (!label || LABEL_FLAGS(label) & shunned || (mirror && !(label & MEMBLOCK_MIRROR)))
		return false;
	if (nid >= 0 && nid != (IS_ENABLED(CONFIG_NUMA) ? LABEL_NID(label) : 0))
		return false;
	if (address(at) < PAGE_SIZE || address(at + n) - address(at) != n * world->unit)
		return false;
	for (int i = at; i < at + n; i++)
		if (m->label[RAM][i] != label || m->label[TAKEN][i])
			return false;
	return true;
}

struct request {
	int n;
	phys_addr_t align;
	int low, high;		 /* the block lies in these units */
	int hole_low, hole_high; /* and outside these */
	int nid;
	bool exact;
};

/* The first unit of the block that answers @r, or -1. */
static int find_pass(const struct model *m, const struct request *r, int nid, bool mirror)
{
	int first = r->low, last = r->high - r->n;

	for (int k = 0; first + k <= last; k++) {
		int at = m->bottom_up ? first + k : last - k;

		if (address(at) % r->align == 0 &&
			(at + r->n <= r->hole_low || at >= r->hole_high) &&
			is_block(m, at, r->n, nid, mirror))
			return at;
	}
	return -1;
}

static int find(const struct model *m, const struct request *r)
{
	bool mirror = false;
	int at;

	for (int i = 0; i < UNITS; i++)
		mirror |= m->label[RAM][i] && m->label[RAM][i] & MEMBLOCK_MIRROR;
	for (int pass = mirror; pass >= 0; pass--) {
		at = find_pass(m, r, r->nid, pass);
		if (at < 0 && r->nid >= 0 && !r->exact)
			at = find_pass(m, r, -1, pass);
		if (at >= 0)
			return at;
	}
	return -1;
}

/* Makes @set's table long enough for @need entries, outside units [low, high). */
static bool grow(struct model *m, enum set set, unsigned long need, int low, int high)
{
	struct change taken = {.kind = ADD, .set = TAKEN, .label = LABEL(0, -1)};
	struct request r = {.align = PAGE_SIZE, .high = m->limit, .nid = -1};
	unsigned long max = m->max[set];

	if (need <= max)
		return true;
	if (!world->backed)
		return false;
	while (max < need + 3 || max == m->max[set])
		max *= 2;
	r.n = (max * sizeof(struct memblock_region) + PAGE_SIZE - 1) / PAGE_SIZE;
	r.hole_low = low;
	r.hole_high = high;
	taken.low = find(m, &r);
	taken.high = taken.low + r.n;
	if (taken.low < 0)
		return false;
	if (set == RAM) {
		struct model after = *m;

		apply(&after, &taken);
		if (!grow(m, TAKEN, entries(&after, TAKEN), taken.low, taken.high))
			return false;
	}
	apply(m, &taken);
	m->max[set] = max;
	return true;
}

/* Makes the change in the model. Returns what memblock must return. */
static int change_model(const struct change *c)
{
	bool clear_of_range = c->kind != ADD || c->set == TAKEN;
	struct model next = model, after = model;

	if (c->low == c->high)
		return 0;
	apply(&after, c);
	if (!grow(&next, c->set, entries(&after, c->set), clear_of_range ? c->low : 0,
		    clear_of_range ? c->high : 0))
		return -ENOMEM;
	apply(&next, c);
	model = next;
	return 0;
}

/* ---- Comparing ---- */

static bool same_set(enum set set, const struct memblock_type *type)
{
	const unsigned *label = model.label[set];
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
			(IS_ENABLED(CONFIG_NUMA) &&
				memblock_get_region_node(r) != LABEL_NID(label[i])))
			return false;
		total += r->size;
	}
	return n == type->cnt && total == type->total_size && type->max == model.max[set];
}

/* Whether a unit is one that for_each_free_mem_range visits. */
static bool is_free(int i)
{
	unsigned shunned = MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED;

	if (movable_node_is_enabled())
		shunned |= MEMBLOCK_HOTPLUG;
	return model.label[RAM][i] && !(model.label[RAM][i] & shunned) && !model.label[TAKEN][i];
}

/* Walks the free ranges both ways, which must visit each free unit once. */
static bool same_free(void)
{
	phys_addr_t start, end, up = 0, down = 0, total = 0, previous = PHYS_ADDR_MAX;
	bool good = true;
	u64 i;

	for (int unit = 0; unit < UNITS; unit++)
		total += is_free(unit) ? address(unit + 1) - address(unit) : 0;
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		good &= start < end && !memblock_is_region_reserved(start, end - start) &&
			memblock_is_region_memory(start, end - start);
		up += end - start;
	}
	for_each_free_mem_range_reverse(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		good &= start < end && end <= previous;
		down += end - start;
		previous = start;
	}
	return good && up == total && down == total && memblock_free_bytes() == total;
}

static bool same_answers(int i)
{
	unsigned ram = model.label[RAM][i], taken = model.label[TAKEN][i];
	unsigned owner = LABEL_FLAGS(taken) >> MEMBLOCK_OWNER_SHIFT;
	phys_addr_t owned = 0, at = address(i), size = address(i + 1) - at;

	if (!size)
		return true;
	for (int unit = 0; unit < UNITS; unit++)
		if (model.label[RAM][unit] && model.label[TAKEN][unit] &&
			LABEL_FLAGS(model.label[TAKEN][unit]) >> MEMBLOCK_OWNER_SHIFT == owner)
			owned += address(unit + 1) - address(unit);
	return memblock_owner_bytes(owner) == owned && memblock_is_memory(at) == !!ram &&
	       memblock_is_memory(at + size - 1) == !!ram &&
	       memblock_is_region_memory(at, size) == !!ram &&
	       memblock_is_map_memory(at) == (ram && !(ram & MEMBLOCK_NOMAP)) &&
	       memblock_is_reserved(at) == !!taken &&
	       memblock_is_region_reserved(at, size) == !!taken &&
	       memblock_overlaps_region(&memblock.memory, at, size) == !!ram;
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

static int low_end(void)
{
	return dense && world->backed ? 8 : 0;
}

static int high_end(void)
{
	return dense && world->backed ? UNITS - 8 : UNITS;
}

/* Some units: mostly few, now and then many, none, or up to the top and past it. */
static phys_addr_t pick_range(struct change *c)
{
	bool wide = !pick(dense ? 1024 : 16);
	int length = wide ? pick(UNITS + 1) : pick(dense ? 2 : 4) + 1;
	int end = wide ? UNITS : high_end();

	c->low = low_end() + pick(high_end() - low_end());
	c->high = c->low + length < end ? c->low + length : end;
	if (c->high == UNITS && address(UNITS) == PHYS_ADDR_MAX)
		return PHYS_ADDR_MAX;
	return address(c->high) - address(c->low);
}

static bool do_add(void)
{
	struct change c = {.kind = ADD, .set = RAM};
	phys_addr_t size = pick_range(&c);
	int nid = (int)pick(NODES + 1) - 1, got;
	enum memblock_flags flags = pick(2) ? 0 : 1U << pick(4);

	if (pick(2)) {
		c.label = LABEL(0, -1);
		got = memblock_add(address(c.low), size);
	} else {
		c.label = LABEL(flags, IS_ENABLED(CONFIG_NUMA) ? nid : -1);
		got = memblock_add_node(address(c.low), size, nid, flags);
	}
	return got == change_model(&c);
}

static bool do_reserve(void)
{
	struct change c = {.kind = ADD, .set = TAKEN};
	phys_addr_t size = pick_range(&c);
	unsigned owner = pick(4) * 85;

	c.label = LABEL(MEMBLOCK_OWNER(owner), -1);
	if (!owner && pick(2))
		return memblock_reserve(address(c.low), size) == change_model(&c);
	return memblock_reserve_owner(address(c.low), size, owner) == change_model(&c);
}

static bool do_remove(void)
{
	struct change c = {.kind = DROP, .set = RAM};
	phys_addr_t size = pick_range(&c);

	return memblock_remove(address(c.low), size) == change_model(&c);
}

static bool do_free(void)
{
	struct change c = {.kind = DROP, .set = TAKEN};
	phys_addr_t size = pick_range(&c);

	/* The model does not follow a table that is given away while it is in use. */
	if (world->backed) {
		for (int set = RAM; set <= TAKEN; set++) {
			struct memblock_type *type = set ? &memblock.reserved : &memblock.memory;
			phys_addr_t table = __pa(type->regions);

			if (type->max > INIT_MEMBLOCK_REGIONS && table < address(c.high) &&
				table + type->max * sizeof(*type->regions) > address(c.low))
				return true;
		}
	}
	return memblock_phys_free(address(c.low), size) == change_model(&c);
}

static bool do_set_owner(void)
{
	struct change c = {.kind = RELABEL, .set = TAKEN, .nid = -2};
	phys_addr_t size = pick_range(&c);
	unsigned owner = pick(4) * 85;

	c.clear = 0xff0000;
	c.enable = MEMBLOCK_OWNER(owner);
	return memblock_set_owner(address(c.low), size, owner) == change_model(&c);
}

static bool do_mark(void)
{
	static const struct {
		int (*call)(phys_addr_t base, phys_addr_t size);
		unsigned clear, enable;
	} marks[] = {
		{memblock_mark_hotplug, 0, MEMBLOCK_HOTPLUG},
		{memblock_clear_hotplug, MEMBLOCK_HOTPLUG, 0},
		{memblock_mark_mirror, 0, MEMBLOCK_MIRROR},
		{memblock_mark_nomap, 0, MEMBLOCK_NOMAP},
		{memblock_clear_nomap, MEMBLOCK_NOMAP, 0},
	};
	struct change c = {.kind = RELABEL, .set = RAM, .nid = -2};
	phys_addr_t size = pick_range(&c);
	unsigned which = pick(sizeof(marks) / sizeof(marks[0]));

	c.clear = marks[which].clear;
	c.enable = marks[which].enable;
	return marks[which].call(address(c.low), size) == change_model(&c);
}

static bool do_set_node(void)
{
	struct change c = {.kind = RELABEL, .set = pick(8) ? RAM : TAKEN, .nid = -2};
	phys_addr_t size = pick_range(&c);
	int nid = (int)pick(NODES + 1) - 1;
	struct memblock_type *type = c.set == RAM ? &memblock.memory : &memblock.reserved;

	if (IS_ENABLED(CONFIG_NUMA))
		c.nid = nid;
	return memblock_set_node(address(c.low), size, type, nid) == change_model(&c);
}

static bool do_settings(void)
{
	unsigned limit = pick(4) ? UNITS : pick(UNITS - 1) + 1;

	model.bottom_up = pick(2);
	model.limit = limit;
	memblock_set_bottom_up(model.bottom_up);
	memblock_set_current_limit(limit == UNITS ? MEMBLOCK_ALLOC_ANYWHERE : address(limit));
	return true;
}

/* An alignment whose multiples in this world are where units begin. */
static phys_addr_t pick_align(void)
{
	if (world->unit & (world->unit - 1) || world->base % world->unit)
		return 1;
	return world->unit << (pick(2) ? 0 : pick(5));
}

/* One of the allocators, all asked for the same. */
static phys_addr_t call_alloc(const struct request *r)
{
	phys_addr_t size = r->n * world->unit, low = address(r->low), high = address(r->high);
	void *p;

	switch (pick(3)) {
	case 0:
		return memblock_alloc_range_nid(size, r->align, low, high, r->nid, r->exact);
	case 1:
		if (r->nid < 0)
			return memblock_phys_alloc_range(size, r->align, low, high);
		/* fall through */
	default:
		if (r->high > model.limit || (!low && !high))
			return memblock_alloc_range_nid(
				size, r->align, low, high, r->nid, r->exact);
	}
	/* The minimum would be dropped: only asked where there is none. */
	if (low > PAGE_SIZE && low > memblock_start_of_DRAM())
		return memblock_alloc_range_nid(size, r->align, low, high, r->nid, r->exact);
	p = r->exact ? memblock_alloc_exact_nid_raw(size, r->align, low, high, r->nid)
		     : memblock_alloc_try_nid_raw(size, r->align, low, high, r->nid);
	return p ? __pa(p) : 0;
}

static bool do_alloc(void)
{
	struct change taken = {.kind = ADD, .set = TAKEN, .label = LABEL(0, -1)};
	struct request r = {
		.n = pick(dense ? 2 : 4) + 1,
		.align = pick_align(),
		.low = low_end(),
		.high = high_end(),
	};
	phys_addr_t got;

	r.nid = (int)pick(NODES + 1) - 1;
	r.exact = pick(2);
	if (pick(2))
		r.low += pick(UNITS - 16);
	if (pick(2))
		r.high -= pick(UNITS - 16);
	got = call_alloc(&r);
	taken.low = find(&model, &r);
	taken.high = taken.low + r.n;
	if (taken.low < 0 || change_model(&taken))
		return got == 0;
	return got == address(taken.low);
}

static void drop_outside(int low, int high, bool spare_nomap)
{
	for (int i = 0; i < UNITS; i++) {
		if (i >= low && i < high)
			continue;
		model.label[TAKEN][i] = 0;
		if (!spare_nomap || !(model.label[RAM][i] & MEMBLOCK_NOMAP))
			model.label[RAM][i] = 0;
	}
}

static bool do_limit(void)
{
	bool spare_nomap = pick(2);
	phys_addr_t limit = 0;
	int end = 0;

	for (int i = 0, stop = pick(UNITS) + 1; i < stop; i++) {
		phys_addr_t size = address(i + 1) - address(i);

		if (model.label[RAM][i] && size) {
			limit += size;
			end = i + 1;
		}
	}
	if (limit)
		drop_outside(0, end, spare_nomap);
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

	if (size && memblock.memory.cnt)
		drop_outside(c.low, c.high, true);
	memblock_cap_memory_range(address(c.low), size);
	return true;
}

static bool do_trim(void)
{
	phys_addr_t align = pick_align();
	int end;

	for (int i = 0; i < UNITS; i = end) {
		unsigned label = model.label[RAM][i];
		int low = i, high;

		for (end = i + 1; end < UNITS && model.label[RAM][end] == label; end++)
			;
		for (high = end; low < end && address(low) % align; low++)
			model.label[RAM][low] = 0;
		for (; high > low && address(high) % align; high--)
			model.label[RAM][high - 1] = 0;
	}
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
	{"remove", 20, do_remove},
	{"free", 30, do_free},
	{"set_owner", 20, do_set_owner},
	{"mark", 30, do_mark},
	{"set_node", 15, do_set_node},
	{"alloc", 50, do_alloc},
	{"settings", 5, do_settings},
	{"limit", 1, do_limit}, /* weight 1: seldom in a dense world */
	{"cap", 1, do_cap},
	{"trim", 1, do_trim},
};

static const struct operation *pick_operation(void)
{
	unsigned total = 0, at;

	for (unsigned i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
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

static void new_world(void)
{
	world = &worlds[pick(3) ? pick(sizeof(worlds) / sizeof(worlds[0])) : 0];
	memblock = pristine;
	model = (struct model){.max = {128, 128}, .limit = UNITS};
	stage_now = STAGE_MEMBLOCK;
	linear_offset = 0;
	dense = pick(2);
	if (world->backed) {
		linear_offset = (unsigned long)backing - world->base;
		memblock_allow_resize();
	}
	if (dense) {
		memblock_add(world->base, address(UNITS) - world->base);
		for (int i = 0; i < UNITS; i++)
			model.label[RAM][i] = LABEL(0, -1);
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
		good = op->run() && same_set(RAM, &memblock.memory) &&
		       same_set(TAKEN, &memblock.reserved);
		if (n % 16 == 0)
			good = good && same_free() && same_answers(pick(UNITS));
		if (!good)
			printf("operation %lu, %s, in: %s\n", n, op->name, world->name);
	}
	CHECK(good);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	pristine = memblock;
	TEST(random_operations);
	return check_report();
}
