// SPDX-License-Identifier: BSD-2-Clause
/* The hand-over: memblock's free ranges become the zones' blocks. */
#include "zone_internal.h"
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <mm/tables.h>
#include <mm/zone_grow.h>
#include <molt/panic.h>
#include <molt/stage.h>

/* Boot's memory joins the zones, whole blocks; one that two regions share, with the first. */
static void grow_all(void)
{
	const phys_addr_t dma32_end = (phys_addr_t)1 << 32;
	const struct memblock_region *region;
	phys_addr_t grown = 0;

	for_each_mem_region(region) {
		phys_addr_t base = ALIGN_DOWN(region->base, BLOCK_SIZE);
		phys_addr_t end = ALIGN_UP(region->base + region->size, BLOCK_SIZE);
		unsigned int node = memory_nid(region);

		if (!memory_is_boots(region))
			continue;
		if (base < grown)
			base = grown;
		grown = end;
		if (base < dma32_end && end > dma32_end) {
			zone_grow(base, dma32_end, zone_index(node, ZONE_DMA32));
			base = dma32_end;
		}
		if (base < end)
			zone_grow(base, end, zone_index(node, zone_type_of(base)));
	}
}

/* Contiguous areas are free memory of a zone of their own. They are whole blocks. */
static void release_cma(void)
{
	phys_addr_t base, end = 0;

	while (cma_next(&base, &end)) {
		zone_grow(base, end, zone_index(memory_nid_at(base), ZONE_CMA));
		zone_release(base, end);
	}
}

/* What boot took for a while and did not give back would be lost for good. */
static void refuse_scratch(void)
{
	const struct memblock_region *region;

	if (!ledger_bytes(OWNER_SCRATCH))
		return;
	for_each_reserved_mem_region(region) {
		if (memblock_region_owner(region) == OWNER_SCRATCH)
			break;
	}
	panic("memblock: [%lx, %lx) is reserved for nobody at the hand-over; memblock=debug tells "
	      "who did it",
		region->base, region->base + region->size);
}

void zone_init(void)
{
	memblock_own_tables(OWNER_MEMBLOCK);
	if (!IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		memblock_keep();
	ledger_count_memblock();
	refuse_scratch();
	grow_all();
	if (memblock_debug)
		memblock_dump_all();
	stage_now = STAGE_ZONES;
	release_cma();
	memblock_free_all();
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_record();
	kernel_space.source = &zone_page_source;
}
