// SPDX-License-Identifier: BSD-2-Clause
/* What pages cost: one by one, many in a row, and in memory that is full of holes. */
#include "bench.h"
#include <arch/page.h>
#include <lib/printf.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/printk.h>

static struct bench_pair pages_of(unsigned int order)
{
	return (struct bench_pair){(counted_fn)page_alloc, (counted_fn)page_free, order};
}

/* An order that the machine has no free run of has no figures. */
static void measure_order(unsigned int order, const char *suffix)
{
	const struct bench_pair pair = pages_of(order);
	unsigned int count = bench_measure(&pair, BENCH_SAMPLES);
	char variant[24];

	snprintf(variant, sizeof(variant), "order%u%s", order, suffix);
	if (count)
		bench_report_pair("page", variant, count);
}

bool bench_pages(void)
{
	measure_order(0, "");
	measure_order(3, "");
	measure_order(BLOCK_ORDER, "");
	measure_order(ZONE_ORDER_MAX, "");
	return true;
}

/* In front of a piece that is taken. */
struct piece {
	struct piece *next;
};

static struct piece *take_all(unsigned int order)
{
	struct piece *piece, *taken = NULL;

	while ((piece = page_alloc(order, GFP_KERNEL | __GFP_NOWARN))) {
		piece->next = taken;
		taken = piece;
	}
	return taken;
}

/* Free the pieces that chance picks, always the same ones, or all. Returns the others. */
static struct piece *free_some(struct piece *piece, unsigned int order, bool all)
{
	struct piece *kept = NULL;
	u64 random = 1;

	while (piece) {
		struct piece *next = piece->next;

		random = random * 6364136223846793005 + 1442695040888963407;
		if (all || random >> 63) {
			page_free(piece, order);
		} else {
			piece->next = kept;
			kept = piece;
		}
		piece = next;
	}
	return kept;
}

bool bench_fragmented(void)
{
	static const unsigned int orders[] = {0, 3, BLOCK_ORDER};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		struct piece *kept = free_some(take_all(orders[i]), orders[i], false);

		measure_order(orders[i], ".fragmented");
		free_some(kept, orders[i], true);
	}
	return true;
}

static u64 average(u64 sum, unsigned int count)
{
	return (sum + count - 1) / count;
}

static bool measure_bulk(unsigned int count)
{
	const struct bench_pair pair = pages_of(0);
	u64 alloc = 0, free = 0;
	unsigned int i;
	char name[32];

	if (bench_measure(&pair, count) != count) {
		pr_err("bench: %u pages are not free\n", count);
		return false;
	}
	for (i = 0; i < count; i++) {
		alloc += bench_samples[i].alloc;
		free += bench_samples[i].free;
	}
	snprintf(name, sizeof(name), "page.bulk%u.alloc", count);
	bench_report(name, count, average(alloc, count));
	snprintf(name, sizeof(name), "page.bulk%u.free", count);
	bench_report(name, count, average(free, count));
	return true;
}

bool bench_bulk(void)
{
	bool few = measure_bulk(512), many = measure_bulk(8192);

	return few && many;
}
