// SPDX-License-Identifier: BSD-2-Clause
/*
 * The map, from memblock. `memory` is listed as the tree has it, `reserved` as the kernel has
 * it in the end, and with it what the limits took out of both: the map says where every byte
 * of the tree's RAM went.
 */
#include "map.h"

#include <arch/page.h>
#include <arch/paging.h>
#include <core/boot.h>
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <mm/zone.h>
#include <stdlib.h>
#include <string.h>

/* Who has what boot leaves alone: numbers between the ledger's owners and the areas. */
enum {
	HOLDER_LIMIT = OWNER_COUNT,
	HOLDER_UNMAPPED,
	HOLDER_COUNT,
};
_Static_assert(HOLDER_COUNT <= OWNER_AREA, "areas come behind all other holders");

/* ---- The sets before any limit ---- */

static struct memblock_type memory_told, reserved_told;

static struct memblock_type empty_set(unsigned long max)
{
	struct memblock_type set = {
		.max = max, .regions = calloc(max, sizeof(*set.regions)), .name = "map"};

	if (!set.regions)
		fail("no memory");
	return set;
}

static struct memblock_type copy_of(const struct memblock_type *set)
{
	struct memblock_type copy = empty_set(set->cnt + 1);

	memcpy(copy.regions, set->regions, set->cnt * sizeof(*set->regions));
	copy.cnt = set->cnt;
	copy.total_size = set->total_size;
	return copy;
}

/* The linker puts this before the kernel's own (--wrap): all is read, nothing is left out yet. */
void __real_limit_memory(const struct kernel_part *kernel);
void __wrap_limit_memory(const struct kernel_part *kernel);

void __wrap_limit_memory(const struct kernel_part *kernel)
{
	memory_told = copy_of(&memblock.memory);
	reserved_told = copy_of(&memblock.reserved);
	__real_limit_memory(kernel);
}

/* ---- Who has what ---- */

static void take(phys_addr_t base, phys_addr_t end, unsigned int holder)
{
	if (memblock_reserve_owner(base, end - base, holder))
		fail("the map does not fit its own table");
}

static void take_set(const struct memblock_type *set)
{
	const struct memblock_region *region;

	for (region = set->regions; region < set->regions + set->cnt; region++) {
		/* The kernel's own tables are no wish of the tree, and go with the molt. */
		if (memblock_region_owner(region) != OWNER_MEMBLOCK)
			take(region->base, region->base + region->size,
				memblock_region_owner(region));
	}
}

/* The tree's RAM that memblock has no more. */
static void take_lost(void)
{
	phys_addr_t reach = ALIGN_DOWN(memblock_start_of_DRAM(), LINEAR_ALIGN), base, end;
	u64 i;

	reach = reach > PHYS_ADDR_MAX - linear_window_size ? PHYS_ADDR_MAX
							   : reach + linear_window_size;
	__for_each_mem_range(
		i, &memory_told, &memblock.memory, NUMA_NO_NODE, MEMBLOCK_NONE, &base, &end, NULL)
	{
		phys_addr_t middle = base > reach ? base : end < reach ? end : reach;

		take(base, middle, HOLDER_LIMIT);
		take(middle, end, HOLDER_UNMAPPED);
	}
}

/*
 * memblock's `reserved` becomes the map's: the kernel's last word, then what the tree named
 * where a limit has made the kernel forget it, then what limits took.
 */
static void gather(void)
{
	struct memblock_type held = memblock.reserved;

	memblock.reserved = empty_set(
		16 + 2 * (held.cnt + reserved_told.cnt + memory_told.cnt + memblock.memory.cnt));
	take_set(&held);
	take_set(&reserved_told);
	take_lost();
}

/* ---- The lists ---- */

static void list_memory(struct board_map *map)
{
	const struct memblock_region *region;

	for (region = memory_told.regions; region < memory_told.regions + memory_told.cnt;
		region++) {
		struct map_memory *entry = list_add(&map->memory, sizeof(*entry));

		*entry = (struct map_memory){
			.base = region->base,
			.size = region->size,
			.nid = memory_nid(region),
			.flags = region->flags,
		};
	}
}

static const struct {
	const char *name, *kind;
} holders[OWNER_AREA] = {
	[OWNER_RESERVED] = {"memreserve", "reserved"},
	[OWNER_TEXT] = {"kernel", "kernel"},
	[OWNER_INITRAMFS] = {"initramfs", "initramfs"},
	[OWNER_FDT] = {"fdt", "fdt"},
	[HOLDER_LIMIT] = {"left out", "limit"},
	[HOLDER_UNMAPPED] = {"beyond the linear map", "unmapped"},
};

static void list_reserved(struct board_map *map)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		unsigned int holder = memblock_region_owner(region);
		const struct reserved_area *area = reserved_area(holder);
		struct map_reserved *entry;

		if (holder == OWNER_UNUSABLE)
			continue;
		entry = list_add(&map->reserved, sizeof(*entry));
		*entry = (struct map_reserved){
			.base = region->base,
			.size = region->size,
			.name = area ? reserved_area_name(area) : holders[holder].name,
			.kind = area ? ledger_names[area->owner] : holders[holder].kind,
			.nomap = area ? memory_is_unmapped(holder) : holder >= HOLDER_LIMIT,
			.reusable = area && (area->flags & RESERVED_REUSABLE),
		};
	}
}

static void list_harts(struct board_map *map)
{
	u32 i;

	for (i = 0; i < boot_harts.count; i++) {
		struct map_hart *hart = list_add(&map->harts, sizeof(*hart));

		hart->id = boot_harts.ids[i];
		hart->nid = boot_harts.nodes[i];
	}
}

/* ---- What the zones get ---- */

static void zone_gets(struct board_map *map, unsigned int nid, const char *name, u64 size)
{
	struct map_zone *zone;
	unsigned long i;

	for (i = 0; i < map->zones.count; i++) {
		zone = &map->zones.zones[i];
		if (zone->nid == nid && !strcmp(zone->name, name)) {
			zone->size += size;
			return;
		}
	}
	zone = list_add(&map->zones, sizeof(*zone));
	*zone = (struct map_zone){.nid = nid, .name = name, .size = size};
}

/* Whole pages of one region that nobody has, [base, end), by what zone they belong to. */
static void zones_get_pages(struct board_map *map, const struct memblock_region *region,
	phys_addr_t base, phys_addr_t end)
{
	const phys_addr_t dma32_end = (phys_addr_t)1 << 32;
	phys_addr_t middle = base > dma32_end ? base : end < dma32_end ? end : dma32_end;
	unsigned int nid = memory_nid(region);

	if (base < middle)
		zone_gets(map, nid, "DMA32", middle - base);
	if (middle < end)
		zone_gets(map, nid, "NORMAL", end - middle);
	if (memblock_is_hotpluggable(region))
		map->hotpluggable += end - base;
}

static void zones_get_region(struct board_map *map, struct memblock_region *region)
{
	const struct memblock_type alone = {.cnt = 1, .max = 1, .regions = region};
	phys_addr_t base, end;
	u64 i;

	__for_each_mem_range(
		i, &alone, &memblock.reserved, NUMA_NO_NODE, MEMBLOCK_NONE, &base, &end, NULL)
	{
		phys_addr_t up = ALIGN_UP(base, PAGE_SIZE), down = ALIGN_DOWN(end, PAGE_SIZE);

		if (up < down)
			zones_get_pages(map, region, up, down);
		else
			up = down = base;
		map->unusable += (up - base) + (end - down);
	}
}

static void list_zones(struct board_map *map)
{
	phys_addr_t base, end = 0;
	struct memblock_region *region;

	for_each_mem_region(region) {
		if (!memblock_is_nomap(region))
			zones_get_region(map, region);
	}
	while (cma_next(&base, &end))
		zone_gets(map, memory_nid_at(base), "CMA", end - base);
	for_each_reserved_mem_region(region) {
		if (memblock_region_owner(region) == OWNER_UNUSABLE)
			map->unusable += region->size;
	}
}

void board_map_make(struct board_map *map)
{
	gather();
	list_memory(map);
	list_reserved(map);
	list_harts(map);
	list_zones(map);
	map->warnings = kernel_said;
	map->initrd = boot_initrd.base;
	map->initrd_size = boot_initrd.end - boot_initrd.base;
	map->timebase = boot_harts.timebase;
	map->stdout_path = boot_stdout_path;
	map->bootargs = bootargs_read;
}
