// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a hart has changed in live tables, and not fenced since. Each hart answers for its own
 * changes: whoever changes a mapping is to fence before he is done. [DEBUG_FENCE]
 */
#include "sv39.h"
#include <arch/hart.h>
#include <arch/percpu.h>
#include <molt/panic.h>

/* The first change that is not fenced, and who made it. */
static __percpu struct {
	virt_addr_t va;
	unsigned long caller;
	bool here, others; /* which harts are still to be fenced */
} owed;

void fence_owe(virt_addr_t va, unsigned long caller)
{
	if (!owed.here && !owed.others) {
		owed.va = va;
		owed.caller = caller;
	}
	owed.here = true;
	owed.others = hart_others_started();
}

/* What is paid is forgotten: the caller may be boot's, and go. */
static void settle(void)
{
	if (!owed.here && !owed.others)
		owed.va = owed.caller = 0;
}

void fence_done_here(void)
{
	owed.here = false;
	settle();
}

void fence_done_others(void)
{
	owed.others = false;
	settle();
}

void paging_fence_check(const char *before)
{
	if (owed.here || owed.others)
		panic("missing sfence.vma on %s hart%s: the mapping of %lx was changed from %lx, "
		      "and comes into use with %s",
			owed.here ? "this" : "the other", owed.here ? "" : "s", owed.va,
			owed.caller, before);
}
