/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memblock: the memory map of a booting machine.
 *
 * Two sets of byte ranges: `memory`, what is RAM, and `reserved`, what of it is taken.
 * Free memory is the difference. The firmware map fills both, allocations come from the
 * difference, and once the zones own it (STAGE_ZONES) the sets are frozen: queries,
 * iterators and the dump go on working for as long as the class `memblock` is resident.
 *
 * Rules that hold for every function below:
 *
 * - Addresses and sizes are physical, in bytes, and never rounded. A range that runs past
 *   the top is cut at PHYS_ADDR_MAX; a range of size 0 changes nothing and succeeds.
 * - A call that fails leaves everything as it was. The usual error is -ENOMEM: the table is
 *   full and could not be doubled.
 * - From STAGE_ZONES on a call that would change or allocate is refused: it names itself
 *   and its caller, as function+offset where KALLSYMS_BOOT knows it, through pr_err() and returns
 * -EINVAL, 0 or NULL.
 * - Only the tables are touched, never the memory that they speak of, save that the
 *   allocators that return a pointer clear the memory unless they are called `raw`.
 * - No locks: one hart runs until the sets are frozen.
 *
 * Names and behaviour are those of Linux 6.12, where a comment does not say otherwise.
 */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include <molt/config.h>
#include <molt/types.h>

/* Entries of each table before its first doubling. A table this long is the static one. Tests
 * set it lower. */
#ifndef INIT_MEMBLOCK_REGIONS
#define INIT_MEMBLOCK_REGIONS 128
#endif
#define INIT_MEMBLOCK_MEMORY_REGIONS   INIT_MEMBLOCK_REGIONS
#define INIT_MEMBLOCK_RESERVED_REGIONS INIT_MEMBLOCK_REGIONS
#define INIT_PHYSMEM_REGIONS	       INIT_MEMBLOCK_REGIONS

/* Bounds of an allocation. ACCESSIBLE, as an end, stands for memblock.current_limit. */
#define MEMBLOCK_LOW_LIMIT	  0
#define MEMBLOCK_ALLOC_ACCESSIBLE 0
#define MEMBLOCK_ALLOC_ANYWHERE	  PHYS_ADDR_MAX

#ifndef ARCH_LOW_ADDRESS_LIMIT
#define ARCH_LOW_ADDRESS_LIMIT 0xffffffffUL /* the end for memblock_alloc_low() */
#endif

#ifndef SMP_CACHE_BYTES
#define SMP_CACHE_BYTES 64 /* what an alignment of 0 stands for */
#endif

#ifndef NUMA_NO_NODE
#define NUMA_NO_NODE (-1) /* of no node; in a request: of any */
#endif

/* What is to be known of a range of RAM. In `reserved`, bits 16 to 31 hold the owner. */
enum memblock_flags {
	MEMBLOCK_NONE = 0,
	MEMBLOCK_HOTPLUG = 1,	     /* can be unplugged: left alone where nodes are movable */
	MEMBLOCK_MIRROR = 2,	     /* kept twice by the hardware: allocated first */
	MEMBLOCK_NOMAP = 4,	     /* not in the linear map: never allocated */
	MEMBLOCK_DRIVER_MANAGED = 8, /* detected and added by a driver: never allocated */
};

#define MEMBLOCK_OWNER_SHIFT 16
#define MEMBLOCK_OWNER_LIMIT 65536 /* owners are 0 to 65535 */
#define MEMBLOCK_OWNER(n)    ((enum memblock_flags)((unsigned)(n) << MEMBLOCK_OWNER_SHIFT))

/* One range. Its size is never 0, and base + size never exceeds PHYS_ADDR_MAX. */
struct memblock_region {
	phys_addr_t base;
	phys_addr_t size;
	enum memblock_flags flags;
#ifdef CONFIG_NUMA
	int nid;
#endif
};

/*
 * One set: ascending, without overlaps; ranges that touch differ in flags or node.
 * Entries at and above @cnt mean nothing. @total_size is the sum of the sizes.
 */
struct memblock_type {
	unsigned long cnt;
	unsigned long max;
	phys_addr_t total_size;
	struct memblock_region *regions;
	char *name;
};

/*
 * All state of memblock but for the entries themselves and what it tells people; nothing is
 * hidden elsewhere.
 */
struct memblock {
	bool bottom_up;	 /* allocate from the lowest address up, not from the highest down */
	bool can_resize; /* memblock_allow_resize() was called */
	phys_addr_t current_limit; /* end of what an allocation without an end may use */
	struct memblock_type memory;
	struct memblock_type reserved;
};

extern struct memblock memblock;

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
/* RAM as the firmware told it, which no limit and no removal shrinks. */
extern struct memblock_type physmem;
#endif

#ifdef CONFIG_NUMA
static inline void memblock_set_region_node(struct memblock_region *r, int nid)
{
	r->nid = nid;
}

static inline int memblock_get_region_node(const struct memblock_region *r)
{
	return r->nid;
}
#else
static inline void memblock_set_region_node(struct memblock_region *r, int nid)
{
	(void)r;
	(void)nid;
}

static inline int memblock_get_region_node(const struct memblock_region *r)
{
	(void)r;
	return 0;
}
#endif

static inline bool memblock_is_hotpluggable(const struct memblock_region *r)
{
	return r->flags & MEMBLOCK_HOTPLUG;
}

static inline bool memblock_is_mirror(const struct memblock_region *r)
{
	return r->flags & MEMBLOCK_MIRROR;
}

static inline bool memblock_is_nomap(const struct memblock_region *r)
{
	return r->flags & MEMBLOCK_NOMAP;
}

static inline bool memblock_is_driver_managed(const struct memblock_region *r)
{
	return r->flags & MEMBLOCK_DRIVER_MANAGED;
}

/* The owner of @r, an entry of `reserved`. */
static inline unsigned memblock_region_owner(const struct memblock_region *r)
{
	return (unsigned)r->flags >> MEMBLOCK_OWNER_SHIFT;
}

/* Whether allocations must leave MEMBLOCK_HOTPLUG memory alone. */
static inline bool movable_node_is_enabled(void)
{
	return IS_ENABLED(CONFIG_MEMORY_HOTPLUG);
}

/* ---- The two sets. Each returns 0, -ENOMEM, or -EINVAL where it is refused. ---- */

/**
 * memblock_add - what of the range is not yet RAM becomes RAM, without flags or node
 *
 * Bytes that are RAM already keep their flags and node.
 */
int memblock_add(phys_addr_t base, phys_addr_t size);

/* memblock_add_node - as memblock_add(); what is new belongs to @nid and has @flags */
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags);

/* memblock_remove - the range is no longer RAM, in part or in whole. `reserved` stays. */
int memblock_remove(phys_addr_t base, phys_addr_t size);

/* memblock_reserve - as memblock_reserve_owner(), under owner 0. Need not be RAM. */
int memblock_reserve(phys_addr_t base, phys_addr_t size);

/**
 * memblock_reserve_owner - take what of the range is not taken yet (Molt's own)
 * @owner: a number below MEMBLOCK_OWNER_LIMIT, else -EINVAL; no meaning to memblock
 *
 * First come, first served: bytes reserved earlier keep their owner.
 */
int memblock_reserve_owner(phys_addr_t base, phys_addr_t size, unsigned owner);

/**
 * memblock_set_owner - what is reserved in the range belongs to @owner from now on (Molt's own)
 * @owner: a number below MEMBLOCK_OWNER_LIMIT, else -EINVAL
 *
 * For use after an allocation, which comes with owner 0. Bytes not reserved stay so.
 */
int memblock_set_owner(phys_addr_t base, phys_addr_t size, unsigned owner);

/**
 * memblock_own_tables - memblock's own doubled tables belong to @owner from now on (Molt's own)
 * @owner: a number below MEMBLOCK_OWNER_LIMIT, else -EINVAL
 *
 * The tables of `memory` and `reserved`, that is. A table is born with owner 0. The static
 * ones are part of the image.
 */
int memblock_own_tables(unsigned owner);

/* memblock_phys_free - nothing of the range is reserved any longer, whoever owned it */
int memblock_phys_free(phys_addr_t base, phys_addr_t size);

/* memblock_free - memblock_phys_free() of what @ptr points to in the linear map; NULL: nothing */
void memblock_free(void *ptr, size_t size);

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
/* memblock_physmem_add - memblock_add() to `physmem` */
int memblock_physmem_add(phys_addr_t base, phys_addr_t size);
#else
static inline int memblock_physmem_add(phys_addr_t base, phys_addr_t size)
{
	(void)base;
	(void)size;
	return 0;
}
#endif

/*
 * memblock_mark_, memblock_clear_ - set or clear a flag on what of the range is RAM
 *
 * Molt honours mark_mirror without a boot parameter.
 */
int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size);
int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size);
int memblock_mark_mirror(phys_addr_t base, phys_addr_t size);
int memblock_mark_nomap(phys_addr_t base, phys_addr_t size);
int memblock_clear_nomap(phys_addr_t base, phys_addr_t size);

/* memblock_set_node - what of the range is in @type belongs to @nid. Idle without NUMA. */
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid);

/* ---- Limits. None of these needs an entry, so none can fail but by refusal. ---- */

/* memblock_trim_memory - shrink each range of RAM inwards to multiples of @align, a power of 2 */
void memblock_trim_memory(phys_addr_t align);

/**
 * memblock_enforce_memory_limit - keep the lowest @limit bytes of RAM
 * @limit: bytes of RAM, not an address; 0 or more than there is: nothing happens
 *
 * `memory` and `reserved` both end where that much RAM ends.
 */
void memblock_enforce_memory_limit(phys_addr_t limit);

/**
 * memblock_cap_memory_range - forget RAM and reservations outside the range
 *
 * NOMAP RAM outside stays known. With no RAM at all it warns and does nothing.
 */
void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size);

/* memblock_mem_limit_remove_map - as memblock_enforce_memory_limit(), but NOMAP RAM stays */
void memblock_mem_limit_remove_map(phys_addr_t limit);

/* memblock_set_bottom_up - choose the direction of the allocations to come */
void memblock_set_bottom_up(bool enable);

/* memblock_set_current_limit - end of what an allocation without an end may use */
void memblock_set_current_limit(phys_addr_t limit);

/**
 * memblock_allow_resize - let full tables double from now on
 *
 * A new table is written through __va(), which must reach all free memory below the
 * current limit. Until this call the 129th entry is an error.
 */
void memblock_allow_resize(void);

/* ---- Queries, in any stage. ---- */

bool memblock_bottom_up(void);		      /* what memblock_set_bottom_up() set */
phys_addr_t memblock_get_current_limit(void); /* what memblock_set_current_limit() set */

/* memblock_overlaps_region - whether a byte of the range is in @type. Size 0: false. */
bool memblock_overlaps_region(const struct memblock_type *type, phys_addr_t base, phys_addr_t size);

bool memblock_is_memory(phys_addr_t addr);     /* is RAM */
bool memblock_is_map_memory(phys_addr_t addr); /* is RAM, and not NOMAP */
bool memblock_is_reserved(phys_addr_t addr);

/* memblock_is_region_memory - whether the range lies in ONE entry of `memory` */
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);

/* memblock_is_region_reserved - whether a byte of the range is reserved */
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);

phys_addr_t memblock_start_of_DRAM(void);	  /* lowest address of RAM; 0 if there is none */
phys_addr_t memblock_end_of_DRAM(void);		  /* end of the highest RAM; 0 if there is none */
phys_addr_t memblock_phys_mem_size(void);	  /* bytes of RAM, NOMAP included */
phys_addr_t memblock_reserved_size(void);	  /* bytes reserved, RAM or not */
phys_addr_t memblock_free_bytes(void);		  /* bytes that for_each_free_mem_range visits */
phys_addr_t memblock_owner_bytes(unsigned owner); /* bytes of RAM reserved under @owner */

/**
 * memblock_search_pfn_nid - the node of a page frame
 * @start_pfn, @end_pfn: set to the frames of the entry that holds it, both rounded down
 *
 * Returns the node, or NUMA_NO_NODE, with nothing set, if the frame is not RAM.
 */
int memblock_search_pfn_nid(unsigned long pfn, unsigned long *start_pfn, unsigned long *end_pfn);

/* ---- For people ---- */

/*
 * Whether each call that changes the sets, each allocation and each doubling prints a line,
 * with its caller. Set by memblock=debug, once the command line is read.
 */
extern bool memblock_debug;

/*
 * What the dump calls an owner; NULL, or a result of NULL: by its number. For whoever gives
 * the numbers their meaning. The names live as long as the class memblock.
 */
extern const char *(*memblock_owner_name)(unsigned owner);

/* memblock_dump_all - print both sets, `physmem` where there is one, and what is free */
void memblock_dump_all(void);

/*
 * ---- Allocation ----
 *
 * @align is a power of 2; 0 means SMP_CACHE_BYTES and a warning. @size 0 fails. The block
 * lies in one entry of `memory`, as high as can be, or as low if memblock_bottom_up(). It
 * comes out reserved, under owner 0 if none is named. Page 0 is never returned. MIRROR memory
 * comes first where there is any; HOTPLUG memory is used unless nodes are movable.
 * A request for a node falls back to any node, unless it is called `exact`.
 */

/**
 * memblock_phys_alloc_range - a block within [start, end)
 * @end: or MEMBLOCK_ALLOC_ACCESSIBLE; the current limit is not applied to other values
 *
 * Returns its physical address, or 0. The memory is not cleared.
 */
phys_addr_t memblock_phys_alloc_range(
	phys_addr_t size, phys_addr_t align, phys_addr_t start, phys_addr_t end);

/* memblock_phys_alloc - as memblock_phys_alloc_range(), below the current limit */
phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align);

/**
 * memblock_phys_alloc_owner - as memblock_phys_alloc(), under an owner (Molt's own)
 * @owner: a number below MEMBLOCK_OWNER_LIMIT, else 0 is returned
 */
phys_addr_t memblock_phys_alloc_owner(phys_addr_t size, phys_addr_t align, unsigned owner);

/* memblock_phys_alloc_try_nid - as memblock_phys_alloc(), preferably on @nid */
phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid);

/* memblock_alloc_range_nid - as memblock_phys_alloc_range(), on @nid; @exact_nid: or nowhere */
phys_addr_t memblock_alloc_range_nid(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, bool exact_nid);

/**
 * memblock_alloc_try_nid - a cleared block, in the linear map
 * @min_addr: wished: dropped where it cannot be met
 * @max_addr: demanded, and never above the current limit; or MEMBLOCK_ALLOC_ACCESSIBLE
 * @nid: wished; or NUMA_NO_NODE
 *
 * Returns its linear address, or NULL.
 */
void *memblock_alloc_try_nid(
	phys_addr_t size, phys_addr_t align, phys_addr_t min_addr, phys_addr_t max_addr, int nid);

/* memblock_alloc_try_nid_raw - as memblock_alloc_try_nid(), not cleared */
void *memblock_alloc_try_nid_raw(
	phys_addr_t size, phys_addr_t align, phys_addr_t min_addr, phys_addr_t max_addr, int nid);

/* memblock_alloc_exact_nid_raw - as memblock_alloc_try_nid_raw(), on @nid or nowhere */
void *memblock_alloc_exact_nid_raw(
	phys_addr_t size, phys_addr_t align, phys_addr_t min_addr, phys_addr_t max_addr, int nid);

/* As memblock_alloc_try_nid(), with nothing asked for but what the name says. */
void *memblock_alloc(phys_addr_t size, phys_addr_t align);
void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align); /* not cleared */
void *memblock_alloc_from(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr);
void *memblock_alloc_low(phys_addr_t size, phys_addr_t align); /* below ARCH_LOW_ADDRESS_LIMIT */
void *memblock_alloc_node(phys_addr_t size, phys_addr_t align, int nid);

/* ---- Boot's own: what it asks of the tables, and the hand-over and the molt. [init] ---- */

/**
 * memblock_free_all - every free range goes to the zones, which exist (STAGE_ZONES)
 *
 * Pages that are free in part are lost, and booked as OWNER_UNUSABLE. The sets stay as they are.
 */
void memblock_free_all(void);

/* memblock_verify - panic where a rule of the tables is broken. [DEBUG_MEMBLOCK] */
void memblock_verify(void);

/**
 * memblock_discard - the molt gives back memblock's doubled tables, and what it had made room for
 *
 * They have OWNER_MEMBLOCK. Memblock is gone with them; but where it stays nothing happens
 * (ARCH_DISCARD_MEMBLOCK=n).
 */
void memblock_discard(void);

/**
 * memblock_keep - memblock's tables and the names of areas leave the init window
 *
 * What is in the static ones goes to memory of its own, OWNER_MEMBLOCK, and there is no entry
 * to spare from then on: to be called when nothing more is to be reserved. Panics where there
 * is no memory. For where memblock stays.
 */
void memblock_keep(void);

/*
 * ---- Iterators, in any stage; the sets must not change during the loop ----
 *
 * @i is a u64 (an int for pfn ranges) that means nothing to the body. @p_start, @p_end and
 * @p_nid are pointers, or NULL; ends are exclusive.
 */

/* The next range of @type_a that is not in @type_b (NULL: whatever is in @type_a). */
void __next_mem_range(u64 *idx, int nid, enum memblock_flags flags,
	const struct memblock_type *type_a, const struct memblock_type *type_b,
	phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);
void __next_mem_range_rev(u64 *idx, int nid, enum memblock_flags flags,
	const struct memblock_type *type_a, const struct memblock_type *type_b,
	phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);
void __next_mem_pfn_range(
	int *idx, int nid, unsigned long *out_start_pfn, unsigned long *out_end_pfn, int *out_nid);

#define MEMBLOCK_ITER_END (~(u64)0)

#define __for_each_mem_range(i, type_a, type_b, nid, flags, p_start, p_end, p_nid)           \
	for (i = 0; __next_mem_range(&i, nid, flags, type_a, type_b, p_start, p_end, p_nid), \
	    i != MEMBLOCK_ITER_END;)

#define __for_each_mem_range_rev(i, type_a, type_b, nid, flags, p_start, p_end, p_nid)       \
	for (i = MEMBLOCK_ITER_END;                                                          \
		__next_mem_range_rev(&i, nid, flags, type_a, type_b, p_start, p_end, p_nid), \
	    i != MEMBLOCK_ITER_END;)

/* RAM, entry by entry, but for NOMAP; and from the top down. */
#define for_each_mem_range(i, p_start, p_end)                         \
	__for_each_mem_range(i, &memblock.memory, NULL, NUMA_NO_NODE, \
		MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED, p_start, p_end, NULL)
#define for_each_mem_range_rev(i, p_start, p_end)                         \
	__for_each_mem_range_rev(i, &memblock.memory, NULL, NUMA_NO_NODE, \
		MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED, p_start, p_end, NULL)

/*
 * RAM of @nid that is not reserved; and from the top down. NOMAP, DRIVER_MANAGED and, where
 * nodes are movable, HOTPLUG memory only if @flags has it; MIRROR in @flags: only such.
 */
#define for_each_free_mem_range(i, nid, flags, p_start, p_end, p_nid) \
	__for_each_mem_range(                                         \
		i, &memblock.memory, &memblock.reserved, nid, flags, p_start, p_end, p_nid)
#define for_each_free_mem_range_reverse(i, nid, flags, p_start, p_end, p_nid) \
	__for_each_mem_range_rev(                                             \
		i, &memblock.memory, &memblock.reserved, nid, flags, p_start, p_end, p_nid)

/* What is reserved, entry by entry. */
#define for_each_reserved_mem_range(i, p_start, p_end) \
	__for_each_mem_range(                          \
		i, &memblock.reserved, NULL, NUMA_NO_NODE, MEMBLOCK_NONE, p_start, p_end, NULL)

/* The whole pages of each entry of `memory` of @nid, as page frame numbers. */
#define for_each_mem_pfn_range(i, nid, p_start, p_end, p_nid) \
	for (i = -1; __next_mem_pfn_range(&i, nid, p_start, p_end, p_nid), i >= 0;)

/* Each entry of a set; @region is a struct memblock_region *. */
#define for_each_mem_region(region)            \
	for (region = memblock.memory.regions; \
		region < memblock.memory.regions + memblock.memory.cnt; region++)
#define for_each_reserved_mem_region(region)     \
	for (region = memblock.reserved.regions; \
		region < memblock.reserved.regions + memblock.reserved.cnt; region++)

#endif
