// SPDX-License-Identifier: BSD-2-Clause
/* Pages inside a block: two bits each, orders 0 to 8. The caller holds the zone's lock. */
#include "zone_internal.h"
#include <lib/string.h>

/* Bits at multiples of 2^order, for the orders that fit into a word. */
static const u64 aligned[6] = {
	0xffffffffffffffff,
	0x5555555555555555,
	0x1111111111111111,
	0x0101010101010101,
	0x0001000100010001,
	0x0000000100000001,
};

/* @n bits from bit @from; @n is 1 to 64. */
static u64 bits(unsigned int from, unsigned int n)
{
	return (~0UL >> (64 - n)) << from;
}

static u64 free_word(const struct page_map *map, unsigned int word)
{
	return map->free[word] & ~map->last[word];
}

/* Bit n: an aligned run of 2^order free pages begins there. Order 0 to 5. */
static u64 runs_in_word(u64 free, unsigned int order)
{
	unsigned int shift;

	for (shift = 1; shift < 1U << order; shift *= 2)
		free &= free >> shift;
	return free & aligned[order];
}

/* Whether the bits of all pages in [page, page + n) are as given. */
static bool pages_are(
	const struct page_map *map, unsigned int page, unsigned int n, bool free, bool last)
{
	while (n) {
		unsigned int word = page / 64, part = 64 - page % 64;
		u64 mask;

		if (part > n)
			part = n;
		mask = bits(page % 64, part);
		if (((map->free[word] ^ -(u64)free) | (map->last[word] ^ -(u64)last)) & mask)
			return false;
		page += part;
		n -= part;
	}
	return true;
}

static bool run_is_free(const struct page_map *map, unsigned int page, unsigned int order)
{
	return pages_are(map, page, 1U << order, true, false);
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
		u64 runs = runs_in_word(free_word(map, word), order);

		if (runs)
			return (int)(word * 64) + __builtin_ctzl(runs);
	}
	return -1;
}

int page_map_largest(const struct page_map *map)
{
	int order = PAGE_ORDER_MAX;

	while (order >= 0 && run_find(map, (unsigned int)order) < 0)
		order--;
	return order;
}

/* Set the two bits of pages [page, page + n), word by word. */
static void set_pages(struct page_map *map, unsigned int page, unsigned int n, bool free, bool last)
{
	while (n) {
		unsigned int word = page / 64, part = 64 - page % 64;
		u64 mask;

		if (part > n)
			part = n;
		mask = bits(page % 64, part);
		map->free[word] = free ? map->free[word] | mask : map->free[word] & ~mask;
		map->last[word] = last ? map->last[word] | mask : map->last[word] & ~mask;
		page += part;
		n -= part;
	}
}

static void broken_link(struct zone *zone, block_id id, unsigned int order)
{
	block_at(id)->order = (u8)order;
	block_list_add(&zone->broken[order], id);
	zone->page_mask |= 1U << order;
}

static void broken_unlink(struct zone *zone, block_id id)
{
	unsigned int order = block_at(id)->order;

	block_list_remove(&zone->broken[order], id);
	if (zone->broken[order] == BLOCK_NONE)
		zone->page_mask &= ~(1U << order);
}

/* A free block from the buddy system, broken into 512 free pages and listed. */
static bool break_block(struct zone *zone)
{
	block_id id = block_take(zone, BLOCK_ORDER);
	struct block *block;

	if (id == BLOCK_NONE)
		return false;
	block = block_at(id);
	block->state = BLOCK_BROKEN;
	block->free = PAGES_PER_BLOCK;
	set_pages(map_of(id), 0, PAGES_PER_BLOCK, true, false);
	broken_link(zone, id, PAGE_ORDER_MAX);
	return true;
}

static phys_addr_t take_run(struct zone *zone, block_id id, unsigned int page, unsigned int order)
{
	struct block *block = block_at(id);
	struct page_map *map = map_of(id);
	unsigned int n = 1U << order;

	set_pages(map, page, n, false, false);
	map->last[(page + n - 1) / 64] |= 1UL << (page + n - 1) % 64;
	block->free = (u16)(block->free - n);
	if (!block->free)
		broken_unlink(zone, id);
	return block_phys(id) + page * PAGE_SIZE;
}

phys_addr_t page_take(struct zone *zone, unsigned int order)
{
	for (;;) {
		u32 fitting = zone->page_mask & (~0U << order);
		block_id id;
		int page;

		if (!fitting) {
			if (!break_block(zone))
				return PHYS_ADDR_MAX;
			continue;
		}
		id = zone->broken[__builtin_ctz(fitting)];
		page = run_find(map_of(id), order);
		if (page >= 0)
			return take_run(zone, id, (unsigned int)page, order);
		/* block.order is a bound that allocations leave too high: set it right. */
		broken_unlink(zone, id);
		broken_link(zone, id, (unsigned int)page_map_largest(map_of(id)));
	}
}

/* The order that the free run of 2^order at @page has grown to with its neighbours. */
static unsigned int run_grow(const struct page_map *map, unsigned int page, unsigned int order)
{
	while (order < PAGE_ORDER_MAX && run_is_free(map, page ^ (1U << order), order)) {
		page &= ~(1U << order);
		order++;
	}
	return order;
}

/* @n pages at @page have become free: put the block where it belongs. */
static void now_free(struct zone *zone, block_id id, unsigned int page, unsigned int order)
{
	struct block *block = block_at(id);
	bool listed = block->free != 0;
	unsigned int largest;

	block->free = (u16)(block->free + (1U << order));
	if (block->free == PAGES_PER_BLOCK) {
		if (listed)
			broken_unlink(zone, id);
		block_put(zone, id, BLOCK_ORDER);
		return;
	}
	largest = run_grow(map_of(id), page, order);
	if (listed && block->order >= largest)
		return;
	if (listed)
		broken_unlink(zone, id);
	broken_link(zone, id, largest);
}

static bool page_is(const struct page_map *map, unsigned int page, bool free, bool last)
{
	return pages_are(map, page, 1, free, last);
}

/* What is wrong with freeing the 2^order pages at @page; NULL where it is right. */
static const char *allocation_fault(
	const struct page_map *map, unsigned int page, unsigned int order)
{
	unsigned int last = page + (1U << order) - 1;

	if (page && page_is(map, page - 1, false, false))
		return "the middle of an allocation";
	if ((page == last || pages_are(map, page, last - page, false, false)) &&
		page_is(map, last, false, true))
		return NULL;
	if (page_is(map, page, true, false))
		return "memory that is free already";
	if (page_is(map, page, true, true))
		return "memory that was never handed out";
	return "an allocation of another order";
}

const char *page_put(struct zone *zone, phys_addr_t pa, unsigned int order)
{
	block_id id = block_of(pa);
	unsigned int page = (unsigned int)(pa / PAGE_SIZE % PAGES_PER_BLOCK);
	const char *fault = allocation_fault(map_of(id), page, order);

	if (fault)
		return fault;
	set_pages(map_of(id), page, 1U << order, true, false);
	now_free(zone, id, page, order);
	return NULL;
}

const char *page_enter(struct zone *zone, block_id id, unsigned int first, unsigned int last)
{
	struct block *block = block_at(id);
	struct page_map *map = map_of(id);
	unsigned int page = first;

	if (block->state == BLOCK_ABSENT) {
		block->state = BLOCK_BROKEN;
		block->free = 0;
		set_pages(map, 0, PAGES_PER_BLOCK, true, true);
	}
	if (block->state != BLOCK_BROKEN)
		return "memory that is in the zones already";
	if (!pages_are(map, first, last - first + 1, true, true))
		return "memory that is in the zones already";
	set_pages(map, first, last - first + 1, true, false);
	while (page <= last) {
		unsigned int order = page ? (unsigned int)__builtin_ctz(page) : PAGE_ORDER_MAX;

		while (page + (1U << order) - 1 > last)
			order--;
		now_free(zone, id, page, order);
		page += 1U << order;
	}
	return NULL;
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
