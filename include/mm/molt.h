/* SPDX-License-Identifier: BSD-2-Clause */
/* The molt: what only boot needed goes back to the zones. */
#ifndef MM_MOLT_H
#define MM_MOLT_H

#include <mm/ledger.h>
#include <molt/types.h>

/* What the molt gave back, in bytes: disjoint parts, the total is their sum. */
struct molt_freed {
	u64 init;     /* the window, less what is named below */
	u64 memblock; /* memblock's code and tables, doubled ones included */
	u64 meminit;
	u64 tables; /* the early page tables */
	u64 stack;  /* the boot stack */
	u64 other;  /* the FDT */
	u64 total;
};

extern struct molt_freed molt_freed;

/**
 * molt_release - [base, end) of @owner is poisoned, and the zones' from here on
 * Whole pages in the linear map that nobody uses any more. For the molt alone, and what it calls.
 */
void molt_release(enum ledger_owner owner, phys_addr_t base, phys_addr_t end);

/**
 * molt - shed the FDT, memblock's tables and the init window
 *
 * The caller and its stack are resident, every hart is on the final tables and outside
 * the window. Panics where harts cannot be fenced or the window is not mapped as it was.
 */
void molt(void);

#endif
