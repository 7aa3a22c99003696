/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of Sv39 share: tables in host memory, and a walk of their own. */
#ifndef SV39_WORLD_H
#define SV39_WORLD_H

#include "check.h"

#include <string.h>

#include <arch/paging.h>
#include <asm/pte.h>

#define MIB2 0x200000UL
#define GIB  0x40000000UL
#define TOP  0xffffffffc0000000UL /* the last GiB of the address space */
#define HIGH 0xffffffc000000000UL
#define RW   (PROT_READ | PROT_WRITE)
#define RX   (PROT_READ | PROT_EXEC)

#define TABLES 400

/* Tables in use, and how many there may be at most. */
extern unsigned long tables_used, tables_max;
extern u64 tables[TABLES][PTES_PER_TABLE];

/*
 * Two sources. What a walk sees through the first is one window a level, whose content is lost
 * at the next access to that level, as a source may have it that runs before the linear map
 * exists. A table that was given back is no longer to be accessed.
 */
extern const struct page_source windows, plain;
extern struct address_space space;

/* An empty space with a root table from @source, and no other table in use. */
void fresh(const struct page_source *source);

/* What hardware finds at an address (privileged ISA, 4.3.2). */
struct leaf {
	bool valid;
	phys_addr_t pa; /* of the very address asked for */
	u64 bits;
	unsigned int level;
};
struct leaf walk(virt_addr_t va);

/* Whether a leaf of @level maps @va to @pa, and whether it has the rights @prot, and just those. */
bool leaf_is(virt_addr_t va, phys_addr_t pa, unsigned int level);
bool bits_are(virt_addr_t va, enum prot prot);

/* No leaf in any table that is in use. */
bool nothing_mapped(void);

/* Tables that are found from the root. */
unsigned long tables_reached(void);

/* A number below @below; the state is the seed, and never 0. */
extern u64 random_state;
unsigned long pick(unsigned long below);

#endif
