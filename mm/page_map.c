// SPDX-License-Identifier: BSD-2-Clause
/*
 * Pages inside a block: two bits each, orders 0 to 8 (struct page_word).
 *
 * The caller holds the zone's lock. Harts take and free single pages meanwhile, without it:
 * so a free bit is cleared only by who saw it set, and set only by who has the page.
 */
#include "page_map_internal.h"
#include <arch/atomic.h>
#include <lib/bitops.h>

/* Bits at multiples of 2^order, for the orders that fit into a word. */
static const u64 aligned[6] = {
	0xffffffffffffffff,
	0x5555555555555555,
	0x1111111111111111,
	0x0101010101010101,
	0x0001000100010001,
	0x0000000100000001,
};

/* A page's free and joined bits, as one number. */
enum page_bits {
	PAGE_LAST = 0, /* of an allocation, or the only one */
	PAGE_JOINED = 1,
	PAGE_FREE = 2,
	PAGE_ABSENT = 3,
};

static enum page_bits page_bits(const struct page_map *map, unsigned int page)
{
	const struct page_word *word = &map->words[page / 64];

	return (enum page_bits)(
		(read_free(word) >> page % 64 & 1) << 1 | (read_joined(word) >> page % 64 & 1));
}

/* Of [page, page + n), what is in the first word of it: the bits. Moves on behind them. */
static u64 next_mask(unsigned int *page, unsigned int *n)
{
	unsigned int part = 64 - *page % 64;
	u64 mask;

	if (part > *n)
		part = *n;
	mask = ~0UL >> (64 - part) << *page % 64;
	*page += part;
	*n -= part;
	return mask;
}

/* Whether the bits of all pages in [page, page + n) are as given. */
static bool pages_are(
	const struct page_map *map, unsigned int page, unsigned int n, enum page_bits bits)
{
	while (n) {
		const struct page_word *word = &map->words[page / 64];
		u64 free = bits & PAGE_FREE ? read_free(word) : ~read_free(word);
		u64 joined = bits & PAGE_JOINED ? read_joined(word) : ~read_joined(word);

		if (~(free & joined) & next_mask(&page, &n))
			return false;
	}
	return true;
}

static bool run_is_free(const struct page_map *map, unsigned int page, unsigned int order)
{
	return pages_are(map, page, 1U << order, PAGE_FREE);
}

/* Bit n: an aligned run of 2^order free pages begins there. Order 0 to 5. */
static u64 runs_in_word(u64 free, unsigned int order)
{
	unsigned int shift;

	for (shift = 1; free && shift < 1U << order; shift *= 2)
		free &= free >> shift;
	return free & aligned[order];
}

/* The first page of the lowest free run of 2^order, or -1. */
static int run_find(const struct page_map *map, unsigned int order)
{
	unsigned int page, word;

	if (order >= 6) {
		for (page = 0; page < PAGES_PER_BLOCK; page += 1U << order) {
			if (run_is_free(map, page, order))
				return (int)page;
		}
		return -1;
	}
	for (word = 0; word < MAP_WORDS; word++) {
		u64 runs = runs_in_word(available(&map->words[word]), order);

		if (runs)
			return (int)(word * 64 + lowest_bit(runs));
	}
	return -1;
}

int page_map_singles(const struct page_map *map)
{
	unsigned int index;

	for (index = 0; index < MAP_WORDS; index++) {
		if (read_free(&map->words[index]) && !read_joined(&map->words[index]))
			return (int)index;
	}
	return -1;
}

int page_map_largest(const struct page_map *map)
{
	int order = -1;

	while (order < PAGE_ORDER_MAX && run_find(map, (unsigned int)(order + 1)) >= 0)
		order++;
	return order;
}

unsigned int page_map_grown(const struct page_map *map, unsigned int page, unsigned int order)
{
	while (order < PAGE_ORDER_MAX && run_is_free(map, page ^ (1U << order), order)) {
		page &= ~(1U << order);
		order++;
	}
	return order;
}

static void set_free(struct page_map *map, unsigned int page, unsigned int n)
{
	while (n) {
		struct page_word *word = &map->words[page / 64];

		fetch_or_release(&word->free, next_mask(&page, &n));
	}
}

static void set_joined(struct page_map *map, unsigned int page, unsigned int n, bool joined)
{
	while (n) {
		struct page_word *word = &map->words[page / 64];
		u64 mask = next_mask(&page, &n);

		write_joined(word, joined ? word->joined | mask : word->joined & ~mask);
	}
}

/* Clear the free bits of all of [page, page + n), or of none where one is not set. */
static bool clear_free(struct page_map *map, unsigned int page, unsigned int n)
{
	unsigned int first = page;

	while (n) {
		struct page_word *word = &map->words[page / 64];
		unsigned int from = page;
		u64 mask = next_mask(&page, &n);
		u64 old = __atomic_fetch_and(&word->free, ~mask, __ATOMIC_ACQUIRE);

		if ((old & mask) == mask)
			continue;
		fetch_or_release(&word->free, old & mask);
		set_free(map, first, from - first);
		return false;
	}
	return true;
}

/* The bits of 2^@order pages, where all of them are in one word. */
static u64 run_mask(unsigned int page, unsigned int order)
{
	return ((2UL << ((1U << order) - 1)) - 1) << page % 64;
}

/* page_map_take() for what fits into a word. */
static int take_in_word(struct page_map *map, unsigned int order)
{
	struct page_word *word;

	for (word = map->words; word < map->words + MAP_WORDS; word++) {
		u64 runs = runs_in_word(available(word), order);

		while (runs) {
			unsigned int page = lowest_bit(runs);
			u64 mask = run_mask(page, order);
			u64 old = __atomic_fetch_and(&word->free, ~mask, __ATOMIC_ACQUIRE);

			if (likely((old & mask) == mask)) {
				write_joined(word, word->joined | (mask & mask >> 1));
				return (int)((word - map->words) * 64 + page);
			}
			fetch_or_release(&word->free, old & mask);
			runs = runs_in_word(available(word), order);
		}
	}
	return -1;
}

int page_map_take(struct page_map *map, unsigned int order)
{
	unsigned int n = 1U << order;
	int page;

	if (order < ARRAY_SIZE(aligned))
		return take_in_word(map, order);
	do {
		page = run_find(map, order);
		if (page < 0)
			return -1;
	} while (!clear_free(map, (unsigned int)page, n));
	set_joined(map, (unsigned int)page, n - 1, true);
	return page;
}

void page_map_join(struct page_map *map, unsigned int page, unsigned int order)
{
	set_joined(map, page, (1U << order) - 1, true);
}

/* What is wrong with freeing the 2^order pages at @page; NULL where it is right. */
static const char *put_fault(const struct page_map *map, unsigned int page, unsigned int order)
{
	unsigned int last = page + (1U << order) - 1;

	if (page && page_bits(map, page - 1) == PAGE_JOINED)
		return "the middle of an allocation";
	if (pages_are(map, page, last - page, PAGE_JOINED) && page_bits(map, last) == PAGE_LAST)
		return NULL;
	if (page_bits(map, page) == PAGE_FREE)
		return "memory that is free already";
	if (page_bits(map, page) == PAGE_ABSENT)
		return "memory that was never handed out";
	return "an allocation of another order";
}

/* page_map_put() for what fits into a word; false where it is not as it should be. */
static bool put_in_word(struct page_map *map, unsigned int page, unsigned int order)
{
	struct page_word *word = &map->words[page / 64];
	u64 mask = run_mask(page, order), joined = mask & mask >> 1;

	/* An allocation that begins before it would be joined to it; not one of another word. */
	if ((word->joined & mask) != joined || read_free(word) & mask ||
		(page % 64 && page_bits(map, page - 1) == PAGE_JOINED))
		return false;
	write_joined(word, word->joined & ~joined);
	fetch_or_release(&word->free, mask);
	return true;
}

const char *page_map_put(struct page_map *map, unsigned int page, unsigned int order)
{
	const char *fault;

	if (order < ARRAY_SIZE(aligned) && put_in_word(map, page, order))
		return NULL;
	fault = put_fault(map, page, order);
	if (fault)
		return fault;
	set_joined(map, page, (1U << order) - 1, false);
	set_free(map, page, 1U << order);
	return NULL;
}

bool page_map_enter(struct page_map *map, unsigned int page, unsigned int n)
{
	if (!pages_are(map, page, n, PAGE_ABSENT))
		return false;
	set_joined(map, page, n, false);
	return true;
}

int page_map_order(const struct page_map *map, unsigned int page, unsigned int *first)
{
	unsigned int last = page, order = 0;

	if (page_bits(map, page) >= PAGE_FREE)
		return -1;
	/* Without the lock the map may close meanwhile, which is a mistake of the caller's. */
	while (last < PAGES_PER_BLOCK - 1 && page_bits(map, last) == PAGE_JOINED)
		last++;
	/* Naturally aligned: it begins at the lowest page from which all are joined. */
	while (order < PAGE_ORDER_MAX) {
		unsigned int from = ALIGN_DOWN(last, 2U << order);

		if ((last & ((2U << order) - 1)) != (2U << order) - 1 ||
			!pages_are(map, from, last - from, PAGE_JOINED))
			break;
		order++;
	}
	*first = ALIGN_DOWN(last, 1U << order);
	return (int)order;
}

void page_map_summarise(const struct page_map *map, struct zone_summary *summary)
{
	unsigned int page = 0, order;

	while (page < PAGES_PER_BLOCK) {
		if (!run_is_free(map, page, 0)) {
			page++;
			continue;
		}
		for (order = 0; order < PAGE_ORDER_MAX && IS_ALIGNED(page, 2U << order); order++) {
			if (!run_is_free(map, page, order + 1))
				break;
		}
		summary->free[order]++;
		summary->bytes += PAGE_SIZE << order;
		page += 1U << order;
	}
}
