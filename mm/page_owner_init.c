// SPDX-License-Identifier: BSD-2-Clause
/* PAGE_OWNER: room for all of RAM, whole blocks, before memblock gives it away. */
#include "page_owner_internal.h"
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/memblock.h>

/* [base, end) is RAM: the GiBs it touches have records from the first to the last block. */
static void cover(phys_addr_t base, phys_addr_t end)
{
	while (base < end) {
		phys_addr_t gib_end = ALIGN_DOWN(base, GIB_SIZE) + GIB_SIZE;
		struct owner_gib *gib = &owner_gibs[(base - zone_base) / GIB_SIZE];
		u32 first = (u32)(base % GIB_SIZE / PAGE_SIZE), stop;

		if (gib_end > end)
			gib_end = end;
		stop = first + (u32)((gib_end - base) / PAGE_SIZE);
		if (!gib->count)
			gib->first = first;
		gib->count = stop - gib->first;
		base = gib_end;
	}
}

void page_owner_init(void)
{
	unsigned long size = gib_count * sizeof(*owner_gibs);
	const struct memblock_region *region;
	struct owner_gib *gib;

	owner_gibs = memset(zone_metadata_alloc(size), 0, size);
	for_each_mem_region(region)
		cover(ALIGN_DOWN(region->base, BLOCK_SIZE),
			ALIGN_UP(region->base + region->size, BLOCK_SIZE));
	for (gib = owner_gibs; gib < owner_gibs + gib_count; gib++) {
		size = gib->count * sizeof(*gib->records);
		if (size)
			gib->records = memset(zone_metadata_alloc(size), 0, size);
	}
}
