// SPDX-License-Identifier: BSD-2-Clause
#include <mm/meminfo.h>
#include <mm/slab.h>

void caches_print(enum loglevel level)
{
	struct kmem_cache_info info;
	unsigned int index;

	printk(level, "caches                   size     in use      slabs         KiB\n");
	for (index = 0; kmem_cache_info(index, &info); index++) {
		if (info.slabs)
			printk(level, "  %-18s %8lu %10lu %10lu %11lu\n", info.name, info.size,
				info.in_use, info.slabs, info.bytes / 1024);
	}
}
