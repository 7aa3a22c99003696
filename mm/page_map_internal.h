/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of a page map, which harts read and change without a lock. For page_map*.c. */
#ifndef MM_PAGE_MAP_INTERNAL_H
#define MM_PAGE_MAP_INTERNAL_H

#include "zone_internal.h"

static inline u64 read_free(const struct page_word *word)
{
	return READ_ONCE(word->free);
}

static inline u64 read_joined(const struct page_word *word)
{
	return READ_ONCE(word->joined);
}

/* Harts look at it as they free a page: it says whether that is their own business. */
static inline void write_joined(struct page_word *word, u64 joined)
{
	WRITE_ONCE(word->joined, joined);
}

static inline u64 available(const struct page_word *word)
{
	return read_free(word) & ~read_joined(word);
}

#endif
