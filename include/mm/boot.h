/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot calls of mm, in this order. [init] */
#ifndef MM_BOOT_H
#define MM_BOOT_H

#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/types.h>

/* The device tree as it was handed over. */
struct fdt_blob {
	const void *data;   /* until address_space_activate() */
	unsigned long size; /* bytes that can be read */
	phys_addr_t base;   /* PHYS_ADDR_MAX: it lies in no memory of this machine */
};

/* A part of the kernel's image; they follow one another, one of size 0 ends them. */
struct kernel_part {
	phys_addr_t base, size;
	enum ledger_owner owner;
};

/* The parts of the image that runs. */
const struct kernel_part *kernel_parts(void);

/**
 * memory_claim - who has what of RAM, once the FDT is read
 * @kernel: kernel_parts(); or NULL where there is none (a host that only looks)
 *
 * /reserved-memory, the kernel, the initramfs, the reservation block, the FDT; then areas
 * that the tree wants placed. Limits are applied. What cannot be honoured is said, and left
 * out. Panics where there is no RAM, or where it does not hold the kernel.
 */
void memory_claim(const struct fdt_blob *fdt, const struct kernel_part *kernel);

/* Boot's larger tables, if it needed any, are seen through the linear map from now on. */
void map_room_leave_early(void);

/* The initramfs as the boot loader left it; base == end == 0 where there is none. */
struct initrd_range {
	phys_addr_t base, end;
};
extern struct initrd_range boot_initrd;

/* linux,usable-memory-range; count 0: all of RAM. */
#define USABLE_MAX 8
struct usable_ranges {
	unsigned int count;
	struct {
		phys_addr_t base, size;
	} ranges[USABLE_MAX];
};
extern struct usable_ranges boot_usable;

/* Bytes of RAM that limits took out of memblock: mem= and its like, the linear map's end. */
extern phys_addr_t memory_cut;

/* Print the map of memory, where messages of its level are printed. */
void memory_map_print(void);

/* Build the final tables: image window and linear map. */
void address_space_init(void);

/* Run on them. From here on __va() works, and memblock's tables can double. */
void address_space_activate(void);

/* Whether a device's registers, as the FDT has them, would lie in RAM. */
bool device_in_ram(phys_addr_t pa, unsigned long size);

/**
 * kmap_device - map a device's registers for good
 * Returns where; NULL where they lie in RAM, where there is no room for addresses or no
 * memory for tables, or @size is 0.
 */
void *kmap_device(phys_addr_t pa, unsigned long size);

/**
 * kmap_stack - a kernel stack of STACK_SIZE, for good, with an unmapped page on both sides
 * Returns its lowest address; NULL where there is no memory.
 */
void *kmap_stack(void);

/* Whether an area of /reserved-memory is lent: memory_claim() knows. */
extern bool reserved_any_lent;

/* Draw the zones' root table, descriptors and page maps from memblock. */
void zone_metadata_init(void);

/* Memory for zone metadata, OWNER_ZONES, content anything. Panics where there is none. */
void *zone_metadata_alloc(unsigned long size);

/* With MEMORY_HOTPLUG: room for the record of offline memory, and the record itself. */
void offline_reserve(void);
void offline_record(void);

/* Whether a region of memblock's `memory` stays out of the zones at boot. */
#define memory_is_offline(region) (movable_node_is_enabled() && memblock_is_hotpluggable(region))

/* Whether it is boot's to use: in the linear map, and in a zone when memblock is done. */
#define memory_is_boots(region) (!memory_is_offline(region) && !memblock_is_nomap(region))

/* The node of a region of memblock's `memory`, and of RAM at @pa: 0 where nobody said. */
struct memblock_region;
unsigned int memory_nid(const struct memblock_region *region);
unsigned int memory_nid_at(phys_addr_t pa);

/**
 * cma_next - the contiguous area above *@end, 0 for the first, of one node
 * Areas that touch are one reservation of memblock's, also where they are on two nodes.
 * Returns false behind the last.
 */
bool cma_next(phys_addr_t *base, phys_addr_t *end);

/**
 * zones_claim_shared - reserve what no zone can have, before memblock gives anything out
 *
 * A block of 2 MiB belongs to one node, that of its first byte of RAM that is boot's. What
 * other nodes have of it becomes OWNER_UNUSABLE, but for what is taken already.
 */
void zones_claim_shared(void);

/*
 * The molt gives back the whole pages of RAM that are @owner's alone, by memblock, which answers
 * for the last time. What lies in another node's block stays.
 */
void handover_release(enum ledger_owner owner);

/* Whether RAM at @pa is given back so, the FDT's or memblock's. */
bool handover_releases(phys_addr_t pa);

/* The hand-over: from here on the zones own free memory. */
void zone_init(void);

/**
 * boot_alloc - memory for good, drawn from memblock
 * @align: a power of 2; @owner: who has it, an enum ledger_owner
 * Returns its physical address, content anything; 0 where there is none.
 */
static inline phys_addr_t boot_alloc(unsigned long size, unsigned long align, unsigned int owner)
{
	return memblock_phys_alloc_owner(size, align, owner);
}

/* Count every owner anew from memblock. Until stage `zones`. */
void ledger_count_memblock(void);

#endif
