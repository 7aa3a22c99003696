// SPDX-License-Identifier: BSD-2-Clause
/* Room for a while. There is a return before the free. */
#include <core/bugs.h>
#include <mm/memblock.h>
#include <molt/stage.h>

void bug_plant_at_boot(enum stage stage)
{
	phys_addr_t scratch;

	if (stage != STAGE_MEMBLOCK)
		return;
	scratch = memblock_phys_alloc(65536, 4096);
	if (scratch)
		return;
	memblock_phys_free(scratch, 65536);
}
