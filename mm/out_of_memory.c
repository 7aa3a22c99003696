// SPDX-License-Identifier: BSD-2-Clause
/* What is said where there is no memory. To the caller that is an error like any other. */
#include "zone_internal.h"
#include <mm/meminfo.h>
#include <mm/page_owner.h>
#include <molt/compiler.h>
#include <molt/symbols.h>

/* Told are the first failure and each of so many. */
#define FAILURES_TOLD 1024

/* Holders that are named then. */
#define HOLDERS_TOLD 10

void *page_alloc_failed(unsigned int order, gfp_t gfp, unsigned int nid)
{
	static u64 failures;
	struct place from = place_of(CALLER);
	u64 failure;

	if (gfp & __GFP_NOWARN)
		return NULL;
	failure = __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
	if (failure % FAILURES_TOLD)
		return NULL;
	pr_warn("out of memory: no %lu KiB (order %u, GFP_%s%s%s) near node %u, asked for "
		"from " PLACE_FORMAT "; failure %lu\n",
		(PAGE_SIZE << order) / 1024, order, zone_names[zone_type_wanted(gfp)],
		gfp & __GFP_ZERO ? "|__GFP_ZERO" : "", gfp & __GFP_ATOMIC ? "|__GFP_ATOMIC" : "",
		nid, PLACE_ARGS(from), failure + 1);
	zones_print(LOGLEVEL_WARNING);
	ledger_print(LOGLEVEL_WARNING);
	if (IS_ENABLED(CONFIG_PAGE_OWNER))
		page_owner_print(LOGLEVEL_WARNING, HOLDERS_TOLD);
	return NULL;
}
