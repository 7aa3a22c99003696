// SPDX-License-Identifier: BSD-2-Clause
/*
 * alloc_all: the allocator gives out everything it says is free, once, and takes it back.
 *
 * Every allocation bears a number, which is written into each of its pages (in a machine
 * of more than 4 GiB, into the first and the last page of each 2 MiB). One that came
 * twice then bears the later number when the list is read back.
 */
#include <arch/page.h>
#include <core/check.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/zone.h>
#include <molt/init.h>

#define MARK_ALL_LIMIT ((u64)4 << 30)

/* At the head of each marked page. The first page of an allocation holds the list. */
struct mark {
	u64 number;
	struct mark *next;
	u64 order;
};

struct round {
	struct mark *newest;
	u64 count, bytes;
	bool mark_all;
};

/* Bytes from a marked page at @offset of an allocation to the next one. */
static unsigned long next_mark(const struct round *round, unsigned long offset)
{
	if (round->mark_all)
		return PAGE_SIZE;
	return offset % BLOCK_SIZE ? PAGE_SIZE : BLOCK_SIZE - PAGE_SIZE;
}

static void mark(struct round *round, struct mark *first, unsigned int order)
{
	unsigned long offset, size = PAGE_SIZE << order;

	round->count++;
	for (offset = 0; offset < size; offset += next_mark(round, offset))
		((struct mark *)((char *)first + offset))->number = round->count;
	first->next = round->newest;
	first->order = order;
	round->newest = first;
	round->bytes += size;
}

static struct mark *take(unsigned int order)
{
	struct check_tries tries = {0};
	struct mark *pages;

	do
		pages = page_alloc(order, GFP_MOVABLE | __GFP_NOWARN);
	while (!pages && check_again(&tries));
	return pages;
}

static void allocate(struct round *round, unsigned int first_order)
{
	int order;

	for (order = (int)first_order; order >= 0; order--) {
		struct mark *pages;

		while ((pages = take((unsigned int)order)))
			mark(round, pages, (unsigned int)order);
	}
}

/* Whether its zone's node is the one that memblock, where it is kept, knows it to be on. */
static bool on_its_node(const void *pages, unsigned long size)
{
	unsigned long pfn = __pa(pages) >> PAGE_SHIFT, first, end;
	int node;

	if (!IS_ENABLED(CONFIG_NUMA) || IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		return true;
	node = (int)page_node(pages);
	return memblock_search_pfn_nid(pfn, &first, &end) == node &&
	       memblock_search_pfn_nid(pfn + size / PAGE_SIZE - 1, &first, &end) == node;
}

#if defined(CONFIG_NUMA) && !defined(CONFIG_ARCH_DISCARD_MEMBLOCK)
LIFETIME_REFERENCE("memblock stays", on_its_node, memblock_search_pfn_nid);
#endif

/* Whether every page still bears the number of its allocation. */
static bool verify(const struct round *round)
{
	const struct mark *at;
	u64 number = round->count;

	for (at = round->newest; at; at = at->next, number--) {
		unsigned long offset, size = PAGE_SIZE << at->order;

		if (!on_its_node(at, size))
			return false;
		for (offset = 0; offset < size; offset += next_mark(round, offset)) {
			if (((const struct mark *)((const char *)at + offset))->number != number)
				return false;
		}
	}
	return number == 0;
}

/* Every other one first, so that frees meet neighbours in use as well as free ones. */
static void release(struct round *round)
{
	struct mark *at = round->newest, *kept = NULL;

	while (at) {
		struct mark *next = at->next, *after = next ? next->next : NULL;

		page_free(at, (unsigned int)at->order);
		if (next) {
			next->next = kept;
			kept = next;
		}
		at = after;
	}
	while (kept) {
		struct mark *next = kept->next;

		page_free(kept, (unsigned int)kept->order);
		kept = next;
	}
}

bool check_alloc_all(void)
{
	struct zone_summary before, after;
	struct round round = {.mark_all = ledger_ram <= MARK_ALL_LIMIT};
	unsigned int order = round.mark_all ? 0 : ZONE_ORDER_MAX, rounds = 0;
	bool ok = true;
	char figures[80];

	zone_summarise(&before);
	for (; ok && order <= ZONE_ORDER_MAX; order++, rounds++) {
		round = (struct round){.mark_all = round.mark_all};
		allocate(&round, order);
		/* GFP_MOVABLE may have it all, contiguous areas too. */
		ok = round.bytes == before.bytes && !zone_free_in(~0U) && verify(&round);
		release(&round);
	}
	zone_summarise(&after);
	ok = ok && !memcmp(&before, &after, sizeof(before)) && zone_free_in(~0U) == before.bytes;
	snprintf(figures, sizeof(figures), ",\"bytes\":%lu,\"rounds\":%u,\"marked\":\"%s\"",
		round.bytes, rounds, round.mark_all ? "every page" : "block edges");
	return check_report("alloc_all", ok, figures);
}
