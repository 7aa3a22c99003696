/* SPDX-License-Identifier: BSD-2-Clause */
/* The zones' metadata: what the files behind mm/page.h and mm/zone.h share. */
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

enum block_state {
	BLOCK_ABSENT,  /* never free so far, or inside a larger run: its head says what */
	BLOCK_FREE,    /* head of a free run of 2^order pages */
	BLOCK_USED,    /* head of an allocated run */
	BLOCK_BROKEN,  /* pages are handed out singly; the page map says which */
	BLOCK_LOOSE,   /* free, one block, and not yet merged with its buddies */
	BLOCK_SPLIT,   /* a GiB: its blocks speak for themselves */
	BLOCK_TAKEN,   /* one block, held by a range that is being taken (isolate.c) */
	BLOCK_LEAVING, /* one block, broken until all of its pages were taken (zone_shrink.c) */
};

/* Where a broken block is. */
enum block_use {
	BLOCK_FULL,	/* nowhere: nothing of it was free when it was last looked at */
	BLOCK_REST,	/* in one of its zone's lists of those that no claim finds pages in */
	BLOCK_LISTED,	/* in its zone's list for block.order */
	BLOCK_CLAIMED,	/* with a hart, which takes pages from it without a lock */
	BLOCK_ISOLATED, /* with a range that is being taken: nobody looks for pages in it */
};

struct block {
	block_id next, prev; /* in a list of its zone */
	union {
		struct {
			u8 state; /* enum block_state */
			u8 order; /* head: of the run. broken: a guess at the largest free run */
			u8 zone;  /* its number in zones[]; ZONE_NONE: nobody's so far */
			u8 use;	  /* broken: enum block_use. Of a GiB: bit n: chunk n has maps */
		};
		u32 what; /* all four */
	};
	u16 first, count; /* of a GiB: which of its blocks have descriptors */
};
_Static_assert(sizeof(struct block) == 16, "a block descriptor is 16 bytes");

/* The `what` of a block of @zone, and of a GiB that has no maps yet, of which nothing is free. */
static inline u32 block_absent(u8 zone)
{
	return (u32)zone << 16 | BLOCK_ABSENT;
}

/*
 * Two bits a page, for 64 pages. free, joined: 1 0 free; 0 0 the last page of an allocation;
 * 0 1 any other page of one, joined to the next; 1 1 absent (a hole, firmware, the image,
 * another zone). Nothing of a block that is not broken is free, and all of it joined.
 *
 * @free changes by atomic operations alone. Where @joined is 0, all allocations are of single
 * pages, and harts take and free them without a lock; the rest is guarded by the zone's.
 */
struct page_word {
	u64 free, joined;
};

struct page_map {
	struct page_word words[MAP_WORDS];
};
_Static_assert(sizeof(struct page_map) == 128, "a page map is 128 bytes");

/* The blocks of a GiB whose page maps are made together, when the first of them is broken. */
#define BLOCKS_PER_CHUNK 64

/* The root table: one for each GiB of RAM's span. */
struct gib {
	struct block whole;    /* stands for the GiB while it is one run of order 18 */
	struct block *blocks;  /* descriptors by number in the GiB, from whole.first on */
	struct page_map *maps; /* likewise */
	bool mixed;	       /* zones may share it */
	u16 untouched;	       /* split: from this block on, all have always been absent */
};
_Static_assert(sizeof(struct gib) == 40, "a root entry is 40 bytes");

/*
 * Broken blocks are listed by the order of the largest free run inside; and where no hart's
 * claim finds any, among larger allocations and holes, in lists of their own behind these.
 */
#define BROKEN_REST  BLOCK_ORDER
#define BROKEN_LISTS (2 * BLOCK_ORDER)

/* So many blocks are merged at most when somebody needs more than one. */
#define LOOSE_MAX 512

struct zone {
	/*
	 * Guards all that follows and the zone's blocks, but for block.zone: that is set before
	 * anything of a block is free, and never changes after.
	 */
	spinlock_t lock;
	u32 block_mask;				    /* bit n: blocks[n] is not empty */
	u32 page_mask;				    /* likewise for broken */
	block_id blocks[ZONE_ORDERS - BLOCK_ORDER]; /* free runs by order - BLOCK_ORDER */
	block_id broken[BROKEN_LISTS];		    /* listed blocks by block.order */
	block_id loose;				    /* BLOCK_LOOSE blocks, by next alone */
	u32 loose_count;			    /* at most LOOSE_MAX */
	u8 index;				    /* in zones[] */
	u8 node, type;
	u64 pages;	/* that were ever released to it */
	s64 free_pages; /* of these, now free; what harts count apart comes to it. Atomic */
};

#define ZONE_NONE 0xff

/* Ascending by node, then by type. Drawn at boot, with the lists behind them. */
extern struct zone *zones;
extern unsigned int zone_total;

/*
 * For each node and each gfp a list of the zones to try, ended by ZONE_NONE, in
 * @zone_list_size bytes. Read-only once made.
 */
extern u8 *zone_lists;
extern unsigned int zone_list_size;

static inline u8 *zone_list(unsigned int node, gfp_t gfp)
{
	unsigned int type = (gfp & GFP_ZONE_MASK) >> GFP_ZONE_SHIFT;

	return zone_lists + (node * ZONE_TYPES + type) * zone_list_size;
}

/* RAM's span: @gib_count entries from physical @zone_base, a multiple of 1 GiB. */
extern struct gib *gibs;
extern u32 gib_count;
extern phys_addr_t zone_base;
extern char *zone_start; /* the same in the linear map */

static inline struct gib *gib_of(block_id id)
{
	return &gibs[id / BLOCKS_PER_GIB];
}

static inline bool gib_is_split(const struct gib *gib)
{
	return READ_ONCE(gib->whole.state) == BLOCK_SPLIT;
}

/* The descriptor that speaks for block @id, which must be within its GiB's span. */
static inline struct block *block_at(block_id id)
{
	struct gib *gib = gib_of(id);

	return gib_is_split(gib) ? &gib->blocks[id % BLOCKS_PER_GIB] : &gib->whole;
}

static inline struct page_map *map_of(block_id id)
{
	return &gib_of(id)->maps[id % BLOCKS_PER_GIB];
}

static inline block_id block_of(phys_addr_t pa)
{
	return (block_id)((pa - zone_base) / BLOCK_SIZE);
}

static inline phys_addr_t block_phys(block_id id)
{
	return zone_base + (phys_addr_t)id * BLOCK_SIZE;
}

/* The number of the zone of block @id, which has one. No lock: it never changes. */
static inline u8 block_zone(block_id id)
{
	return READ_ONCE(block_at(id)->zone);
}

/* The zone of the block that @pa lies in, which block_known() knows. */
static inline struct zone *zone_of(phys_addr_t pa)
{
	return &zones[block_zone(block_of(pa))];
}

/* Whether the zones know a descriptor for @pa at all. */
bool block_known(phys_addr_t pa);

/* Bytes of metadata that a block takes. */
#define BLOCK_METADATA (sizeof(struct block) + sizeof(struct page_map))

/* A GiB, whose whole.first and whole.count are set, has metadata, and no zone yet. */
static inline void gib_attach(struct gib *gib, void *descriptors, void *maps)
{
	gib->whole.what = block_absent(ZONE_NONE);
	gib->blocks = (struct block *)descriptors - gib->whole.first;
	gib->maps = (struct page_map *)maps - gib->whole.first;
}

static inline void zone_count(struct zone *zone, s64 pages)
{
	__atomic_fetch_add(&zone->free_pages, pages, __ATOMIC_RELAXED);
}

/* ---- The ways behind page_alloc() and page_free() (zone.c, huge.c). They take the locks. ---- */

void *zone_alloc(unsigned int order, gfp_t gfp);
void *huge_alloc(unsigned int order, gfp_t gfp);
void huge_free(void *pages, unsigned int order);
void zone_free(void *pages, unsigned int order);

/*
 * Every allocation and every free is looked at closely, and goes this way, under the zone's
 * lock. Whatever else hands out pages of the zones, or takes them back, calls the same.
 */
#define PAGES_WATCHED                                                       \
	(IS_ENABLED(CONFIG_PAGE_POISON) || IS_ENABLED(CONFIG_PAGE_OWNER) || \
		IS_ENABLED(CONFIG_FAULT_INJECTION))

/*
 * There is no memory, which is told unless __GFP_NOWARN. Returns NULL. It is jumped to: its
 * caller is who asked for the memory.
 */
void *page_alloc_failed(unsigned int order, gfp_t gfp, unsigned int nid);

/* PAGE_POISON: memory becomes free. Before anybody else can have it. */
void page_poison(void *memory, unsigned long size);

/* PAGE_POISON: it was free, and is @caller's now. Panics where it was written to meanwhile. */
void page_poison_check(const void *memory, unsigned long size, unsigned long caller);

/*
 * @page was freed, in a word that had nothing free, or has now nothing else: does its block
 * belong elsewhere? And putting it there.
 */
void zone_look(const void *page);
void zone_settle(const void *page);

/* ---- Blocks (block.c). The caller holds the zone's lock, here and below. ---- */

void block_list_add(block_id *head, block_id id);
void block_list_remove(block_id *head, block_id id);

/* A free run of exactly 2^@order pages, @order >= BLOCK_ORDER; marked BLOCK_USED. */
block_id block_take(struct zone *zone, unsigned int order);

/* 2^@order pages from block @id on, aligned, leave the free run of @head; marked BLOCK_USED. */
void block_carve(struct zone *zone, block_id head, block_id id, unsigned int order);

/* A run becomes free and merges with its buddies. */
void block_put(struct zone *zone, block_id id, unsigned int order);

/* The loose blocks merge; whether there were any. */
bool blocks_merge(struct zone *zone);

/*
 * A block becomes free. Those that come and go one by one, as huge pages do and what pages
 * are cut from, stay loose for the next.
 */
static inline void block_put_loose(struct zone *zone, struct block *block, block_id id)
{
	block->state = BLOCK_LOOSE;
	block->next = zone->loose;
	zone->loose = id;
	WRITE_ONCE(zone->loose_count, zone->loose_count + 1);
}

static inline void block_put_one(struct zone *zone, block_id id)
{
	if (zone->loose_count == LOOSE_MAX)
		block_put(zone, id, BLOCK_ORDER);
	else
		block_put_loose(zone, block_at(id), id);
}

/* A loose block, marked BLOCK_USED; or BLOCK_NONE. */
static inline block_id block_take_loose(struct zone *zone)
{
	block_id id = zone->loose;
	struct block *block;

	if (unlikely(id == BLOCK_NONE))
		return BLOCK_NONE;
	block = &gib_of(id)->blocks[id % BLOCKS_PER_GIB];
	block->state = BLOCK_USED;
	block->order = BLOCK_ORDER;
	zone->loose = block->next;
	WRITE_ONCE(zone->loose_count, zone->loose_count - 1);
	return id;
}

/* Whole GiBs from @id on, @n of them, absent so far, become free. */
void block_put_gibs(struct zone *zone, block_id id, u32 n);

/*
 * What the run that block @id lies in is: free, in use, or broken into pages; ABSENT where
 * there is no such run. Sets @head to the run's first block.
 */
enum block_state block_run(block_id id, block_id *head);

/* From here on the blocks of @id's GiB speak, if they do not yet: all absent. */
void gib_split(block_id id);

/* A block is about to be broken: its page map is made, if it is not yet. Nothing is free. */
void block_make_map(block_id id);

/* Where the chunk of block @id begins and ends, as far as there are descriptors. */
void block_chunk(block_id id, block_id *first, block_id *end);

/* ---- Pages of one block (page_map.c): state alone. Nothing here counts or lists. ---- */

/* The first word with free pages and no allocations but of single ones, by number; or -1. */
int page_map_singles(const struct page_map *map);

/* Takes 2^@order free pages; their first, or -1 where there are none. */
int page_map_take(struct page_map *map, unsigned int order);

/* 2^@order allocations of single pages, from @page on, become one. */
void page_map_join(struct page_map *map, unsigned int page, unsigned int order);

/* Frees the 2^@order pages at @page. NULL, or what is wrong: then nothing has changed. */
const char *page_map_put(struct page_map *map, unsigned int page, unsigned int order);

/* Absent pages [page, page + n) become free; false where one is not absent. */
bool page_map_enter(struct page_map *map, unsigned int page, unsigned int n);

/* The order of the largest aligned free run; -1 for none. */
int page_map_largest(const struct page_map *map);

/* The order that the free run of 2^@order at @page has grown to with its neighbours. */
unsigned int page_map_grown(const struct page_map *map, unsigned int page, unsigned int order);

/* The order of the allocation that @page lies in, and its first page; -1 where in none. */
int page_map_order(const struct page_map *map, unsigned int page, unsigned int *first);

/* Count free runs into @summary. */
void page_map_summarise(const struct page_map *map, struct zone_summary *summary);

/* ---- All pages of one block at once (page_map_whole.c) ---- */

/* Nothing free and all joined, or all free. */
void page_map_close(struct page_map *map);
void page_map_open(struct page_map *map);

/* A block that was never broken: all of its pages are absent. */
void page_map_absent(struct page_map *map);

/* Whether every page is free; and a guess at it that is wrong on one side only. */
bool page_map_is_free(const struct page_map *map);
static inline bool page_map_may_be_free(const struct page_map *map)
{
	return !~READ_ONCE(map->words[0].free) && !~READ_ONCE(map->words[MAP_WORDS - 1].free);
}

/*
 * Closes the map of a block that is all free, whoever takes pages of it meanwhile; false
 * where somebody has, and the map is as it was.
 */
bool page_map_try_close(struct page_map *map);

/*
 * Takes every page that is not absent, whoever takes pages meanwhile: -1; or the first page
 * that is in use, and the map is as it was. And gives them back.
 */
int page_map_empty(struct page_map *map);
void page_map_restore(struct page_map *map);

/* How many pages are not absent, in a map of which nothing is free. */
unsigned int page_map_present(const struct page_map *map);

/* ---- Broken blocks of a zone (broken.c) ---- */

/* @order < BLOCK_ORDER; the address or PHYS_ADDR_MAX. Not from blocks that are claimed. */
phys_addr_t broken_take(struct zone *zone, unsigned int order);

/* NULL, or what is wrong with freeing this. */
const char *broken_put(struct zone *zone, phys_addr_t pa, unsigned int order);

/* Absent pages [first, last] of one block become free. NULL, or what is wrong. */
const char *broken_enter(struct zone *zone, block_id id, unsigned int first, unsigned int last);

/* Whether the block, broken, could go back to the buddy system as a whole. */
bool broken_go_up(struct zone *zone, block_id id);

/* A hart has freed a page of it, after which the block may belong elsewhere. */
void broken_look(struct zone *zone, block_id id);

/*
 * A block with pages for a claim, the one with the least room; BLOCK_NONE where the zone has
 * none.
 */
block_id broken_claim(struct zone *zone);

/*
 * As page_map_empty(); the block is BLOCK_LEAVING then, so that a hart that is late to look at
 * it lists it nowhere. And back again.
 */
int broken_empty(struct zone *zone, block_id id);
void broken_restore(struct zone *zone, block_id id);

/* A claim ends, which has found no more pages; or a range lets go of the block. */
void broken_unclaim(struct zone *zone, block_id id);

/* The block, which no claim is on, is BLOCK_ISOLATED. */
void broken_isolate(struct zone *zone, block_id id);

/* A block that is BLOCK_USED becomes one whose pages are free, all of them, and isolated. */
void broken_open(block_id id);

/* ---- What harts keep (hart_pages.c) ---- */

/* Claimed blocks of @zone that are all free go back up; whether there were any. */
bool claims_drain(struct zone *zone);

/* No hart has a claim on block @id any more. Its zone is locked. */
void claims_drop(block_id id);

/* No hart looks for pages in [first, last], blocks of one GiB that nobody has a claim on. */
void claims_forget(block_id first, block_id last);

/* No hart expects frees in the GiB any more. Nothing of it is in use. */
void spans_forget(const struct gib *gib);

/* As broken_take(), from the claimed blocks of @zone. */
phys_addr_t claims_take(struct zone *zone, unsigned int order);

/*
 * No hart claims block @id. What other harts take from it without a lock, they still may, 64
 * pages each at most; this hart takes nothing more.
 */
void claims_end(block_id id);

/* Pages of @zone that are free beyond zone.free_pages, as harts count them apart. No lock. */
s64 harts_free_pages(const struct zone *zone);

#endif
