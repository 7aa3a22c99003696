/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is allocated in a world of zones, whose it is, and two owners that can move theirs. The
 * model of zone_world.h is kept up with it.
 */
#ifndef TEST_HOST_RANGE_WORLD_H
#define TEST_HOST_RANGE_WORLD_H

#include <mm/movable.h>
#include <mm/range.h>

#include "zone_world.h"

#define OWNERS 2
#define FIXED  OWNERS /* of what nobody can move */

/* An allocation; order ORDER_NONE: a range of bytes that was taken as such. */
struct held {
	phys_addr_t pa;
	unsigned long bytes;
	unsigned int order, owner;
	bool pinned;
};
#define ORDER_NONE 99

extern struct held *helds;
extern unsigned long held_total;
extern struct movable_owner owners[OWNERS];

/* All of @world's RAM is free, or, with @hold, but each @hold-th page, which stays held. */
void range_world_begin(const struct world *world, unsigned long hold);
void range_world_end(void);

/* The allocation, or NULL. */
struct held *hold_pages(unsigned int order, unsigned int owner, gfp_t gfp);
void drop(unsigned long index);

/* What is at @pa, or NULL. */
struct held *held_at(phys_addr_t pa);

/*
 * range_take() on both. -1: the model does not agree with what it returned, or with @pin.
 * What was taken is one more of helds[].
 */
int take_range(phys_addr_t base, phys_addr_t end, bool may_move, struct range_pin *pin);

/* The model is told that [base, end) has been taken, and what was moved for it; or has not. */
bool model_took(phys_addr_t base, phys_addr_t end, bool taken);

#endif
