/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock, printed. */
#include "memblock_internal.h"

#include <molt/printk.h>

bool memblock_debug;

static void dump_region(const struct memblock_type *type, unsigned long i)
{
	const struct memblock_region *r = &type->regions[i];

	pr_info(" %s[%lu] [0x%016lx-0x%016lx] 0x%lx bytes, node %d, flags 0x%x, owner %u\n",
		type->name, i, r->base, memblock_region_end(r) - 1, r->size,
		memblock_get_region_node(r), r->flags & (MEMBLOCK_OWNER(1) - 1),
		memblock_region_owner(r));
}

static void dump_type(const struct memblock_type *type)
{
	pr_info("memblock: %s: %lu of %lu entries, 0x%lx bytes\n", type->name, type->cnt, type->max,
		type->total_size);
	for (unsigned long i = 0; i < type->cnt; i++)
		dump_region(type, i);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void dump_physmem(void)
{
	dump_type(&physmem);
}
#else
static void dump_physmem(void)
{
}
#endif

void memblock_dump_all(void)
{
	dump_type(&memblock.memory);
	dump_type(&memblock.reserved);
	dump_physmem();
}
