// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sv39: leaves become smaller, and larger again, and what is mapped stays as it is: the
 * linear map where memory comes and goes. A hart that has cached the one finds the same
 * through the other.
 */
#include "sv39.h"
#include <molt/compiler.h>
#include <molt/err.h>

/* ---- Split ---- */

/* Whether a leaf of @level, or a larger one, has @va within it, so that it must go. */
static bool leaf_crosses(const struct address_space *space, virt_addr_t va, unsigned int level)
{
	unsigned long span;

	return !IS_ALIGNED(va, pte_span(level)) &&
	       paging_lookup(space, va, &span) != PHYS_ADDR_MAX && span >= pte_span(level);
}

/* How many tables it takes to let leaves end at both of @a and @b. */
static unsigned int split_cost(const struct address_space *space, virt_addr_t a, virt_addr_t b)
{
	unsigned int level, tables = 0;

	for (level = 1; level <= SV39_ROOT_LEVEL; level++) {
		unsigned long span = pte_span(level);
		bool at_a = leaf_crosses(space, a, level);

		tables += at_a;
		if (leaf_crosses(space, b, level))
			tables += !at_a || ALIGN_DOWN(a, span) != ALIGN_DOWN(b, span);
	}
	return tables;
}

static void split_at(struct address_space *space, virt_addr_t va, struct table_chain *spare)
{
	phys_addr_t table = space->root;
	unsigned int level, i;

	for (level = SV39_ROOT_LEVEL; level > 0; level--) {
		pte_t *entries = space->source->access(table, level);
		pte_t *entry = &entries[pte_index(va, level)];

		if (!(*entry & PTE_V) || ((*entry & PTE_LEAF) && IS_ALIGNED(va, pte_span(level))))
			break;
		if (*entry & PTE_LEAF) {
			pte_t pte = *entry, step = pte_make(pte_span(level - 1), 0), *below;

			table = table_chain_pop(space, spare);
			below = space->source->access(table, level - 1);
			for (i = 0; i < PTES_PER_TABLE; i++, pte += step)
				below[i] = pte;
			pte_set_table(entry, table);
		}
		table = pte_phys(*entry);
	}
}

int paging_split(struct address_space *space, virt_addr_t va, unsigned long size)
{
	unsigned int tables = split_cost(space, va, va + size);
	struct table_chain spare = {0};

	for (; tables; tables--) {
		phys_addr_t table = space->source->alloc();

		if (table == PHYS_ADDR_MAX) {
			paging_free_tables(space, &spare);
			return -ENOMEM;
		}
		table_chain_push(space, &spare, table, 0);
	}
	split_at(space, va, &spare);
	split_at(space, va + size, &spare);
	return 0;
}

/* ---- Fold ---- */

/* One range that is mapped, or with @chain NULL: that would be, to see what came of it. */
struct fold {
	struct address_space *space;
	virt_addr_t va, last;
	unsigned long offset; /* of a virtual address from its physical one */
	pte_t bits;
	struct table_chain *chain;
	unsigned long tables; /* that are folded */
};

static bool is_uniform(
	const struct fold *fold, phys_addr_t table, unsigned int level, virt_addr_t base);

/* Whether the entry of a table at @level is, or would be, the leaf that belongs to @base. */
static bool is_leaf_of(const struct fold *fold, pte_t entry, unsigned int level, virt_addr_t base)
{
	virt_addr_t end = base + (pte_span(level) - 1);

	if (entry == pte_make(base - fold->offset, fold->bits))
		return true;
	if (fold->chain)
		return false;
	if (pte_is_table(entry))
		return is_uniform(fold, pte_phys(entry), level - 1, base);
	return !entry && base >= fold->va && end <= fold->last;
}

/* Whether all of @table, which begins at @base, is, or would be, what one leaf could say. */
static bool is_uniform(
	const struct fold *fold, phys_addr_t table, unsigned int level, virt_addr_t base)
{
	const pte_t *entries = fold->space->source->access(table, level);
	unsigned int i;

	if (!IS_ALIGNED(base - fold->offset, pte_span(level + 1)))
		return false;
	for (i = 0; i < PTES_PER_TABLE; i++, base += pte_span(level)) {
		if (!is_leaf_of(fold, entries[i], level, base))
			return false;
	}
	return true;
}

/* Fold what lies below @table and holds some of [va, last]. */
static void fold_table(
	struct fold *fold, phys_addr_t table, unsigned int level, virt_addr_t va, virt_addr_t last)
{
	pte_t *entries = fold->space->source->access(table, level);

	for (;; va = pte_last(va, level, last) + 1) {
		virt_addr_t end = pte_last(va, level, last);
		virt_addr_t base = ALIGN_DOWN(va, pte_span(level));
		pte_t *entry = &entries[pte_index(va, level)];
		phys_addr_t below = pte_phys(*entry);

		if (pte_is_table(*entry)) {
			if (level > 1)
				fold_table(fold, below, level - 1, va, end);
			if (is_uniform(fold, below, level - 1, base)) {
				fold->tables++;
				if (fold->chain) {
					*entry = pte_make(base - fold->offset, fold->bits);
					table_chain_push(
						fold->space, fold->chain, below, level - 1);
				}
			}
		}
		if (end == last)
			break;
	}
}

static void fold_all(struct fold *fold)
{
	fold_table(fold, fold->space->root, SV39_ROOT_LEVEL, fold->va, fold->last);
}

void paging_fold(struct address_space *space, virt_addr_t va, phys_addr_t pa, unsigned long size,
	enum prot prot, struct table_chain *chain)
{
	struct fold fold = {space, va, va + size - 1, va - pa, sv39_bits(prot), chain, 0};

	fold_all(&fold);
}

/* ---- What it costs ---- */

#define NO_TABLE PHYS_ADDR_MAX

/* A mapping to come, and the last byte of another before it: its tables are there by then. */
struct estimate {
	struct address_space *space;
	unsigned long offset;
	virt_addr_t before;
};

/* How many tables mapping [va, last] draws below @table, or below one that is yet to be drawn. */
static unsigned long tables_drawn(const struct estimate *estimate, phys_addr_t table,
	unsigned int level, virt_addr_t va, virt_addr_t last)
{
	unsigned long tables = 0, span = pte_span(level);
	const pte_t *entries = NULL;

	if (table != NO_TABLE)
		entries = estimate->space->source->access(table, level);
	for (;; va = pte_last(va, level, last) + 1) {
		virt_addr_t end = pte_last(va, level, last);
		pte_t entry = entries ? entries[pte_index(va, level)] : 0;

		if (pte_is_table(entry)) {
			tables += tables_drawn(estimate, pte_phys(entry), level - 1, va, end);
		} else if (end - va != span - 1 || !IS_ALIGNED(va - estimate->offset, span)) {
			tables += ALIGN_DOWN(va, span) != ALIGN_DOWN(estimate->before, span);
			tables += tables_drawn(estimate, NO_TABLE, level - 1, va, end);
		}
		if (end == last)
			return tables;
	}
}

struct paging_cost paging_map_cost(struct address_space *space, virt_addr_t va, phys_addr_t pa,
	unsigned long size, enum prot prot, virt_addr_t before)
{
	struct fold fold = {space, va, va + size - 1, va - pa, sv39_bits(prot), NULL, 0};
	struct estimate estimate = {space, va - pa, before};
	struct paging_cost cost = {0, 0};

	cost.drawn = tables_drawn(&estimate, space->root, SV39_ROOT_LEVEL, va, fold.last);
	fold_all(&fold);
	cost.folded = fold.tables;
	return cost;
}
