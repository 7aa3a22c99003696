// SPDX-License-Identifier: BSD-2-Clause
/*
 * memblock stays: its tables, cut to what they hold.
 *
 * The static ones are boot's, long enough for most boards. When nothing more is to come, what
 * is in them goes to memory of its own, and the molt gives them back with the window.
 */
#include <arch/page.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/compiler.h>
#include <molt/panic.h>

static struct memblock_type *const sets[] = {
	&memblock.memory,
	&memblock.reserved,
#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
	&physmem,
#endif
};

/* What the memory for them adds to `reserved`, also where it is cut out of another entry. */
#define OWN_ENTRIES 1

/* A table that has doubled or that boot found room for is in memory of its own already. */
static bool is_static(const struct memblock_type *set)
{
	return set->max == INIT_MEMBLOCK_REGIONS;
}

static bool areas_are_static(void)
{
	return reserved_areas.areas == reserved_first_areas;
}

static unsigned long bytes_to_keep(void)
{
	unsigned long entries = OWN_ENTRIES, bytes = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		entries += is_static(sets[i]) ? sets[i]->cnt : 0;
	if (areas_are_static())
		bytes = reserved_areas.count * sizeof(struct reserved_area) +
			reserved_areas.names_used;
	return entries * sizeof(struct memblock_region) + bytes;
}

/* Moves @bytes of *@table to *@place, which is then behind them. */
static void *keep(char **place, const void *table, unsigned long bytes)
{
	void *kept = memcpy(*place, table, bytes);

	*place += bytes;
	return kept;
}

void memblock_keep(void)
{
	phys_addr_t pa = boot_alloc(bytes_to_keep(), sizeof(u64), OWNER_MEMBLOCK);
	char *place = __va(pa);
	unsigned int i;

	if (!pa)
		panic("memblock: no memory to keep its tables in");
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		if (!is_static(sets[i]))
			continue;
		sets[i]->max = sets[i]->cnt;
		sets[i]->regions = keep(
			&place, sets[i]->regions, sets[i]->cnt * sizeof(struct memblock_region));
	}
	if (!areas_are_static())
		return;
	reserved_areas.max = reserved_areas.count;
	reserved_areas.areas = keep(
		&place, reserved_areas.areas, reserved_areas.count * sizeof(struct reserved_area));
	reserved_areas.names_max = reserved_areas.names_used;
	reserved_areas.names = keep(&place, reserved_areas.names, reserved_areas.names_used);
}
