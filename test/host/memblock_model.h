/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memblock, as simple as can be: UNITS units of address space, each with a label in each set.
 * Shares nothing with memblock but the names of its flags. A table of entries is no more here
 * than the number of runs of one label, and where its memory lies.
 */
#ifndef TEST_HOST_MEMBLOCK_MODEL_H
#define TEST_HOST_MEMBLOCK_MODEL_H

#include <mm/memblock.h>

#define UNITS 256
#define NUMA  IS_ENABLED(CONFIG_NUMA)

enum set {
	RAM,
	TAKEN,
	FIRMWARE, /* physmem */
	SETS,
};

/* Where the units are. @backed: __va() reaches them, so that tables can double. */
struct world {
	const char *name;
	phys_addr_t base, unit;
	bool backed;
};

extern const struct world *world;

/* Where unit @i begins and unit @i - 1 ends: the last may be cut short by the top. */
phys_addr_t address(int i);

/* The label of a unit: 0 where it is not in the set. */
typedef u64 label_t;
#define LABEL(flags, nid) ((label_t)1 << 63 | (label_t)((nid) + 1) << 32 | (u32)(flags))
#define LABEL_FLAGS(l)	  ((u32)(l))
#define LABEL_NID(l)	  ((int)((l) >> 32 & 0x7fffffff) - 1)
#define LABEL_OWNER(l)	  (LABEL_FLAGS(l) >> MEMBLOCK_OWNER_SHIFT)
#define OWNER_FLAGS	  0xffff0000U

struct model {
	label_t label[SETS][UNITS];
	unsigned long max[SETS];
	int table[SETS]; /* the unit where the doubled table begins; -1: the static one */
	bool bottom_up, can_resize;
	phys_addr_t limit;
};

extern struct model model;

/* Makes the model what memblock is at first: empty. */
void model_reset(void);

/* The number of entries that @set takes. */
unsigned long model_entries(enum set set);

/* The bytes that a table of @max entries takes: whole pages. */
phys_addr_t model_table_bytes(unsigned long max);

/* What a call does to the units [low, high). */
struct change {
	enum {
		ADD,	 /* those not in the set get @label */
		DROP,	 /* none is in the set */
		RELABEL, /* those in the set lose the flags @clear, get @flags and, unless -2, @nid
			  */
	} kind;
	enum set set;
	int low, high;
	label_t label;
	unsigned clear, flags;
	int nid;
};

/* Makes the change. Returns what memblock must return: 0 or -ENOMEM. */
int model_change(const struct change *c);

/* memblock_own_tables(), likewise. */
int model_own_tables(unsigned owner);

/* An allocation of @n units. @high: 0 is memblock's limit. @linear: see memblock_alloc(). */
struct request {
	int n;
	phys_addr_t align, low, high;
	int nid;
	bool exact, linear;
};

/* Makes the allocation. Returns the address that memblock must return, or 0. */
phys_addr_t model_alloc(const struct request *r);

/* Drops what lies outside units [low, high), but for NOMAP RAM if @spare_nomap. */
void model_keep(int low, int high, bool spare_nomap);

/* Drops what of each entry of RAM is outside its multiples of @align. */
void model_trim(phys_addr_t align);

/* A range that an iterator visits. */
struct range {
	phys_addr_t start, end;
	int nid;
};

/*
 * The ranges of @set that an iterator for @nid and @flags visits, upwards; @free: less what is
 * taken. Returns their number.
 */
int model_ranges(enum set set, bool free, int nid, unsigned flags, struct range out[UNITS]);

#endif
