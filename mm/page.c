// SPDX-License-Identifier: BSD-2-Clause
/*
 * The short way: a single page, from the block that this hart has claimed, and back to
 * where it came from. One atomic operation each, and no lock; whatever is not as usual goes
 * the long way (zone.c), which also says what is wrong. It is jumped to, so that its caller
 * is ours.
 */
#include "hart_pages.h"
#include <arch/atomic.h>
#include <lib/bitops.h>
#include <molt/compiler.h>

void *page_alloc(unsigned int order, gfp_t gfp)
{
	struct claim *claim = claim_for(gfp);
	u64 free, bit;

	if (unlikely(PAGES_WATCHED || order | (gfp & __GFP_ZERO)))
		return order == BLOCK_ORDER && !PAGES_WATCHED ? huge_alloc(order, gfp)
							      : zone_alloc(order, gfp);
	free = READ_ONCE(*claim->free);
	bit = free & -free;
	if (unlikely(!(__atomic_fetch_and(claim->free, ~bit, __ATOMIC_ACQUIRE) & bit)))
		return zone_alloc(order, gfp);
	count_one(&claim->taken);
	return claim->base + ((unsigned long)bit_number(bit) << PAGE_SHIFT);
}

void page_free(void *pages, unsigned int order)
{
	unsigned long offset = span_offset(pages);
	struct page_word *word = span_word(offset);
	u64 bit = 1UL << (offset >> PAGE_SHIFT & 63), old;

	if (unlikely(PAGES_WATCHED || order || offset >= span_size || offset % PAGE_SIZE ||
		     READ_ONCE(word->joined))) {
		if (order == BLOCK_ORDER && !PAGES_WATCHED)
			huge_free(pages, order);
		else
			zone_free(pages, order);
		return;
	}
	old = fetch_or_release(&word->free, bit);
	if (unlikely(old & bit)) {
		zone_free(pages, order);
		return;
	}
	count_one(&span_freed);
	if (unlikely(!old || old == ~bit))
		zone_look(pages);
}

/* Called now and then: once for 32 pages, where many are freed in a row. */
void zone_look(const void *page)
{
	unsigned long offset = (unsigned long)page - (unsigned long)zone_start;
	unsigned long at = offset / BLOCK_SIZE % BLOCKS_PER_GIB;
	const struct gib *gib = &gibs[offset / GIB_SIZE];
	u8 use;

	/* Who took the block out of the lists before this sees the page free, or is seen here. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	use = READ_ONCE(gib->blocks[at].use);
	if (use == BLOCK_CLAIMED || (use == BLOCK_LISTED && !page_map_may_be_free(&gib->maps[at])))
		return;
	zone_settle(page);
}
