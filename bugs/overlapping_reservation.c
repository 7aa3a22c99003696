// SPDX-License-Identifier: BSD-2-Clause
/* An entry is inserted where its base belongs. How far the one before it reaches is not asked. */
#include <core/bugs.h>
#include <lib/string.h>
#include <mm/memblock.h>
#include <molt/stage.h>

static void insert(struct memblock_type *type, struct memblock_region entry)
{
	unsigned long i = 0;

	while (i < type->cnt && type->regions[i].base <= entry.base)
		i++;
	memmove(&type->regions[i + 1], &type->regions[i],
		(type->cnt - i) * sizeof(type->regions[0]));
	type->regions[i] = entry;
	type->cnt++;
	type->total_size += entry.size;
}

void bug_plant_at_boot(enum stage stage)
{
	const struct memblock_region *first = &memblock.reserved.regions[0];

	if (stage == STAGE_MEMBLOCK)
		insert(&memblock.reserved, (struct memblock_region){.base = first->base + 4096,
						   .size = first->size,
						   .flags = first->flags});
}
