/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table entries of Sv39: privileged ISA 20211203, section 4.4.1. */
#ifndef ASM_PTE_H
#define ASM_PTE_H

#include <arch/page.h>
#include <molt/types.h>

typedef u64 pte_t;

#define PTE_V (1UL << 0)
#define PTE_R (1UL << 1)
#define PTE_W (1UL << 2)
#define PTE_X (1UL << 3)
#define PTE_U (1UL << 4)
#define PTE_G (1UL << 5)
#define PTE_A (1UL << 6)
#define PTE_D (1UL << 7)

/* Software's own. In an entry that is not valid: it links a chain of tables. */
#define PTE_LINK (1UL << 8)

#define PTE_LEAF (PTE_R | PTE_W | PTE_X)

/* Of extensions that Molt does not use, and of none. */
#define PTE_RESERVED (~0UL << 54)

#define PTE_PPN_SHIFT 10
#define PTE_PPN_MASK  0x003ffffffffffc00UL

/* Physical addresses end here. */
#define PHYS_LIMIT (1UL << 56)

#define PTES_PER_TABLE	512
#define SV39_ROOT_LEVEL 2

static inline phys_addr_t pte_phys(pte_t pte)
{
	return (pte & PTE_PPN_MASK) << (PAGE_SHIFT - PTE_PPN_SHIFT);
}

static inline pte_t pte_make(phys_addr_t pa, u64 bits)
{
	return (pa >> (PAGE_SHIFT - PTE_PPN_SHIFT)) | bits;
}

static inline bool pte_is_table(pte_t pte)
{
	return (pte & (PTE_V | PTE_LEAF)) == PTE_V;
}

/* Bytes that one entry of a table at @level maps: 4 KiB, 2 MiB, 1 GiB. */
static inline unsigned long pte_span(unsigned int level)
{
	return PAGE_SIZE << (9 * level);
}

static inline unsigned int pte_index(virt_addr_t va, unsigned int level)
{
	return (va >> (PAGE_SHIFT + 9 * level)) & (PTES_PER_TABLE - 1);
}

#endif
