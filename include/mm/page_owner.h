/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds each allocation of pages: PAGE_OWNER keeps 8 bytes for each page, which exist only
 * then. All of it is for code under IS_ENABLED(CONFIG_PAGE_OWNER).
 */
#ifndef MM_PAGE_OWNER_H
#define MM_PAGE_OWNER_H

#include <mm/ledger.h>
#include <molt/printk.h>
#include <molt/types.h>

/* What is known of an allocation, or of one that was. */
struct page_owner {
	unsigned long caller;	 /* who allocated it; or, where it is free, who freed it */
	enum ledger_owner class; /* OWNER_FREE: nobody has told */
	unsigned int order;
	bool held;
};

/**
 * page_owner_tell - what an allocation is for
 * @pages: what page_alloc() returned; @caller: on whose behalf. Who tells first is believed.
 *
 * To be called by who books the pages in the ledger. The caller of page_alloc() is known
 * without it.
 */
void page_owner_tell(const void *pages, enum ledger_owner class, unsigned long caller);

/**
 * page_owner_find - tell of the allocation that begins at @pages
 * Returns false where none ever did.
 */
bool page_owner_find(const void *pages, struct page_owner *owner);

/**
 * page_owner_print - who holds most of what is allocated, by caller and class
 * @most: lines at most
 *
 * Walks what is known of all of RAM, without a lock: exact while other harts are idle. One hart
 * at a time; another one's call prints nothing.
 */
void page_owner_print(enum loglevel level, unsigned int most);

/* Room for all of RAM, what is hotpluggable included, from memblock. [init] */
void page_owner_init(void);

/* For the zones: 2^@order pages were allocated, or are about to be free. */
void page_owner_set(const void *pages, unsigned int order, unsigned long caller);
void page_owner_clear(const void *pages, unsigned int order, unsigned long caller);

#endif
