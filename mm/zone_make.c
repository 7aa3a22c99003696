// SPDX-License-Identifier: BSD-2-Clause
/* The zones there are, and the order in which each node tries them. */
#include "zone_internal.h"
#include <lib/string.h>
#include <mm/numa.h>
#include <mm/zone_grow.h>

static u8 numbers[NODES_MAX][ZONE_TYPES];

static void zone_make(u8 index, unsigned int node, unsigned int type)
{
	struct zone *zone = &zones[index];

	/* Its lists are empty: BLOCK_NONE, in each of them. */
	memset(zone, 0xff, sizeof(*zone));
	zone->lock = (spinlock_t){0};
	zone->block_mask = 0;
	zone->page_mask = 0;
	zone->loose_count = 0;
	zone->index = index;
	zone->node = (u8)node;
	zone->type = (u8)type;
	zone->pages = 0;
	zone->free_pages = 0;
	numbers[node][type] = index;
}

/* All nodes, the nearest to @home first: itself. Of two as near, the next above it. */
static void sort_nodes(unsigned int home, u8 *sorted)
{
	unsigned int i, at;

	for (i = 0; i < numa_nodes; i++) {
		unsigned int node = (home + i) % numa_nodes, distance = numa_distance(home, node);

		for (at = i; at && numa_distance(home, sorted[at - 1]) > distance; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = (u8)node;
	}
}

static void make_list(u8 *list, unsigned int highest, const u8 *sorted)
{
	unsigned int i;
	int type;

	for (i = 0; i < numa_nodes; i++) {
		for (type = (int)highest; type >= 0; type--) {
			if (numbers[sorted[i]][type] != ZONE_NONE)
				*list++ = numbers[sorted[i]][type];
		}
	}
	*list = ZONE_NONE;
}

static void make_lists(void)
{
	u8 sorted[NODES_MAX];
	unsigned int home, type;

	for (home = 0; home < numa_nodes; home++) {
		sort_nodes(home, sorted);
		for (type = 0; type < ZONE_TYPES; type++)
			make_list(zone_list(home, type << GFP_ZONE_SHIFT), type, sorted);
	}
}

unsigned long zones_size(const u8 *wanted)
{
	unsigned int node, type;

	zone_total = 0;
	for (node = 0; node < numa_nodes; node++) {
		for (type = 0; type < ZONE_TYPES; type++)
			zone_total += wanted[node] >> type & 1;
	}
	zone_list_size = zone_total + 1;
	return zone_total * sizeof(struct zone) + numa_nodes * ZONE_TYPES * zone_list_size;
}

void zones_make(const u8 *wanted, void *memory)
{
	unsigned int node, type;
	u8 index = 0;

	zones = memory;
	zone_lists = (u8 *)(zones + zone_total);
	memset(numbers, ZONE_NONE, sizeof(numbers));
	for (node = 0; node < numa_nodes; node++) {
		for (type = 0; type < ZONE_TYPES; type++) {
			if (wanted[node] >> type & 1)
				zone_make(index++, node, type);
		}
	}
	make_lists();
}

u8 zone_index(unsigned int node, enum zone_type type)
{
	return numbers[node][type];
}

enum zone_type zone_type_of(phys_addr_t pa)
{
	return pa < (phys_addr_t)1 << 32 ? ZONE_DMA32 : ZONE_NORMAL;
}
