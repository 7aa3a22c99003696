// SPDX-License-Identifier: BSD-2-Clause
#include "zone_internal.h"
#include <mm/ledger.h>
#include <mm/meminfo.h>

const char zone_names[ZONE_TYPES][8] = {"DMA32", "NORMAL", "CMA", "MOVABLE"};

static void print_zone(enum loglevel level, const struct zone_info *info)
{
	printk(level, "  node %-2u %-7s", info->node, zone_names[info->type]);
}

/* A run of 2^@order pages, in the largest unit that leaves no rest. */
static void print_size(enum loglevel level, unsigned int order)
{
	unsigned int shift = PAGE_SHIFT + order;

	printk(level, "%7lu%c", 1UL << shift % 10, "KMG"[shift / 10 - 1]);
}

/* How many runs of orders [first, end) each zone has free. */
static void print_runs(enum loglevel level, unsigned int first, unsigned int end)
{
	struct zone_summary summary;
	struct zone_info info;
	unsigned int index, order;

	printk(level, "free runs        ");
	for (order = first; order < end; order++)
		print_size(level, order);
	printk(level, "\n");
	for (index = 0; zone_info(index, &info); index++) {
		if (!info.pages)
			continue;
		zone_summarise_one(index, &summary);
		print_zone(level, &info);
		for (order = first; order < end; order++)
			printk(level, "%8lu", summary.free[order]);
		printk(level, "\n");
	}
}

void zones_print(enum loglevel level)
{
	struct zone_summary summary;
	struct zone_info info;
	unsigned int index;

	printk(level, "zones                   KiB        free  blocks: claimed  loose\n");
	for (index = 0; zone_info(index, &info); index++) {
		if (!info.pages)
			continue;
		print_zone(level, &info);
		printk(level, "%11lu %11lu %16u %6u\n", info.pages * (PAGE_SIZE / 1024),
			info.free_pages * (PAGE_SIZE / 1024), zone_summarise_one(index, &summary),
			info.loose);
	}
	print_runs(level, 0, BLOCK_ORDER);
	print_runs(level, BLOCK_ORDER, ZONE_ORDERS);
}

void ledger_print(enum loglevel level)
{
	u64 bytes[OWNER_COUNT];
	unsigned int owner;

	ledger_read(bytes);
	printk(level, "memory: %lu KiB, held by\n", ledger_ram / 1024);
	for (owner = 0; owner < OWNER_COUNT; owner++) {
		if (bytes[owner])
			printk(level, "  %-13s %12lu bytes\n",
				ledger_label((enum ledger_owner)owner), bytes[owner]);
	}
}
