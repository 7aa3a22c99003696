/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger: every byte of RAM has exactly one owner at every stage.
 *
 * Each owner is counted where memory changes hands; none is computed as the rest.
 */
#ifndef MM_LEDGER_H
#define MM_LEDGER_H

#include <molt/types.h>

/*
 * LEDGER_OWNERS(X) - each owner's symbol and its name in messages, in report order.
 * OWNER_SCRATCH comes first: it is what memblock reserves and allocates where no owner is named.
 */
#define LEDGER_OWNERS(X)                                                           \
	X(SCRATCH, "scratch")	  /* boot's, for a while: none at the hand-over */ \
	X(RESERVED, "reserved")	  /* reserved by the FDT for some device */        \
	X(FIRMWARE, "firmware")	  /* what OpenSBI holds; never mapped */           \
	X(TEXT, "text")		  /* image: code that stays */                     \
	X(RODATA, "rodata")	  /* image: constants that stay */                 \
	X(DATA, "data")		  /* image: variables that stay, bss included */   \
	X(INIT, "init")		  /* image: the init window */                     \
	X(TABLES, "tables")	  /* page tables */                                \
	X(ZONES, "zones")	  /* the zones' metadata */                        \
	X(SLAB, "slab")		  /* slab caches */                                \
	X(STACKS, "stacks")	  /* kernel stacks */                              \
	X(PERCPU, "percpu")	  /* per-hart areas */                             \
	X(MEMBLOCK, "memblock")	  /* memblock's doubled tables */                  \
	X(FDT, "fdt")		  /* the device tree blob */                       \
	X(INITRAMFS, "initramfs") /* the boot loader's initial file system */      \
	X(CMA, "cma")		  /* contiguous areas, but what is lent */         \
	X(OFFLINE, "offline")	  /* hotpluggable and not yet added */             \
	X(UNUSABLE, "unusable")	  /* partial pages; beyond the linear map */       \
	X(USER, "user")		  /* user space */

enum ledger_owner {
#define X(symbol, name) OWNER_##symbol,
	LEDGER_OWNERS(X)
#undef X
	OWNER_FREE,
	OWNER_COUNT,
};

/* Each owner's name, as the console's lines for programs have it. */
extern const char *const ledger_names[OWNER_COUNT];

/* The same for people, who see more around it: "kernel text". */
const char *ledger_label(enum ledger_owner owner);

/* RAM in bytes: the union of the FDT's ranges. What is hotpluggable is part of it. */
extern u64 ledger_ram;

/**
 * ledger_add - @bytes (negative: less) change hands to @owner
 *
 * Where memory comes from the zones or goes back to them that is all; between two
 * owners each is told. An owner that gives more than it has is a bug, and panics. Any hart, any
 * context. OWNER_FREE is booked only from memblock's count, before stage `zones`; from then on the
 * zones count it, and so what is free of the contiguous areas, OWNER_CMA.
 */
void ledger_add(enum ledger_owner owner, s64 bytes);

/* What each owner has, in bytes; and what one has. */
void ledger_read(u64 bytes[OWNER_COUNT]);
u64 ledger_bytes(enum ledger_owner owner);

/* All owners' bytes less RAM: 0, or the books do not balance. */
s64 ledger_difference(void);

/* Nobody has anything: for a new count. Until stage `zones`. [init] */
void ledger_reset(void);

#endif
