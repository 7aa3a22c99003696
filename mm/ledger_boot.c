// SPDX-License-Identifier: BSD-2-Clause
/* The ledger while memblock is what knows: counted from its two arrays. */
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/reserved.h>

static phys_addr_t overlap(const struct memblock_region *a, const struct memblock_region *b)
{
	phys_addr_t base = a->base > b->base ? a->base : b->base;
	phys_addr_t a_end = a->base + a->size, b_end = b->base + b->size;
	phys_addr_t end = a_end < b_end ? a_end : b_end;

	return end > base ? end - base : 0;
}

/* Book the reserved parts of @memory; both arrays ascend, so @from only moves on. */
static phys_addr_t count_reserved(const struct memblock_region *memory, unsigned long *from)
{
	const struct memblock_type *reserved = &memblock.reserved;
	phys_addr_t taken = 0;
	unsigned long i;

	for (i = *from; i < reserved->cnt; i++) {
		const struct memblock_region *region = &reserved->regions[i];
		phys_addr_t bytes = overlap(memory, region);

		if (region->base >= memory->base + memory->size)
			break;
		ledger_add(ledger_owner(memblock_region_owner(region)), (s64)bytes);
		taken += bytes;
		if (region->base + region->size <= memory->base + memory->size)
			*from = i + 1;
	}
	return taken;
}

void ledger_count_memblock(void)
{
	const struct memblock_region *region;
	unsigned long from = 0;

	if (IS_ENABLED(CONFIG_DEBUG_MEMBLOCK))
		memblock_verify();
	ledger_reset();
	for_each_mem_region(region) {
		phys_addr_t taken = count_reserved(region, &from);

		if (memory_is_offline(region))
			ledger_add(OWNER_OFFLINE, (s64)(region->size - taken));
	}
	ledger_add(OWNER_FREE, (s64)memblock_free_bytes());
	ledger_add(OWNER_UNUSABLE, (s64)memory_cut);
	ledger_ram = memblock_phys_mem_size() + memory_cut;
}
