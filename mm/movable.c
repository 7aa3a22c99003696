// SPDX-License-Identifier: BSD-2-Clause
/* Owners of pages that can be moved. */
#include "range_internal.h"
#include <molt/panic.h>

spinlock_t movable_lock;

static struct movable_owner *owners; /* guarded by movable_lock */

void movable_register(struct movable_owner *owner)
{
	spin_lock(&movable_lock);
	owner->next = owners;
	owners = owner;
	spin_unlock(&movable_lock);
}

void movable_unregister(struct movable_owner *owner)
{
	struct movable_owner **at = &owners, *found;

	spin_lock(&movable_lock);
	while (*at && *at != owner)
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = owner->next;
	spin_unlock(&movable_lock);
	if (!found)
		panic("movable_unregister(%p) from %lx: it is not registered", (void *)owner,
			CALLER);
}

struct movable_owner *movable_owner_of(phys_addr_t pa, unsigned int order)
{
	struct movable_owner *owner;
	struct movable_run run;

	for (owner = owners; owner; owner = owner->next) {
		if (owner->enumerate(owner, pa, pa + (PAGE_SIZE << order), &run) &&
			run.base == pa && run.order == order)
			return owner;
	}
	return NULL;
}
