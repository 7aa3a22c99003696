/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory leaves its zone, as zone_grow() and zone_release() brought it. [meminit] */
#ifndef MM_ZONE_SHRINK_H
#define MM_ZONE_SHRINK_H

#include <molt/types.h>

/**
 * zone_take - take all pages out of the zones, if all are free
 * @base, @end: multiples of BLOCK_SIZE. Blocks that are not of ZONE_MOVABLE, or that the zones
 * do not know, are left alone.
 * @pinned: where it fails, set to the first page that is in use; PHYS_ADDR_MAX where a hart
 * does not come by its idle thread in time, so that it may still hold on to what it has seen
 *
 * Waits for all harts to rest, so no lock is held. Pages that were never released stay out.
 * Returns whether they were taken: zone_release() brings them back. Else nothing has changed.
 */
bool zone_take(phys_addr_t base, phys_addr_t end, phys_addr_t *pinned);

/**
 * zone_quiesce - let all harts forget the metadata of the GiBs that [base, end) has part of
 * Other memory of those may be in use. Waits as zone_take() does; returns whether it could. What
 * is out of the zones from then on, no hart looks at.
 */
bool zone_quiesce(phys_addr_t base, phys_addr_t end);

/**
 * zone_detach - take the metadata of GiB @gib away
 * All of its blocks are out of the zones, and that was so as zone_quiesce() was called. What
 * zone_attach() was given is the caller's again.
 */
void zone_detach(u32 gib);

#endif
