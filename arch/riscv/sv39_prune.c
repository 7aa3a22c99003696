// SPDX-License-Identifier: BSD-2-Clause
/* Sv39: tables that map nothing any more, on their way back to the page source. */
#include "sv39.h"
#include <molt/compiler.h>

/*
 * Until every hart is fenced one may walk a table of the chain: it finds what is not valid,
 * since the link is none either.
 */
void table_chain_push(const struct address_space *space, struct table_chain *chain,
	phys_addr_t table, unsigned int level)
{
	pte_t *entries = space->source->access(table, level);

	entries[0] = chain->link;
	chain->link = pte_make(table, PTE_LINK);
}

phys_addr_t table_chain_pop(const struct address_space *space, struct table_chain *chain)
{
	phys_addr_t table = pte_phys(chain->link);
	const pte_t *entries = space->source->access(table, 0);

	chain->link = entries[0];
	return table;
}

static bool table_is_empty(const pte_t *entries)
{
	unsigned int i;

	for (i = 0; i < PTES_PER_TABLE; i++) {
		if (entries[i])
			return false;
	}
	return true;
}

static void prune_table(struct address_space *space, phys_addr_t table, unsigned int level,
	virt_addr_t va, virt_addr_t last, struct table_chain *chain)
{
	pte_t *entries = space->source->access(table, level);

	for (;; va = pte_last(va, level, last) + 1) {
		virt_addr_t end = pte_last(va, level, last);
		pte_t *entry = &entries[pte_index(va, level)];
		phys_addr_t below = pte_phys(*entry);

		if (pte_is_table(*entry)) {
			if (level > 1)
				prune_table(space, below, level - 1, va, end, chain);
			if (table_is_empty(space->source->access(below, level - 1))) {
				*entry = 0;
				table_chain_push(space, chain, below, level - 1);
			}
		}
		if (end == last)
			break;
	}
}

void paging_prune(
	struct address_space *space, virt_addr_t va, unsigned long size, struct table_chain *chain)
{
	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		fence_owe(va, CALLER);
	if (size)
		prune_table(space, space->root, SV39_ROOT_LEVEL, va, va + size - 1, chain);
}

void paging_free_tables(const struct address_space *space, struct table_chain *chain)
{
	if (IS_ENABLED(CONFIG_DEBUG_FENCE) && chain->link)
		paging_fence_check("a table that is given back");
	while (chain->link)
		space->source->free(table_chain_pop(space, chain));
}
