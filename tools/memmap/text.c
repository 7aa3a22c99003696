// SPDX-License-Identifier: BSD-2-Clause
/* The map as text, for people. Ends of ranges are the first address behind them. */
#include "map.h"

#include <mm/memblock.h>
#include <stdio.h>
#include <string.h>

/* Digits of the highest address, so that all are as wide. */
static int digits;

static void measure(phys_addr_t end)
{
	int width = snprintf(NULL, 0, "%lx", end);

	if (width > digits)
		digits = width;
}

static void measure_all(const struct board_map *map)
{
	unsigned long i;

	for (i = 0; i < map->memory.count; i++)
		measure(map->memory.memory[i].base + map->memory.memory[i].size);
	for (i = 0; i < map->reserved.count; i++)
		measure(map->reserved.reserved[i].base + map->reserved.reserved[i].size);
}

static void print_range(phys_addr_t base, phys_addr_t size)
{
	printf("  0x%0*lx - 0x%0*lx %16s  ", digits, base, digits, base + size, human_size(size));
}

static void print_memory(const struct board_map *map)
{
	u64 total = 0;
	unsigned long i;

	for (i = 0; i < map->memory.count; i++)
		total += map->memory.memory[i].size;
	printf("Memory: %s\n", human_size(total));
	for (i = 0; i < map->memory.count; i++) {
		const struct map_memory *memory = &map->memory.memory[i];

		print_range(memory->base, memory->size);
		printf("node %u%s\n", memory->nid,
			memory->flags & MEMBLOCK_HOTPLUG ? ", hotpluggable" : "");
	}
}

static void print_reserved(const struct board_map *map)
{
	unsigned long i;

	printf("\nReserved%s\n", map->reserved.count ? "" : ": nothing");
	for (i = 0; i < map->reserved.count; i++) {
		const struct map_reserved *reserved = &map->reserved.reserved[i];

		print_range(reserved->base, reserved->size);
		printf("%-9s  ", reserved->kind);
		put_clean(stdout, reserved->name);
		printf("%s%s\n", reserved->nomap ? ", not mapped" : "",
			reserved->reusable ? ", reusable" : "");
	}
}

static void print_zones(const struct board_map *map)
{
	u64 total = 0;
	unsigned long i;

	for (i = 0; i < map->zones.count; i++)
		total += map->zones.zones[i].size;
	printf("\nZones get %s\n", human_size(total));
	for (i = 0; i < map->zones.count; i++) {
		const struct map_zone *zone = &map->zones.zones[i];

		printf("  node %-2u  %-6s %16s\n", zone->nid, zone->name, human_size(zone->size));
	}
	if (map->hotpluggable)
		printf("  %s of it are hotpluggable: with MEMORY_HOTPLUG they stay offline\n",
			human_size(map->hotpluggable));
	if (map->unusable)
		printf("  %s are lost in pages that are not wholly RAM, or not wholly free\n",
			human_size(map->unusable));
}

static void print_harts(const struct board_map *map)
{
	unsigned long i;

	printf("\nHarts: %lu, timebase %u Hz\n", map->harts.count, map->timebase);
	for (i = 0; i < map->harts.count; i++)
		printf("  hart %-3u node %u\n", map->harts.harts[i].id, map->harts.harts[i].nid);
}

static void print_chosen(const struct board_map *map)
{
	printf("\nstdout    ");
	put_clean(stdout, *map->stdout_path ? map->stdout_path : "none");
	printf("\nbootargs  ");
	put_clean(stdout, *map->bootargs ? map->bootargs : "none");
	if (map->initrd_size)
		printf("\ninitrd    %s at 0x%lx\n", human_size(map->initrd_size), map->initrd);
	else
		printf("\ninitrd    none\n");
}

static void print_warnings(const struct board_map *map)
{
	unsigned long i;

	if (map->warnings.count)
		printf("\nNot honoured, or odd\n");
	for (i = 0; i < map->warnings.count; i++) {
		printf("  ");
		put_clean(stdout, map->warnings.texts[i]);
		putchar('\n');
	}
}

void text_print(const struct board_map *map)
{
	measure_all(map);
	print_memory(map);
	print_reserved(map);
	print_zones(map);
	print_harts(map);
	print_chosen(map);
	print_warnings(map);
}
