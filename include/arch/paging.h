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
};

/* Where pages for tables come from, and where they can be written. */
struct page_source {
	/* One page, its content anything; PHYS_ADDR_MAX where there is none. */
	phys_addr_t (*alloc)(void);
	/* The table at @table, level @level (0 the leaves), as memory. Valid until the
	 * next call for the same level. */
	void *(*access)(phys_addr_t table, unsigned int level);
};

struct address_space {
	phys_addr_t root;
	const struct page_source *source;
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
 * it drew stay in place for the next attempt. The caller fences before the first use.
 */
int paging_map(struct address_space *space, virt_addr_t va, phys_addr_t pa, unsigned long size,
	enum prot prot);

/**
 * paging_protect - change the rights of [va, va + size)
 * Returns 0, or -EINVAL with nothing changed where a page is not mapped or a larger
 * leaf crosses the edge. The caller fences.
 */
int paging_protect(struct address_space *space, virt_addr_t va, unsigned long size, enum prot prot);

/**
 * paging_unmap - take [va, va + size) away
 * As paging_protect(). Tables stay.
 */
int paging_unmap(struct address_space *space, virt_addr_t va, unsigned long size);

/**
 * paging_activate - run this hart on @space
 * The code and the stack that run must be mapped at the same addresses in it.
 */
void paging_activate(const struct address_space *space);

/* The value of satp that activates @space. */
unsigned long paging_satp(const struct address_space *space);

/* Forget every translation this hart has cached. */
void paging_fence(void);

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
