/* SPDX-License-Identifier: BSD-2-Clause */
#include "memblock_model.h"

#include <arch/page.h>
#include <molt/err.h>

const struct world *world;
struct model model;

phys_addr_t address(int i)
{
	unsigned __int128 at = (unsigned __int128)world->base + (unsigned __int128)i * world->unit;

	return at > PHYS_ADDR_MAX ? PHYS_ADDR_MAX : (phys_addr_t)at;
}

void model_reset(void)
{
	model = (struct model){.limit = PHYS_ADDR_MAX};
	for (int set = 0; set < SETS; set++) {
		model.max[set] = INIT_MEMBLOCK_REGIONS;
		model.table[set] = -1;
	}
}

static unsigned long runs(const label_t label[UNITS])
{
	unsigned long n = 0;

	for (int i = 0; i < UNITS; i++)
		n += label[i] && (!i || label[i] != label[i - 1]);
	return n;
}

unsigned long model_entries(enum set set)
{
	return runs(model.label[set]);
}

phys_addr_t model_table_bytes(unsigned long max)
{
	phys_addr_t bytes = max * sizeof(struct memblock_region);

	return (bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

/* ---- Finding ---- */

/* Units that an answer must not touch, and more of them. */
struct hole {
	int low, high;
	const struct hole *next;
};

/* Whether a walk for @nid and @flags visits RAM of label @l. */
static bool visits(label_t l, int nid, unsigned flags)
{
	if (nid >= 0 && nid != (NUMA ? LABEL_NID(l) : 0))
		return false;
	if (flags & MEMBLOCK_MIRROR && !(l & MEMBLOCK_MIRROR))
		return false;
	if (movable_node_is_enabled() && l & MEMBLOCK_HOTPLUG && !(flags & MEMBLOCK_HOTPLUG))
		return false;
	if (l & MEMBLOCK_NOMAP && !(flags & MEMBLOCK_NOMAP))
		return false;
	return !(l & MEMBLOCK_DRIVER_MANAGED) || flags & MEMBLOCK_DRIVER_MANAGED;
}

/* Whether the units [at, at + n) are free, of one label, and in no hole. */
static bool is_free_run(const struct model *m, int at, int n, const struct hole *hole)
{
	for (int i = at; i < at + n; i++)
		if (m->label[RAM][i] != m->label[RAM][at] || m->label[TAKEN][i])
			return false;
	for (; hole; hole = hole->next)
		if (at < hole->high && hole->low < at + n)
			return false;
	return true;
}

static bool is_answer(const struct model *m, const struct request *r, int at, int nid,
	unsigned flags, const struct hole *holes)
{
	phys_addr_t low = address(at), high = address(at + r->n);

	return m->label[RAM][at] && low % r->align == 0 && low >= PAGE_SIZE && low >= r->low &&
	       high <= r->high && high - low == r->n * world->unit &&
	       visits(m->label[RAM][at], nid, flags) && is_free_run(m, at, r->n, holes);
}

static int find_pass(const struct model *m, const struct request *r, int nid, unsigned flags,
	const struct hole *holes)
{
	for (int k = 0; k + r->n <= UNITS; k++) {
		int at = m->bottom_up ? k : UNITS - r->n - k;

		if (is_answer(m, r, at, nid, flags, holes))
			return at;
	}
	return -1;
}

/* The unit where the block that answers @r begins, or -1. */
static int find(const struct model *m, const struct request *r, const struct hole *holes)
{
	bool mirror = false;
	int at = -1;

	for (int i = 0; i < UNITS; i++)
		mirror |= m->label[RAM][i] & MEMBLOCK_MIRROR;
	for (int pass = mirror; at < 0 && pass >= 0; pass--) {
		unsigned flags = pass ? MEMBLOCK_MIRROR : MEMBLOCK_NONE;

		at = find_pass(m, r, r->nid, flags, holes);
		if (at < 0 && r->nid >= 0 && !r->exact)
			at = find_pass(m, r, NUMA_NO_NODE, flags, holes);
	}
	return at;
}

/* ---- Changing ---- */

static void apply(label_t label[UNITS], const struct change *c)
{
	for (int i = c->low; i < c->high; i++) {
		label_t old = label[i];

		if (c->kind == ADD && !old)
			label[i] = c->label;
		if (c->kind == DROP)
			label[i] = 0;
		if (c->kind == RELABEL && old)
			label[i] = LABEL((LABEL_FLAGS(old) & ~c->clear) | c->flags,
				c->nid == -2 ? LABEL_NID(old) : c->nid);
	}
}

static unsigned long entries_after(const struct model *m, const struct change *c)
{
	label_t after[UNITS];

	for (int i = 0; i < UNITS; i++)
		after[i] = m->label[c->set][i];
	apply(after, c);
	return runs(after);
}

static bool change(struct model *m, const struct change *c, const struct hole *holes);

/* Makes @set's table long enough for @need entries. False, and @m as it was, if it cannot be. */
static bool grow(struct model *m, enum set set, unsigned long need, const struct hole *holes)
{
	struct request r = {.align = PAGE_SIZE, .high = m->limit, .nid = NUMA_NO_NODE};
	struct change taken = {.set = TAKEN, .label = LABEL(MEMBLOCK_NONE, NUMA_NO_NODE)};
	struct change old = {.kind = DROP, .set = TAKEN, .low = m->table[set]};
	struct model next = *m;

	if (!m->can_resize)
		return false;
	old.high = old.low + model_table_bytes(m->max[set]) / world->unit;
	do /* room for the new table's entry, and the old one's return */
		next.max[set] *= 2;
	while (next.max[set] < need + 3);
	r.n = model_table_bytes(next.max[set]) / world->unit;
	taken.low = next.table[set] = r.n > UNITS ? -1 : find(m, &r, holes);
	taken.high = taken.low + r.n;
	if (taken.low < 0)
		return false;
	if (!change(&next, &taken, holes))
		return false;
	if (old.low >= 0)
		change(&next, &old, holes); /* if that fails the old table stays taken */
	*m = next;
	return true;
}

/* False, and @m as it was, if a table cannot grow. */
static bool change(struct model *m, const struct change *c, const struct hole *holes)
{
	struct hole own = {c->low, c->high, holes};
	unsigned long need;

	if (c->kind != ADD || c->set == TAKEN)
		holes = &own;
	while ((need = entries_after(m, c)) > m->max[c->set])
		if (!grow(m, c->set, need, holes))
			return false;
	apply(m->label[c->set], c);
	return true;
}

int model_change(const struct change *c)
{
	return c->low == c->high || change(&model, c, NULL) ? 0 : -ENOMEM;
}

int model_own_tables(unsigned owner)
{
	unsigned long need = model_entries(TAKEN) + 4;
	bool doubled = model.table[RAM] >= 0 || model.table[TAKEN] >= 0;

	if (doubled && need > model.max[TAKEN] && !grow(&model, TAKEN, need, NULL))
		return -ENOMEM;
	for (enum set set = RAM; set <= TAKEN; set++) {
		struct change c = {
			.kind = RELABEL,
			.set = TAKEN,
			.low = model.table[set],
			.clear = OWNER_FLAGS,
			.flags = MEMBLOCK_OWNER(owner),
			.nid = -2,
		};

		c.high = c.low + model_table_bytes(model.max[set]) / world->unit;
		if (c.low >= 0)
			apply(model.label[TAKEN], &c);
	}
	return 0;
}

static phys_addr_t alloc(const struct request *r)
{
	struct change taken = {.set = TAKEN, .label = LABEL(MEMBLOCK_NONE, NUMA_NO_NODE)};

	taken.low = find(&model, r, NULL);
	taken.high = taken.low + r->n;
	if (taken.low < 0 || !change(&model, &taken, NULL))
		return 0;
	return address(taken.low);
}

phys_addr_t model_alloc(const struct request *request)
{
	struct request r = *request;
	phys_addr_t got;

	if (!r.high || (r.linear && r.high > model.limit))
		r.high = model.limit;
	got = alloc(&r);
	if (got || !r.linear)
		return got;
	r.low = 0;
	return alloc(&r);
}

/* ---- Limits ---- */

void model_keep(int low, int high, bool spare_nomap)
{
	for (int i = 0; i < UNITS; i++) {
		if (i >= low && i < high)
			continue;
		model.label[TAKEN][i] = 0;
		if (!spare_nomap || !(model.label[RAM][i] & MEMBLOCK_NOMAP))
			model.label[RAM][i] = 0;
	}
}

void model_trim(phys_addr_t align)
{
	label_t *label = model.label[RAM];
	int end;

	for (int i = 0; i < UNITS; i = end) {
		int low = i, high;

		for (end = i + 1; end < UNITS && label[end] == label[i]; end++)
			;
		for (high = end; low < end && address(low) % align; low++)
			label[low] = 0;
		for (; high > low && address(high) % align; high--)
			label[high - 1] = 0;
	}
}

/* ---- Walking ---- */

int model_ranges(enum set set, bool free, int nid, unsigned flags, struct range out[UNITS])
{
	int n = 0, previous = -2;

	for (int i = 0; i < UNITS; i++) {
		label_t l = model.label[set][i];

		if (!l || (set == RAM && !visits(l, nid, flags)) || (free && model.label[TAKEN][i]))
			continue;
		if (previous != i - 1 || model.label[set][previous] != l)
			out[n++] = (struct range){address(i), 0, NUMA ? LABEL_NID(l) : 0};
		out[n - 1].end = address(i + 1);
		previous = i;
	}
	return n;
}
