// SPDX-License-Identifier: BSD-2-Clause
/* Zones: allocation over both levels, release, statistics. */
#include "hart_pages.h"
#include "zone_internal.h"
#include <arch/hart.h>
#include <lib/string.h>
#include <mm/fault_inject.h>
#include <mm/page_owner.h>
#include <molt/panic.h>

struct zone *zones;
unsigned int zone_total;
u8 *zone_lists;
unsigned int zone_list_size;

static phys_addr_t take_block(struct zone *zone, unsigned int order)
{
	block_id id = block_take(zone, order);

	return id == BLOCK_NONE ? PHYS_ADDR_MAX : block_phys(id);
}

static phys_addr_t take_once(struct zone *zone, unsigned int order)
{
	return order < BLOCK_ORDER ? broken_take(zone, order) : take_block(zone, order);
}

static phys_addr_t take(struct zone *zone, unsigned int order)
{
	phys_addr_t pa;

	spin_lock(&zone->lock);
	pa = take_once(zone, order);
	if (unlikely(pa == PHYS_ADDR_MAX) && claims_drain(zone))
		pa = take_once(zone, order);
	if (pa != PHYS_ADDR_MAX)
		zone_count(zone, -(1L << order));
	else if (order < BLOCK_ORDER)
		pa = claims_take(zone, order);
	spin_unlock(&zone->lock);
	return pa;
}

static phys_addr_t take_first(const u8 *list, unsigned int order)
{
	phys_addr_t pa = PHYS_ADDR_MAX;

	for (; pa == PHYS_ADDR_MAX && *list != ZONE_NONE; list++)
		pa = take(&zones[*list], order);
	return pa;
}

static void *allocated(phys_addr_t pa, unsigned int order, gfp_t gfp, unsigned long caller)
{
	void *pages = __va(pa);

	if (IS_ENABLED(CONFIG_PAGE_POISON))
		page_poison_check(pages, PAGE_SIZE << order, caller);
	if (IS_ENABLED(CONFIG_PAGE_OWNER))
		page_owner_set(pages, order, caller);
	return gfp & __GFP_ZERO ? memset(pages, 0, PAGE_SIZE << order) : pages;
}

/* Whether this call is to fail, though there may be memory. */
static bool fails_on_request(unsigned long caller)
{
	return IS_ENABLED(CONFIG_FAULT_INJECTION) && should_fail(&fail_page_alloc, caller);
}

/* Nobody may ask for contiguous areas by that name: they are lent to what can be moved. */
static bool gfp_is_wrong(gfp_t gfp)
{
	return gfp & ~(GFP_ZONE_MASK | __GFP_ZERO | __GFP_NOWARN | __GFP_ATOMIC) ||
	       zone_type_wanted(gfp) == ZONE_CMA;
}

static void __noreturn __cold refuse_gfp(gfp_t gfp, unsigned long caller)
{
	panic("page_alloc() from %lx: gfp %x is none", caller, gfp);
}

void *zone_alloc(unsigned int order, gfp_t gfp)
{
	const u8 *list = zone_list(hart_node(), gfp);
	phys_addr_t pa;

	if (unlikely(gfp_is_wrong(gfp)))
		refuse_gfp(gfp, CALLER);
	if (order > ZONE_ORDER_MAX || fails_on_request(CALLER))
		return NULL;
	claim_for(gfp)->first = *list;
	pa = order ? take_first(list, order) : claim_page(claim_for(gfp), list);
	if (unlikely(pa == PHYS_ADDR_MAX))
		return page_alloc_failed(order, gfp, hart_node());
	return allocated(pa, order, gfp, CALLER);
}

void *page_alloc_node(unsigned int order, gfp_t gfp, unsigned int nid)
{
	phys_addr_t pa;

	if (unlikely(gfp_is_wrong(gfp)))
		refuse_gfp(gfp, CALLER);
	if (order > ZONE_ORDER_MAX || fails_on_request(CALLER))
		return NULL;
	pa = take_first(zone_list(nid, gfp), order);
	if (unlikely(pa == PHYS_ADDR_MAX))
		return page_alloc_failed(order, gfp, nid);
	return allocated(pa, order, gfp, CALLER);
}

/* NULL, or what is wrong with freeing the 2^order pages at @pa. The zone is locked. */
static const char *put_locked(struct zone *zone, phys_addr_t pa, unsigned int order)
{
	block_id id = block_of(pa), head;

	switch (block_run(id, &head)) {
	case BLOCK_FREE:
		return "memory that is free already";
	default:
		return "memory that was never handed out";
	case BLOCK_BROKEN:
		if (order < BLOCK_ORDER)
			return broken_put(zone, pa, order);
		return "an allocation of another order";
	case BLOCK_USED:
		break;
	}
	if (block_phys(head) != pa)
		return "the middle of an allocation";
	if (block_at(id)->order != order)
		return "an allocation of another order";
	block_put(zone, id, order);
	return NULL;
}

static const char *put(phys_addr_t pa, unsigned int order, unsigned long caller)
{
	struct zone *zone;
	const char *fault;

	if (order > ZONE_ORDER_MAX || !IS_ALIGNED(pa, PAGE_SIZE << order))
		return "an address that is not aligned to its order";
	if (!block_known(pa))
		return "memory that no zone has";
	zone = zone_of(pa);
	spin_lock(&zone->lock);
	fault = put_locked(zone, pa, order);
	if (!fault) {
		zone_count(zone, 1L << order);
		if (IS_ENABLED(CONFIG_PAGE_POISON))
			page_poison(__va(pa), PAGE_SIZE << order);
		if (IS_ENABLED(CONFIG_PAGE_OWNER))
			page_owner_clear(__va(pa), order, caller);
	}
	spin_unlock(&zone->lock);
	return fault;
}

void zone_free(void *pages, unsigned int order)
{
	const char *fault = put(__pa(pages), order, CALLER);

	if (fault)
		panic("page_free(%p, order %u) from %lx: %s", pages, order, CALLER, fault);
	if (!order)
		span_move(__pa(pages));
}

void zone_settle(const void *page)
{
	block_id id = block_of(__pa(page));
	struct zone *zone = &zones[block_zone(id)];

	spin_lock(&zone->lock);
	broken_look(zone, id);
	spin_unlock(&zone->lock);
}

static u64 free_pages(const struct zone *zone)
{
	s64 pages = READ_ONCE(zone->free_pages) + harts_free_pages(zone);
	s64 all = (s64)READ_ONCE(zone->pages);

	/* A hart may be about to hand over to the zone what it has counted. */
	return pages < 0 ? 0 : (u64)(pages < all ? pages : all);
}

u64 zone_free_in(unsigned int types)
{
	const struct zone *zone;
	u64 pages = 0;

	for (zone = zones; zone < zones + zone_total; zone++) {
		if (types >> zone->type & 1)
			pages += free_pages(zone);
	}
	return pages * PAGE_SIZE;
}

unsigned int page_node(const void *page)
{
	return zone_of(__pa(page))->node;
}

int page_order(const void *page)
{
	phys_addr_t pa = __pa(page);
	unsigned int first;
	block_id head;

	if (!block_known(pa))
		return -1;
	switch (block_run(block_of(pa), &head)) {
	case BLOCK_USED:
		return block_at(head)->order;
	case BLOCK_BROKEN:
		return page_map_order(
			map_of(head), (unsigned int)(pa / PAGE_SIZE % PAGES_PER_BLOCK), &first);
	default:
		return -1;
	}
}

bool zone_info(unsigned int index, struct zone_info *info)
{
	const struct zone *zone = &zones[index];

	if (index >= zone_total)
		return false;
	*info = (struct zone_info){
		.pages = READ_ONCE(zone->pages),
		.free_pages = free_pages(zone),
		.loose = READ_ONCE(zone->loose_count),
		.node = zone->node,
		.type = zone->type,
	};
	return true;
}
