/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of Sv39 share. */
#ifndef ARCH_RISCV_SV39_H
#define ARCH_RISCV_SV39_H

#include <arch/paging.h>
#include <asm/pte.h>

/* Readable, and not both writable and executable. */
bool sv39_prot_valid(enum prot prot);

/* A leaf's bits. Accessed, and dirty where it can be written, are set from the start. */
pte_t sv39_bits(enum prot prot);

/* The last byte that @va's entry at @level covers, or @last if that is before it. */
static inline virt_addr_t pte_last(virt_addr_t va, unsigned int level, virt_addr_t last)
{
	virt_addr_t end = va | (pte_span(level) - 1);

	return end < last ? end : last;
}

/* A table that other harts may walk at once: they see what is in it, or nothing of it. */
static inline void pte_set_table(pte_t *entry, phys_addr_t table)
{
	__atomic_store_n(entry, pte_make(table, PTE_V), __ATOMIC_RELEASE);
}

/*
 * DEBUG_FENCE: @caller changed the mapping of @va; this hart, all others have been fenced.
 */
void fence_owe(virt_addr_t va, unsigned long caller);
void fence_done_here(void);
void fence_done_others(void);

/* A table of @level joins or leaves a chain. */
void table_chain_push(const struct address_space *space, struct table_chain *chain,
	phys_addr_t table, unsigned int level);
phys_addr_t table_chain_pop(const struct address_space *space, struct table_chain *chain);

#endif
