/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The areas of /reserved-memory: Devicetree Specification 0.4, section 3.5. [memblock]
 *
 * Each node that is available is an area, with a number of its own among the owners in
 * memblock's `reserved`: that is how a range there has a name. Read by the one pass, whole
 * once memory_claim() is done, and from then on unchanged.
 */
#ifndef MM_RESERVED_H
#define MM_RESERVED_H

#include <mm/ledger.h>
#include <molt/init.h>
#include <molt/types.h>

enum reserved_flags {
	RESERVED_NOMAP = 1,	  /* mapped nowhere: `no-map`, or the firmware's own */
	RESERVED_REUSABLE = 2,	  /* lent to what can be moved, until its device wants it */
	RESERVED_CMA_DEFAULT = 4, /* for those who name no area */
	RESERVED_DYNAMIC = 8,	  /* placed by boot: `size` and no `reg` */
};

struct reserved_area {
	phys_addr_t base, size; /* its first range, the others are in `reserved`; 0: not placed */
	u32 name;		/* where in reserved_areas.names */
	u32 phandle;		/* 0: none */
	u32 offset;		/* of its node, while there is an FDT */
	u8 flags;		/* enum reserved_flags */
	u8 owner;		/* enum ledger_owner: who answers for its bytes */
};

struct reserved_areas {
	struct reserved_area *areas; /* in the order of the tree */
	char *names;		     /* each ended by a 0 */
	u32 count, max;
	u32 names_used, names_max; /* bytes */
};
extern struct reserved_areas reserved_areas;

/*
 * Where it begins. For boards with more, boot finds room elsewhere (mm/map_room.c); with
 * memblock kept, what is in use moves to memory of its own (memblock_keep()). [init]
 */
#define RESERVED_FIRST_AREAS 16
#define RESERVED_FIRST_NAMES 512 /* bytes */
extern struct reserved_area reserved_first_areas[RESERVED_FIRST_AREAS];
extern char reserved_first_names[RESERVED_FIRST_NAMES];

/* The number of areas[0] among memblock's owners; below it, an enum ledger_owner. */
#define OWNER_AREA 64
_Static_assert(OWNER_COUNT <= OWNER_AREA, "owners of the ledger come before areas");

/* The area that memblock's owner @held_by stands for, or NULL. */
struct reserved_area *reserved_area(unsigned int held_by);

/* The area that a `memory-region` property means by @phandle, or NULL. */
struct reserved_area *reserved_area_by_phandle(u32 phandle);

/* The name of the area's node, with its unit address. */
const char *reserved_area_name(const struct reserved_area *area);

/* The owner of the ledger that memblock's owner @held_by is booked under. */
enum ledger_owner ledger_owner(unsigned int held_by);

/* Whether what memblock's owner @held_by has is not to be mapped. */
bool memory_is_unmapped(unsigned int held_by);

/* What memblock's owner @held_by is called in messages: a node's name, or the owner's. */
const char *memory_holder_name(unsigned int held_by);

#endif
