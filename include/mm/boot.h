/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot calls of mm, in this order. [init] */
#ifndef MM_BOOT_H
#define MM_BOOT_H

#include <molt/types.h>

/**
 * memory_claim - reserve what was taken before the kernel ran, once the FDT is read
 * @fdt: the blob, physically; @size: its bytes
 *
 * The reservation block, the image, the FDT, the initramfs. What the linear map cannot
 * hold is taken out. Panics where there is no RAM, or where it does not hold the image.
 */
void memory_claim(const void *blob, phys_addr_t fdt, unsigned long size);

/* The initramfs as the boot loader left it; base == end == 0 where there is none. */
struct initrd_range {
	phys_addr_t base, end;
};
extern struct initrd_range boot_initrd;

/* Bytes of RAM that boot took out of memblock: what the linear map cannot hold. */
extern phys_addr_t memory_cut;

/* Nodes of /reserved-memory with a size and no reg: boot does not place them. */
extern unsigned int fdt_unplaced;

/* Reserve what the blob's reservation block names (5.3). */
void fdt_claim_reservations(const void *fdt);

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
 * kmap_stack - a kernel stack of CONFIG_KERNEL_STACK_PAGES with an unmapped page below
 * Returns its lowest address; NULL where there is no memory.
 */
void *kmap_stack(void);

/* Draw the zones' root table, descriptors and page maps from memblock. */
void zone_metadata_init(void);

/* Memory for zone metadata, OWNER_ZONES, content anything. Panics where there is none. */
void *zone_metadata_alloc(unsigned long size);

/* With MEMORY_HOTPLUG: room for the record of offline memory, and the record itself. */
void offline_reserve(void);
void offline_record(void);

/* Whether a region of memblock's `memory` stays out of the zones at boot. */
#define memory_is_offline(region) (movable_node_is_enabled() && memblock_is_hotpluggable(region))

/* The hand-over: from here on the zones own free memory. */
void zone_init(void);

/**
 * boot_alloc - memory for good, drawn from memblock
 * @align: a power of 2; @owner: who has it from now on, an enum ledger_owner
 * Returns its physical address, content anything; 0 where there is none. Panics where
 * memblock has no entry left to say whose it is.
 */
phys_addr_t boot_alloc(unsigned long size, unsigned long align, unsigned int owner);

/* Count every owner anew from memblock. Until stage `zones`. */
void ledger_count_memblock(void);

#endif
