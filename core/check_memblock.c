// SPDX-License-Identifier: BSD-2-Clause
/* memblock: kept, it still says what each address is, and prints what it knows. */
#include <arch/paging.h>
#include <core/check.h>
#include <lib/printf.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/sections.h>

bool check_memblock(void)
{
	phys_addr_t image = image_to_phys(__image_begin), ram = 0, start, end;
	bool ok = memblock_is_memory(image) && memblock_is_map_memory(image) &&
		  memblock_is_reserved(image) && !memblock_is_memory(memblock_end_of_DRAM());
	char figures[40];
	u64 i;

	memblock_dump_all();
	for_each_mem_range(i, &start, &end)
		ram += end - start;
	ok = ok && ram > 0 && ram <= memblock_phys_mem_size() &&
	     memblock_phys_mem_size() <= ledger_ram;
	snprintf(figures, sizeof(figures), ",\"bytes\":%lu", memblock_phys_mem_size());
	return check_report("memblock", ok, figures);
}
