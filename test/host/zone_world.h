/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine's RAM for tests of the zones: their metadata, on the host's heap, and a plain
 * model beside it that knows one byte for each page. No RAM is behind it: the allocator
 * never touches free memory.
 */
#ifndef TEST_HOST_ZONE_WORLD_H
#define TEST_HOST_ZONE_WORLD_H

#include <mm/zone.h>
#include <molt/types.h>

#define KIB 0x400UL
#define MIB 0x100000UL
#define GIB 0x40000000UL

/*
 * One range of RAM, in whole pages. @kind: the number of its node, and one of these. A late
 * range or a contiguous area is whole blocks, but where it ends in a block without other RAM.
 */
struct ram {
	phys_addr_t base, end;
	unsigned int kind;
};
#define LATE 0x10 /* grown by world_hotplug() */
#define AREA 0x20 /* of ZONE_CMA */

#define RAM_MAX	  8
#define NODES	  4
#define ZONE_MASK 0x0f

struct world {
	const char *name;
	struct ram ram[RAM_MAX]; /* ascending, ended by end == 0 */
};

/* From row to column. Asymmetric; nodes 1 and 3 are as near to 2 as each other. */
extern const unsigned char world_distances[NODES][NODES];

/* The node that page_alloc() is called on. */
extern __thread unsigned int host_hart_node;

/* A page of the model: what it is, and in the low bits the zone: 4 * node + type. */
enum page_state {
	PAGE_HOLE = 0,
	PAGE_HELD = 0x10, /* RAM that was never released */
	PAGE_FREE = 0x20,
	PAGE_TAKEN = 0x30,
	PAGE_STATE = 0xf0,
};

extern unsigned char *model;
extern unsigned long model_pages;

/* The page of the model at @pa, and its address. */
unsigned long model_page(phys_addr_t pa);
phys_addr_t model_phys(unsigned long page);

/* Give the zones the RAM of @world, all of it held; the world before is thrown away. */
void world_begin(const struct world *world);
void world_end(void);

/* The late ranges join ZONE_MOVABLE, all of them held. */
void world_hotplug(const struct world *world);

/* Tell the model that 2^@order pages change hands; false where they were not in @from. */
bool model_move(phys_addr_t pa, unsigned long pages, enum page_state from, enum page_state to);

/* The free runs by order as a buddy system of any make must have them. */
void model_summarise(struct zone_summary *summary);

/* Whether a zone, 4 * node + type, has a free run of @order. */
bool model_has(unsigned int zone, unsigned int order);

/*
 * Whether what page_alloc_node(@order, @gfp, @nid) returned, @pages or NULL, is from the
 * first zone of its list that has it. Dear, so that callers ask now and then.
 */
bool model_is_nearest(const void *pages, unsigned int order, gfp_t gfp, unsigned int nid);

/* Whether what the zones count, in both ways, is what the model counts. */
bool world_agrees(void);

/* A number that changes with any byte of the zones' state. */
u64 world_digest(void);

#endif
