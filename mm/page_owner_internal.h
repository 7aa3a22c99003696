/* SPDX-License-Identifier: BSD-2-Clause */
/* What PAGE_OWNER keeps. */
#ifndef MM_PAGE_OWNER_INTERNAL_H
#define MM_PAGE_OWNER_INTERNAL_H

#include "zone_internal.h"
#include <mm/page_owner.h>

enum record_state {
	RECORD_NONE, /* no allocation ever began here */
	RECORD_HELD,
	RECORD_FREED, /* caller is who freed it */
};

/*
 * One for each page; that of an allocation's first page speaks for it. Written by who has the
 * pages, or under the lock of their zone as they become free.
 */
struct owner_record {
	s32 caller;
	u8 class; /* enum ledger_owner */
	u8 order;
	u8 state; /* enum record_state */
};
_Static_assert(sizeof(struct owner_record) == 8, "a record is 8 bytes");

/* Of a GiB: records of pages [first, first + count), where it has RAM. */
struct owner_gib {
	struct owner_record *records;
	u32 first, count;
};
extern struct owner_gib *owner_gibs;

#endif
