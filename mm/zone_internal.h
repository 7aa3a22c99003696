/* SPDX-License-Identifier: BSD-2-Clause */
/* The zones' metadata: what block.c, page.c, zone.c and zone_grow.c share. */
#ifndef MM_ZONE_INTERNAL_H
#define MM_ZONE_INTERNAL_H

#include <arch/page.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/spinlock.h>

#define PAGES_PER_BLOCK 512
#define BLOCKS_PER_GIB	512
#define MAP_WORDS	(PAGES_PER_BLOCK / 64)

/* A block by number: 2 MiB units from the first GiB of RAM's span. */
typedef u32 block_id;
#define BLOCK_NONE ((block_id)-1)

/* What CONFIG_PAGE_POISON fills freed pages with. */
#define PAGE_POISON_BYTE 0xaa

enum block_state {
	BLOCK_ABSENT, /* never free so far, or inside a larger run: its head says what */
	BLOCK_FREE,   /* head of a free run of 2^order pages */
	BLOCK_USED,   /* head of an allocated run */
	BLOCK_BROKEN, /* pages are handed out singly; the page map says which */
};

struct block {
	block_id next, prev; /* in a list of its zone */
	u16 free;	     /* broken: pages free */
	u8 state;	     /* enum block_state */
	u8 order;	     /* head: of the run. broken: no larger free run is inside */
	u8 zone;	     /* its number in zones[]; ZONE_NONE: nobody's so far */
	u8 spare[3];
};
_Static_assert(sizeof(struct block) == 16, "a block descriptor is 16 bytes");

/*
 * Two bits a page. free, last: 1 0 free; 0 1 last page of an allocation; 0 0 any other
 * page of one; 1 1 absent (a hole, firmware, the image, another zone).
 */
struct page_map {
	u64 free[MAP_WORDS];
	u64 last[MAP_WORDS];
};
_Static_assert(sizeof(struct page_map) == 128, "a page map is 128 bytes");

/* The root table: one for each GiB of RAM's span. */
struct gib {
	struct block whole;    /* stands for the GiB while it is one run of order 18 */
	struct block *blocks;  /* descriptors of blocks [first, first + count) */
	struct page_map *maps; /* likewise; each is made when its block is broken */
	u16 first, count;
	bool split; /* the blocks speak, not the whole */
};

struct zone {
	/* Guards all that follows and the zone's blocks, but for block.zone: that is set before
	 * anything of a block is free, and never changes after. */
	spinlock_t lock;
	u32 block_mask;				    /* bit n: blocks[n] is not empty */
	u32 page_mask;				    /* likewise for broken */
	block_id blocks[ZONE_ORDERS - BLOCK_ORDER]; /* free runs by order - BLOCK_ORDER */
	block_id broken[BLOCK_ORDER]; /* broken blocks with free pages, by block.order */
	u8 index;		      /* in zones[] */
	struct zone_info info;
};

#define ZONE_NONE 0xff

/* Ascending by node, then by type. Drawn at boot, with the lists behind them. */
extern struct zone *zones;
extern unsigned int zone_count;

/*
 * For each node and each gfp a list of the zones to try, ended by ZONE_NONE, in
 * @zone_list_size bytes. Read-only once made.
 */
extern u8 *zone_lists;
extern unsigned int zone_list_size;

static inline u8 *zone_list(unsigned int node, unsigned int gfp)
{
	return zone_lists + (node * ZONE_TYPES + gfp) * zone_list_size;
}

/* RAM's span: @gib_count entries from physical @zone_base, a multiple of 1 GiB. */
extern struct gib *gibs;
extern u32 gib_count;
extern phys_addr_t zone_base;

static inline struct gib *gib_of(block_id id)
{
	return &gibs[id / BLOCKS_PER_GIB];
}

/* The descriptor that speaks for block @id, which must be within its GiB's span. */
struct block *block_at(block_id id);

static inline struct page_map *map_of(block_id id)
{
	struct gib *gib = gib_of(id);

	return &gib->maps[id % BLOCKS_PER_GIB - gib->first];
}

static inline block_id block_of(phys_addr_t pa)
{
	return (block_id)((pa - zone_base) / BLOCK_SIZE);
}

static inline phys_addr_t block_phys(block_id id)
{
	return zone_base + (phys_addr_t)id * BLOCK_SIZE;
}

/* The zone of the block that @pa lies in, which block_known() knows. */
static inline struct zone *zone_of(phys_addr_t pa)
{
	return &zones[block_at(block_of(pa))->zone];
}

/* Whether the zones know a descriptor for @pa at all. */
bool block_known(phys_addr_t pa);

/* Lists of blocks. The caller holds the zone's lock. */
void block_list_add(block_id *head, block_id id);
void block_list_remove(block_id *head, block_id id);

/* A free run of exactly 2^@order pages, @order >= BLOCK_ORDER; marked BLOCK_USED. */
block_id block_take(struct zone *zone, unsigned int order);

/* A run becomes free and merges with its buddies. */
void block_put(struct zone *zone, block_id id, unsigned int order);

/* From here on the blocks of @id's GiB speak, if they do not yet: all absent. */
void gib_split(block_id id);

/* Order < BLOCK_ORDER; the address or PHYS_ADDR_MAX. */
phys_addr_t page_take(struct zone *zone, unsigned int order);

/* NULL, or what is wrong with freeing this. */
const char *page_put(struct zone *zone, phys_addr_t pa, unsigned int order);

/* Absent pages [first, last] of one block become free. NULL, or what is wrong. */
const char *page_enter(struct zone *zone, block_id id, unsigned int first, unsigned int last);

/* The order of the largest aligned free run inside a broken block; -1 for none. */
int page_map_largest(const struct page_map *map);

/* Count a broken block's free runs into @summary. */
void page_map_summarise(const struct page_map *map, struct zone_summary *summary);

#endif
