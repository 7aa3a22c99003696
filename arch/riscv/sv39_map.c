// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sv39: new mappings.
 *
 * One table of each level is held at a time: a page source need show no more.
 */
#include "sv39.h"
#include <lib/string.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/init.h>

static phys_addr_t table_new(struct address_space *space, unsigned int level)
{
	phys_addr_t table = space->source->alloc();

	if (table != PHYS_ADDR_MAX)
		memset(space->source->access(table, level), 0, PAGE_SIZE);
	return table;
}

int __init paging_init(struct address_space *space)
{
	space->root = table_new(space, SV39_ROOT_LEVEL);
	return space->root == PHYS_ADDR_MAX ? -ENOMEM : 0;
}

/* The state of one paging_map(): where it stands, and where it ends. */
struct map_walk {
	struct address_space *space;
	virt_addr_t va, last; /* last byte: the end itself may be 0 */
	phys_addr_t pa;
	pte_t bits;
};

static int map_table(struct map_walk *walk, phys_addr_t table, unsigned int level);

/* So many entries are looked at, and then written, with one branch. */
#define AT_ONCE 8

static bool all_empty(const pte_t *entry)
{
	pte_t any = 0;
	int i;

#pragma GCC unroll 8
	for (i = 0; i < AT_ONCE; i++)
		any |= entry[i];
	return !any;
}

/* Leaves of @span, as many as fit before the end of the table or a table in the way. */
static int map_leaves(struct map_walk *walk, pte_t *entry, pte_t *end, unsigned long span)
{
	unsigned long fit = (walk->last - walk->va + 1) / span;
	pte_t pte = pte_make(walk->pa, walk->bits), step = pte_make(span, 0);
	pte_t *from = entry;

	if (fit < (unsigned long)(end - entry))
		end = entry + fit;
	for (; end - entry >= AT_ONCE && all_empty(entry); entry += AT_ONCE) {
#pragma GCC unroll 8
		for (int i = 0; i < AT_ONCE; i++, pte += step)
			entry[i] = pte;
	}
	for (; entry < end && !*entry; entry++, pte += step)
		*entry = pte;
	walk->va += (unsigned long)(entry - from) * span;
	walk->pa += (unsigned long)(entry - from) * span;
	return entry < end && !pte_is_table(*entry) ? -EEXIST : 0;
}

static int map_below(struct map_walk *walk, pte_t *entry, unsigned int level)
{
	if (*entry & PTE_LEAF)
		return -EEXIST;
	if (!*entry) {
		phys_addr_t table = table_new(walk->space, level - 1);

		if (table == PHYS_ADDR_MAX)
			return -ENOMEM;
		pte_set_table(entry, table);
	}
	return map_table(walk, pte_phys(*entry), level - 1);
}

/* Map what of the walk lies under @table. walk->va wraps to 0 at the very top. */
static int map_table(struct map_walk *walk, phys_addr_t table, unsigned int level)
{
	pte_t *entries = walk->space->source->access(table, level);
	unsigned long span = pte_span(level);
	unsigned int index = pte_index(walk->va, level);
	int err = 0;

	while (!err && walk->va - 1 != walk->last) {
		if (IS_ALIGNED(walk->va | walk->pa, span) && walk->last - walk->va >= span - 1 &&
			!pte_is_table(entries[index]))
			err = map_leaves(walk, &entries[index], &entries[PTES_PER_TABLE], span);
		else
			err = map_below(walk, &entries[index], level);
		/* The next entry, unless the walk has left this table. */
		index = pte_index(walk->va, level);
		if (!index && IS_ALIGNED(walk->va, span))
			break;
	}
	return err;
}

/* Addresses are 39 bits and a sign, physical ones 56 bits (4.4.1). */
static bool addressable(virt_addr_t va, virt_addr_t last, phys_addr_t pa)
{
	long sign = (long)va >> 38;

	return last >= va && (sign == 0 || sign == -1) && (long)last >> 38 == sign &&
	       pa < PHYS_LIMIT && last - va < PHYS_LIMIT - pa;
}

int paging_map(struct address_space *space, virt_addr_t va, phys_addr_t pa, unsigned long size,
	enum prot prot)
{
	struct map_walk walk = {space, va, va + size - 1, pa, sv39_bits(prot)};
	int err;

	if (!size || !IS_ALIGNED(va | pa | size, PAGE_SIZE) || !sv39_prot_valid(prot) ||
		!addressable(va, walk.last, pa))
		return -EINVAL;
	err = map_table(&walk, space->root, SV39_ROOT_LEVEL);
	if (err && walk.va != va)
		paging_unmap(space, va, walk.va - va);
	if (IS_ENABLED(CONFIG_DEBUG_FENCE) && !err)
		fence_owe(va, CALLER);
	return err;
}
