/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware map while it is read: what the files that read it share. [init] */
#ifndef MM_MAP_INTERNAL_H
#define MM_MAP_INTERNAL_H

#include <lib/fdt.h>
#include <mm/boot.h>
#include <molt/types.h>

/*
 * What the tree asks of boot's tables, counted as it is read, whether or not it fits. N
 * ranges have 2N ends, so they never cut RAM into more than 2N entries.
 */
struct map_need {
	u32 memory;   /* ranges of RAM */
	u32 reserved; /* ranges of /reserved-memory, and areas that are to be placed */
	u32 unmapped; /* those of them that are cut out of RAM */
	u32 areas;
	u32 names; /* bytes */
	bool odd;  /* something is to be told */
};
extern struct map_need map_need;

/*
 * Whether to tell what is odd. Not at first, when nobody knows yet how much is to be said:
 * then all is read again.
 */
bool map_tells(void);

/*
 * Whether the tables hold what was counted so far. A handler that sees that they do not
 * adds nothing: all is read again, into larger ones.
 */
bool map_fits(void);

/*
 * With the tables as large as the tree needs, and to tell what is odd, or with memblock=debug
 * all of it: read the map again. Panics where there is no room.
 */
void map_read_again(const struct fdt_blob *fdt, const struct kernel_part *kernel);

/* Where the larger tables went; size 0: nowhere. Owner `memblock`. */
struct map_room {
	phys_addr_t base, size;
	char *early; /* until there is a linear map */
	unsigned long used;
};
extern struct map_room map_room;

/* What the blob's reservation block names. */
void claim_reservation_block(const void *fdt);

/* Place the areas that ask for it; warn of users of areas that are none. */
void reserved_place(const struct fdt_blob *fdt);

/* Which reusable areas can be lent: the others stay reserved. */
void reserved_lend(void);

/* [base, base + size) goes unmapped, in whole pages. */
void map_exclude(phys_addr_t base, phys_addr_t size);

/* Bytes of [base, base + size) that are RAM. */
phys_addr_t ram_within(phys_addr_t base, phys_addr_t size);

/* mem=SIZE or mem=SIZE@BASE; size 0: not given. */
struct mem_param {
	phys_addr_t base, size;
	bool at_base;
};
extern struct mem_param mem_param;

/* RAM that mem=, linux,usable-memory-range and the linear map leave out. */
void limit_memory(const struct kernel_part *kernel);

/* What a node of /memory or /reserved-memory asks for cannot be: err of fdt_node_range(). */
int map_bad_node(const char *parent, const struct fdt_node *node, const char *property, int err);

#endif
