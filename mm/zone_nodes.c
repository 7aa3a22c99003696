// SPDX-License-Identifier: BSD-2-Clause
/* Which node memory belongs to, and the blocks that two of them share. */
#include <arch/page.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <mm/zone.h>
#include <molt/panic.h>

unsigned int memory_nid(const struct memblock_region *region)
{
	int nid = memblock_get_region_node(region);

	return nid < 0 ? 0 : (unsigned int)nid;
}

unsigned int memory_nid_at(phys_addr_t pa)
{
	unsigned long first, end;
	int nid = memblock_search_pfn_nid(pa >> PAGE_SHIFT, &first, &end);

	return nid < 0 ? 0 : (unsigned int)nid;
}

/* The lowest reservation of OWNER_CMA that ends above @pa, or NULL. */
static const struct memblock_region *cma_above(phys_addr_t pa)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		if (ledger_owner(memblock_region_owner(region)) == OWNER_CMA &&
			region->base + region->size > pa)
			return region;
	}
	return NULL;
}

bool cma_next(phys_addr_t *base, phys_addr_t *end)
{
	const struct memblock_region *area = cma_above(*end);
	phys_addr_t area_end;

	if (!area)
		return false;
	*base = area->base > *end ? area->base : *end;
	area_end = area->base + area->size;
	/* An area is whole blocks of one node. */
	for (*end = *base + BLOCK_SIZE; *end < area_end; *end += BLOCK_SIZE) {
		if (memory_nid_at(*end) != memory_nid_at(*base))
			break;
	}
	return true;
}

void zones_claim_shared(void)
{
	const struct memblock_region *region;
	phys_addr_t block_end = 0;
	unsigned int node = 0;

	for_each_mem_region(region) {
		phys_addr_t base = region->base, end = base + region->size;

		if (!memory_is_boots(region))
			continue;
		if (base < block_end && memory_nid(region) != node &&
			memblock_reserve_owner(
				base, (end < block_end ? end : block_end) - base, OWNER_UNUSABLE))
			panic("memblock: no entry left for a block that two nodes share, at %lx",
				base);
		if (end > block_end) {
			block_end = ALIGN_UP(end, BLOCK_SIZE);
			if (!block_end) /* that of the last block of all */
				block_end = PHYS_ADDR_MAX;
			node = memory_nid(region);
		}
	}
}
