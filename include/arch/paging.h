/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a port says about page tables: map, unmap, protect, activate.
 *
 * The walker knows neither memblock nor zones: pages for tables come from a source
 * that its caller hands in. None of these functions locks; the caller does, and
 * fences other harts where a mapping was live.
 */
#ifndef ARCH_PAGING_H
#define ARCH_PAGING_H

#include <arch/page.h>
#include <molt/types.h>

/* Access rights of a mapping. PROT_WRITE with PROT_EXEC is refused. */
enum prot {
	PROT_READ = 1,
	PROT_WRITE = 2,
	PROT_EXEC = 4,
	PROT_USER = 8, /* for user code: the kernel has it through <arch/uaccess.h> alone */
};

/* Where pages for tables come from, and where they can be written. */
struct page_source {
	/* One page, its content anything; PHYS_ADDR_MAX where there is none. */
	phys_addr_t (*alloc)(void);
	/* Takes a table back, its content anything. NULL: the source never has to. */
	void (*free)(phys_addr_t table);
	/* The table at @table, level @level (0 the leaves), as memory. Valid until the
	 * next call for the same level. */
	void *(*access)(phys_addr_t table, unsigned int level);
};

struct address_space {
	phys_addr_t root;
	const struct page_source *source;
};

/*
 * Tables that no entry names any more and that a hart may still walk. {0} is empty; they
 * are linked through themselves, by an entry that is not valid.
 */
struct table_chain {
	u64 link;
};

/* A part of the kernel image, by link address: page-aligned, [begin, end). */
struct image_part {
	virt_addr_t begin, end;
	enum prot prot;
	bool shed; /* lies in the init window */
};

/* The image's parts in ascending order, ended by begin == end == 0. [init] */
extern const struct image_part image_parts[];

/* The kernel's address space; every hart runs on it from stage `mapped` on. */
extern struct address_space kernel_space;

/* Where the image lies, physically. Set before any other C code runs. */
extern phys_addr_t image_phys;

/* The window of the linear map: RAM beyond [base, base + size) cannot be mapped. */
#define LINEAR_ALIGN (1UL << 30)
extern const virt_addr_t linear_window;
extern const unsigned long linear_window_size;

/* The image window; behind the image, the rest of it is free for single mappings. */
extern const virt_addr_t image_window;
extern const unsigned long image_window_size;

/* The part of it that shows boot the FDT, until there is a linear map. */
extern const virt_addr_t early_window;
extern const unsigned long early_window_size;

static inline phys_addr_t image_to_phys(const void *symbol)
{
	return (phys_addr_t)symbol - image_window + image_phys;
}

/**
 * paging_init - give @space an empty root table from its source
 * Returns 0 or -ENOMEM.
 */
int paging_init(struct address_space *space);

/**
 * paging_map - map [va, va + size) to [pa, pa + size) with the largest leaves that fit
 * @prot: at least PROT_READ
 *
 * All three are multiples of PAGE_SIZE. Accessed and dirty are set from the start, so
 * that hardware that traps on them never does.
 * Returns 0; -EINVAL for a bad alignment, W with X, or addresses that Sv39 has not; -EEXIST where a
 * page is mapped already; -ENOMEM. On failure what this call had mapped is unmapped again; tables
 * it drew stay in place, for the next attempt or for paging_prune(). The caller fences before the
 * first use.
 */
int paging_map(struct address_space *space, virt_addr_t va, phys_addr_t pa, unsigned long size,
	enum prot prot);

/**
 * paging_protect - change the rights of [va, va + size)
 * Returns 0, or -EINVAL with nothing changed where a page is not mapped or a larger
 * leaf crosses the edge: paging_split() goes before. The caller fences.
 */
int paging_protect(struct address_space *space, virt_addr_t va, unsigned long size, enum prot prot);

/**
 * paging_unmap - take [va, va + size) away
 * As paging_protect(). Tables stay: paging_prune() takes those out that are empty.
 */
int paging_unmap(struct address_space *space, virt_addr_t va, unsigned long size);

/**
 * paging_lookup - what is at @va
 * @span: set to the size of the leaf, or of the hole, that @va lies in: a page, 2 MiB or 1 GiB
 * Returns the physical address; PHYS_ADDR_MAX where nothing is mapped.
 */
phys_addr_t paging_lookup(const struct address_space *space, virt_addr_t va, unsigned long *span);

/**
 * paging_prune - take the tables out that map nothing, of those that [va, va + size) goes through
 * @chain: gains them. The root table is never one of them.
 * Every hart is fenced before paging_free_tables() gives them back.
 */
void paging_prune(
	struct address_space *space, virt_addr_t va, unsigned long size, struct table_chain *chain);

/* Give tables back to the source of @space. No hart walks them: all are fenced since. */
void paging_free_tables(const struct address_space *space, struct table_chain *chain);

/**
 * paging_split - let leaves begin and end at @va and at @va + @size [meminit; MEMORY_HOTPLUG]
 *
 * A larger leaf that crosses an edge becomes a table of smaller ones. What is mapped stays as it
 * is, so that no hart need be fenced. Multiples of PAGE_SIZE.
 * Returns 0; -ENOMEM with nothing changed.
 */
int paging_split(struct address_space *space, virt_addr_t va, unsigned long size);

/**
 * paging_fold - put larger leaves where paging_map() of the same has filled tables [likewise]
 * @chain: gains the tables. Every hart is fenced before paging_free_tables().
 */
void paging_fold(struct address_space *space, virt_addr_t va, phys_addr_t pa, unsigned long size,
	enum prot prot, struct table_chain *chain);

/* What mapping a range takes, in tables. */
struct paging_cost {
	unsigned long drawn;  /* by paging_map() */
	unsigned long folded; /* that paging_fold() then gives back */
};

/**
 * paging_map_cost - what paging_map() and paging_fold() of the same would do [likewise]
 * @before: the last byte of what is to be mapped before, and below, whose tables are counted
 * with that; 0: nothing is
 *
 * Exact where nothing of it is mapped, and where the two do not touch. Changes nothing.
 */
struct paging_cost paging_map_cost(struct address_space *space, virt_addr_t va, phys_addr_t pa,
	unsigned long size, enum prot prot, virt_addr_t before);

/**
 * paging_activate - run this hart on @space [init]
 * The code and the stack that run must be mapped at the same addresses in it.
 */
void paging_activate(const struct address_space *space);

/* The value of satp that activates @space. */
unsigned long paging_satp(const struct address_space *space);

/* The root table that this hart runs on, whatever the kernel thinks of it. */
phys_addr_t paging_live_root(void);

/* Forget every translation this hart has cached. */
void paging_fence(void);

/**
 * paging_fence_check - panic where this hart owes a fence [DEBUG_FENCE]
 * @before: what is about to begin, for the message
 *
 * A mapping that was changed since this hart, and all others, were last fenced is told with
 * who changed it.
 */
void paging_fence_check(const char *before);

/**
 * early_table_access - a page source's access() before the linear map exists. [init]
 * One table of each level can be seen at a time.
 */
void *early_table_access(phys_addr_t table, unsigned int level);

/**
 * early_device - show one page of registers at @pa through the early tables. [init]
 * One device at a time. Returns where @pa is; valid until paging_activate().
 */
void *early_device(phys_addr_t pa);

/**
 * early_room - show [base, base + size), whole pages of RAM, through the early tables. [init]
 * Once. Returns where it is, until paging_activate(); NULL where the FDT leaves too little
 * of them.
 */
void *early_room(phys_addr_t base, unsigned long size);

/**
 * early_fdt - where the early tables show the blob at physical address @fdt. [init]
 * @mapped: set to the bytes that can be read from there: 0 where it is not an FDT
 * Valid until paging_activate().
 */
const void *early_fdt(phys_addr_t fdt, unsigned long *mapped);

#endif
