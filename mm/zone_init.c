// SPDX-License-Identifier: BSD-2-Clause
/* The hand-over: memblock's free ranges become the zones' blocks. */
#include "zone_internal.h"
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/tables.h>
#include <mm/zone_grow.h>
#include <molt/panic.h>
#include <molt/stage.h>

static void grow_all(void)
{
	const phys_addr_t dma32_end = (phys_addr_t)1 << 32;
	const struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t base = region->base, end = base + region->size;

		if (memory_is_offline(region))
			continue;
		if (base < dma32_end && end > dma32_end) {
			zone_grow(base, dma32_end, ZONE_DMA32);
			base = dma32_end;
		}
		zone_grow(base, end, zone_type_of(base));
	}
}

void zone_init(void)
{
	memblock_own_tables(OWNER_MEMBLOCK);
	ledger_count_memblock();
	handover_note(OWNER_FDT);
	memblock_discard();
	if (memblock_debug)
		memblock_dump_all();
	stage_now = STAGE_ZONES;
	grow_all();
	memblock_free_all();
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		offline_record();
	kernel_space.source = &zone_page_source;
}
