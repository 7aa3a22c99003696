// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sv39: mappings that are there, seen and changed. Privileged ISA 20211203, section 4.4.
 *
 * Runs in the kernel and, unchanged, in a host test: tables are reached through the
 * address space's page source alone.
 */
#include "sv39.h"
#include <molt/compiler.h>
#include <molt/err.h>

pte_t sv39_bits(enum prot prot)
{
	/* What is for users is of one address space, and not of all. */
	pte_t bits = PTE_V | PTE_A | (prot & PROT_USER ? PTE_U : PTE_G);

	if (prot & PROT_READ)
		bits |= PTE_R;
	if (prot & PROT_WRITE)
		bits |= PTE_W | PTE_D;
	if (prot & PROT_EXEC)
		bits |= PTE_X;
	return bits;
}

bool sv39_prot_valid(enum prot prot)
{
	return (prot & PROT_READ) && (prot & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC);
}

/*
 * Give every leaf of [va, last] the bits @bits (0: unmap). With @commit false only
 * look whether that can be done: no page missing, no leaf across an edge.
 */
static int change_table(struct address_space *space, phys_addr_t table, unsigned int level,
	virt_addr_t va, virt_addr_t last, pte_t bits, bool commit)
{
	unsigned long span = pte_span(level);
	pte_t *entries = space->source->access(table, level);
	unsigned int index = pte_index(va, level);
	int err = 0;

	for (; !err && va <= last; index++) {
		virt_addr_t end = ALIGN_DOWN(va, span) + (span - 1);
		pte_t entry = entries[index];

		if (!(entry & PTE_V))
			return -EINVAL;
		if (!(entry & PTE_LEAF))
			err = change_table(space, pte_phys(entry), level - 1, va,
				last < end ? last : end, bits, commit);
		else if (!IS_ALIGNED(va, span) || end > last)
			return -EINVAL;
		else if (commit)
			entries[index] = bits ? pte_make(pte_phys(entry), bits) : 0;
		if (end >= last)
			break;
		va = end + 1;
	}
	return err;
}

static int change(struct address_space *space, virt_addr_t va, unsigned long size, pte_t bits)
{
	virt_addr_t last = va + size - 1;
	int err;

	if (!size || !IS_ALIGNED(va | size, PAGE_SIZE) || last < va)
		return -EINVAL;
	err = change_table(space, space->root, SV39_ROOT_LEVEL, va, last, bits, false);
	if (err)
		return err;
	return change_table(space, space->root, SV39_ROOT_LEVEL, va, last, bits, true);
}

int paging_protect(struct address_space *space, virt_addr_t va, unsigned long size, enum prot prot)
{
	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		fence_owe(va, CALLER);
	return sv39_prot_valid(prot) ? change(space, va, size, sv39_bits(prot)) : -EINVAL;
}

int paging_unmap(struct address_space *space, virt_addr_t va, unsigned long size)
{
	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		fence_owe(va, CALLER);
	return change(space, va, size, 0);
}

phys_addr_t paging_lookup(const struct address_space *space, virt_addr_t va, unsigned long *span)
{
	phys_addr_t table = space->root;
	unsigned int level;

	for (level = SV39_ROOT_LEVEL;; level--) {
		const pte_t *entries = space->source->access(table, level);
		pte_t entry = entries[pte_index(va, level)];

		*span = pte_span(level);
		if (!(entry & PTE_V))
			return PHYS_ADDR_MAX;
		if (entry & PTE_LEAF)
			return pte_phys(entry) | (va & (*span - 1));
		table = pte_phys(entry);
	}
}
