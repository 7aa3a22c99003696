// SPDX-License-Identifier: BSD-2-Clause
/* So many reservations that their table doubles; and then somebody tidies up. */
#include <core/bugs.h>
#include <mm/memblock.h>
#include <molt/stage.h>

void bug_plant_at_boot(enum stage stage)
{
	struct memblock_type *reserved = &memblock.reserved;
	phys_addr_t at = memblock_end_of_DRAM();

	if (stage != STAGE_MAPPED)
		return;
	/* Behind RAM, where they are in nobody's way. */
	while (reserved->max == INIT_MEMBLOCK_RESERVED_REGIONS)
		memblock_reserve(at += 8192, 4096);
	memblock_free(reserved->regions, reserved->max * sizeof(*reserved->regions));
}
