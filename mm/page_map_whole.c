// SPDX-License-Identifier: BSD-2-Clause
/* All pages of a block at once: as it is broken, and as it goes. The caller holds the lock. */
#include "page_map_internal.h"
#include <arch/atomic.h>
#include <lib/bitops.h>
#include <molt/compiler.h>

void page_map_close(struct page_map *map)
{
	struct page_word *word;

	for (word = map->words; word < map->words + MAP_WORDS; word++) {
		write_joined(word, ~0UL);
		WRITE_ONCE(word->free, 0);
	}
}

void page_map_open(struct page_map *map)
{
	struct page_word *word;

	for (word = map->words; word < map->words + MAP_WORDS; word++) {
		write_joined(word, 0);
		fetch_or_release(&word->free, ~0UL);
	}
}

void page_map_absent(struct page_map *map)
{
	struct page_word *word;

	for (word = map->words; word < map->words + MAP_WORDS; word++) {
		write_joined(word, ~0UL);
		WRITE_ONCE(word->free, ~0UL);
	}
}

bool page_map_is_free(const struct page_map *map)
{
	const struct page_word *word;

	/* From behind: frees in ascending order leave the last for last. */
	for (word = map->words + MAP_WORDS - 1; word >= map->words; word--) {
		if (~available(word))
			return false;
	}
	return true;
}

/* The first @n words have everything free again. */
static void free_words(struct page_map *map, unsigned int n)
{
	unsigned int index;

	for (index = 0; index < n; index++)
		fetch_or_release(&map->words[index].free, ~0UL);
}

/* Takes all pages, or none where one is in use. */
static bool take_all(struct page_map *map)
{
	unsigned int index;

	for (index = 0; index < MAP_WORDS; index++) {
		u64 *free = &map->words[index].free;
		u64 old = __atomic_exchange_n(free, 0, __ATOMIC_ACQUIRE);

		if (likely(old == ~0UL))
			continue;
		fetch_or_release(free, old);
		free_words(map, index);
		return false;
	}
	return true;
}

bool page_map_try_close(struct page_map *map)
{
	unsigned int index;

	do {
		/*
		 * Who frees the last page meanwhile sees the rest free (zone_look()), or is seen
		 * here; and here again, if what was taken for a moment has hidden the rest.
		 */
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (!page_map_is_free(map))
			return false;
	} while (!take_all(map));
	/* Not before: whoever has a page may look at it, and finds it is one of its own. */
	for (index = 0; index < MAP_WORDS; index++)
		write_joined(&map->words[index], ~0UL);
	return true;
}

int page_map_empty(struct page_map *map)
{
	unsigned int index;

	for (index = 0; index < MAP_WORDS; index++) {
		struct page_word *word = &map->words[index];
		/* Absent pages keep theirs, of which nobody takes one. */
		u64 old = __atomic_fetch_and(&word->free, read_joined(word), __ATOMIC_ACQUIRE);
		u64 used = ~old;

		if (!used)
			continue;
		fetch_or_release(&word->free, old);
		free_words(map, index);
		return (int)(index * 64 + lowest_bit(used));
	}
	return -1;
}

void page_map_restore(struct page_map *map)
{
	free_words(map, MAP_WORDS);
}

unsigned int page_map_present(const struct page_map *map)
{
	const struct page_word *word;
	unsigned int absent = 0;

	for (word = map->words; word < map->words + MAP_WORDS; word++)
		absent += bits_set(read_free(word) & read_joined(word));
	return PAGES_PER_BLOCK - absent;
}
