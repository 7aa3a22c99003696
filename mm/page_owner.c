// SPDX-License-Identifier: BSD-2-Clause
/* PAGE_OWNER: who holds each allocation, kept beside the zones and not used by them. */
#include "page_owner_internal.h"
#include <molt/compiler.h>
#include <molt/symbols.h>

struct owner_gib *owner_gibs;

/* A caller is a distance from here: the image is small. */
#define ANCHOR ((unsigned long)page_owner_set)

/* The record of the page at @pages; NULL where there is no RAM. */
static struct owner_record *record_of(const void *pages)
{
	unsigned long offset = (unsigned long)pages - (unsigned long)zone_start;
	const struct owner_gib *gib = &owner_gibs[offset / GIB_SIZE];
	unsigned long page = offset % GIB_SIZE / PAGE_SIZE;

	if (offset / GIB_SIZE >= gib_count || page - gib->first >= gib->count)
		return NULL;
	return &gib->records[page - gib->first];
}

void page_owner_set(const void *pages, unsigned int order, unsigned long caller)
{
	*record_of(pages) = (struct owner_record){
		.caller = (s32)(caller - ANCHOR),
		.class = OWNER_FREE,
		.order = (u8)order,
		.state = RECORD_HELD,
	};
}

void page_owner_clear(const void *pages, unsigned int order, unsigned long caller)
{
	page_owner_set(pages, order, caller);
	record_of(pages)->state = RECORD_FREED;
}

void page_owner_tell(const void *pages, enum ledger_owner class, unsigned long caller)
{
	struct owner_record *record = record_of(pages);

	if (record->class != OWNER_FREE)
		return;
	record->class = (u8) class;
	record->caller = (s32)(caller - ANCHOR);
}

bool page_owner_find(const void *pages, struct page_owner *owner)
{
	const struct owner_record *record = record_of(pages);

	if (!record || record->state == RECORD_NONE)
		return false;
	*owner = (struct page_owner){
		.caller = ANCHOR + (unsigned long)(long)record->caller,
		.class = (enum ledger_owner)record->class,
		.order = record->order,
		.held = record->state == RECORD_HELD,
	};
	return true;
}

/* ---- Summed up ---- */

/* What is allocated by one caller for one purpose. */
struct holder {
	s32 caller;
	u8 class;
	u64 pages, allocations;
};

/* So many are told apart; what more there are is one sum. */
#define HOLDERS 64
static struct holder holders[HOLDERS], others;
static unsigned int holder_count;
static spinlock_t holders_lock;

static struct holder *holder_of(const struct owner_record *record)
{
	struct holder *holder;

	for (holder = holders; holder < holders + holder_count; holder++) {
		if (holder->caller == record->caller && holder->class == record->class)
			return holder;
	}
	if (holder_count == HOLDERS)
		return &others;
	*holder = (struct holder){.caller = record->caller, .class = record->class};
	holder_count++;
	return holder;
}

static void sum_gib(const struct owner_gib *gib, struct holder *all)
{
	const struct owner_record *record = gib->records, *end = record + gib->count;

	for (; record < end; record++) {
		struct holder *holder;

		if (record->state != RECORD_HELD)
			continue;
		holder = holder_of(record);
		holder->pages += 1UL << record->order;
		holder->allocations++;
		all->pages += 1UL << record->order;
		all->allocations++;
	}
}

/* The one with the most pages of those that are not told yet. */
static struct holder *largest(void)
{
	struct holder *holder, *most = NULL;

	for (holder = holders; holder < holders + holder_count; holder++) {
		if (holder->pages && (!most || holder->pages > most->pages))
			most = holder;
	}
	return most;
}

static void print_largest(enum loglevel level, unsigned int most)
{
	struct holder *holder;

	for (; most && (holder = largest()); most--) {
		struct place from = place_of(ANCHOR + (unsigned long)(long)holder->caller);

		printk(level, "  %10lu %12lu  %-9s  " PLACE_FORMAT "\n", holder->pages,
			holder->allocations,
			holder->class == OWNER_FREE ? "-" : ledger_names[holder->class],
			PLACE_ARGS(from));
		holder->pages = 0;
	}
}

void page_owner_print(enum loglevel level, unsigned int most)
{
	struct holder all = {0};
	u32 i;

	if (!spin_trylock(&holders_lock))
		return;
	holder_count = 0;
	others = (struct holder){0};
	for (i = 0; i < gib_count; i++)
		sum_gib(&owner_gibs[i], &all);
	printk(level, "page owners: %lu pages in %lu allocations by %u callers, the largest:\n",
		all.pages, all.allocations, holder_count);
	if (all.pages)
		printk(level, "       pages  allocations  class      caller\n");
	print_largest(level, most);
	if (others.pages)
		printk(level, "  %10lu %12lu  %-9s  %s\n", others.pages, others.allocations, "-",
			"more callers");
	spin_unlock(&holders_lock);
}
