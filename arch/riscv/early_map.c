// SPDX-License-Identifier: BSD-2-Clause
/*
 * The first tables: the image, page by page and already W^X, and the FDT, read-only.
 *
 * early_map() runs at its physical address with the MMU off: nothing here may use an
 * address that the linker stored, but for image_parts, whose addresses are meant as
 * virtual. The Makefile forbids switch tables.
 */
#include <arch/paging.h>
#include <asm/csr.h>
#include <asm/layout.h>
#include <asm/pte.h>
#include <lib/byteorder.h>
#include <molt/init.h>

/*
 * The early window: entries 0 to 2 show one table of each level while the final tables
 * are built, 3 a device; from entry 4 on, the FDT. An FDT that needs more is refused. What
 * is left, counted from the end, is for boot's larger tables.
 */
#define WINDOW_DEVICE 3
#define WINDOW_FDT    4
#define WINDOW_PAGES  (PTES_PER_TABLE - WINDOW_FDT)

struct early_tables {
	pte_t root[PTES_PER_TABLE];
	pte_t middle[PTES_PER_TABLE];
	pte_t image[PTES_PER_TABLE];
	pte_t window[PTES_PER_TABLE];
};

/* Zeros: they lie with the window's bss. */
static struct early_tables early_tables __section(".init.early_tables") __aligned(PAGE_SIZE);

/* Bytes of the FDT that the window shows. */
static unsigned long fdt_mapped __initdata;

#define FDT_MAGIC 0xd00dfeed

/* How many bytes of the blob to map: what its header claims, if it is a header. */
static unsigned long fdt_claims(phys_addr_t fdt)
{
	const u32 *header = (const u32 *)fdt;
	unsigned long size;

	if (!fdt || fdt % 8 || swap32(header[0]) != FDT_MAGIC)
		return 0;
	size = swap32(header[1]);
	if (fdt % PAGE_SIZE + size > WINDOW_PAGES * PAGE_SIZE)
		return 0;
	return size;
}

static void map_image(pte_t *table, phys_addr_t image)
{
	const struct image_part *part;

	for (part = image_parts; part->end; part++) {
		pte_t bits = PTE_V | PTE_A | PTE_R;
		virt_addr_t va;

		if (part->prot & PROT_WRITE)
			bits |= PTE_W | PTE_D;
		if (part->prot & PROT_EXEC)
			bits |= PTE_X;
		for (va = part->begin; va < part->end; va += PAGE_SIZE)
			table[pte_index(va, 0)] = pte_make(va - KIMAGE_VA + image, bits);
	}
}

u64 early_map(phys_addr_t image, phys_addr_t fdt);

/* Returns the value of satp that switches the early tables on. */
u64 early_map(phys_addr_t image, phys_addr_t fdt)
{
	struct early_tables *early = &early_tables;
	phys_addr_t page;
	unsigned int i;

	early->root[pte_index(KIMAGE_VA, 2)] = pte_make((phys_addr_t)early->middle, PTE_V);
	early->middle[pte_index(KIMAGE_VA, 1)] = pte_make((phys_addr_t)early->image, PTE_V);
	early->middle[pte_index(EARLY_WINDOW_VA, 1)] = pte_make((phys_addr_t)early->window, PTE_V);
	map_image(early->image, image);

	fdt_mapped = fdt_claims(fdt);
	page = ALIGN_DOWN(fdt, PAGE_SIZE);
	for (i = WINDOW_FDT; page < fdt + fdt_mapped; i++, page += PAGE_SIZE)
		early->window[i] = pte_make(page, PTE_V | PTE_A | PTE_R);

	image_phys = image;
	return SATP_MODE_SV39 | (phys_addr_t)early->root >> PAGE_SHIFT;
}

const void *early_fdt(phys_addr_t fdt, unsigned long *mapped)
{
	*mapped = fdt_mapped;
	return (const void *)(EARLY_WINDOW_VA + WINDOW_FDT * PAGE_SIZE + fdt % PAGE_SIZE);
}

/* Page @page at entry @slot of the window. */
static void *show(phys_addr_t page, unsigned int slot)
{
	pte_t entry = pte_make(page, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D);
	virt_addr_t va = EARLY_WINDOW_VA + slot * PAGE_SIZE;

	if (early_tables.window[slot] != entry) {
		early_tables.window[slot] = entry;
		__asm__ volatile("sfence.vma %0, zero" ::"r"(va) : "memory");
	}
	return (void *)va;
}

void *early_table_access(phys_addr_t table, unsigned int level)
{
	return show(table, level);
}

void *early_device(phys_addr_t pa)
{
	return (char *)show(ALIGN_DOWN(pa, PAGE_SIZE), WINDOW_DEVICE) + pa % PAGE_SIZE;
}

void *early_room(phys_addr_t base, unsigned long size)
{
	unsigned int slot = PTES_PER_TABLE, i;

	if (size / PAGE_SIZE >= WINDOW_PAGES)
		return NULL;
	slot -= (unsigned int)(size / PAGE_SIZE);
	for (i = slot; i < PTES_PER_TABLE; i++) {
		if (early_tables.window[i])
			return NULL;
	}
	for (i = slot; i < PTES_PER_TABLE; i++, base += PAGE_SIZE)
		show(base, i);
	return (void *)(EARLY_WINDOW_VA + slot * PAGE_SIZE);
}
