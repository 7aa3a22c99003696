/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of hotpluggable memory, which hotplug.c works on. [meminit] */
#ifndef MM_HOTPLUG_INTERNAL_H
#define MM_HOTPLUG_INTERNAL_H

#include <mm/hotplug.h>

/* Whether [base, end) is of blocks, the first and the last of which have recorded memory. */
bool ranges_known(phys_addr_t base, phys_addr_t end);

/* Whether all that is recorded in [base, end) is in @state; else sets @found. */
bool ranges_are(
	phys_addr_t base, phys_addr_t end, enum memory_state state, enum memory_state *found);

/**
 * ranges_part - the next recorded memory of one piece, from *@end on and below @limit
 * Of whatever states and zones. Sets [*base, *end); returns false where there is none.
 */
bool ranges_part(phys_addr_t *base, phys_addr_t *end, phys_addr_t limit);

/**
 * ranges_reserve - room for ranges_set() of the same
 * Returns 0 or -ENOMEM. What it draws from the zones goes back with ranges_trim().
 */
int ranges_reserve(phys_addr_t base, phys_addr_t end, enum memory_state state);

/* [base, end), is in @state from now on. There is room. */
void ranges_set(phys_addr_t base, phys_addr_t end, enum memory_state state);

/* No more room than is needed, where there is memory to move to. */
void ranges_trim(void);

/* Bytes that ranges_reserve() would draw now; and what set and trim would leave more than now. */
unsigned long ranges_draw(phys_addr_t base, phys_addr_t end, enum memory_state state);
s64 ranges_cost(phys_addr_t base, phys_addr_t end, enum memory_state state);

/* ---- Metadata (hotplug_metadata.c). All of it takes ranges that ranges_known() knows. ---- */

/* As memory_add_cost(), without tables and the record: adds to @cost. 0 or -ENOSPC. */
int metadata_cost(
	phys_addr_t base, phys_addr_t end, enum memory_where where, struct memory_cost *cost);

/* Where there is none yet: from the zones, 0 or -ENOMEM; or inside, which is mapped and fits. */
int metadata_attach_elsewhere(phys_addr_t base, phys_addr_t end);
void metadata_attach_inside(phys_addr_t base, phys_addr_t end);

/* What nothing but [base, end) needs goes back, but for boot's. No hart looks at it any more. */
void metadata_detach(phys_addr_t base, phys_addr_t end);

/* Whether metadata that lies in [base, end) is needed for other memory that is added. */
bool metadata_is_shared(phys_addr_t base, phys_addr_t end);

/* As ranges_part(), but of one GiB at most, and without metadata that lies inside. */
bool usable_part(phys_addr_t *base, phys_addr_t *end, phys_addr_t limit);

/* ---- The linear map (hotplug_linear.c). All harts are fenced. ---- */

/* What mapping costs: adds to @cost. */
void linear_cost(phys_addr_t from, phys_addr_t limit, struct memory_cost *cost);

/* 0, or -ENOMEM with nothing changed. */
int linear_map(phys_addr_t from, phys_addr_t limit);

/* Before part of what was mapped is unmapped: 0 or -ENOMEM. And the other way. */
int linear_split(phys_addr_t base, phys_addr_t end);
void linear_fold(phys_addr_t base, phys_addr_t end);

void linear_unmap(phys_addr_t base, phys_addr_t end);

/* Panics where offline memory is mapped. [DEBUG_WX] */
void linear_audit(void);

#endif
