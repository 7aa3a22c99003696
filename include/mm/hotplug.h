/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that joins after boot. [meminit; with MEMORY_HOTPLUG] */
#ifndef MM_HOTPLUG_H
#define MM_HOTPLUG_H

#include <molt/types.h>

enum memory_state {
	MEMORY_OFFLINE, /* known, not mapped, in no zone */
	MEMORY_ADDED,	/* mapped, metadata made; nothing of it free */
	MEMORY_ONLINE,	/* in zone MOVABLE */
};

/* A hotpluggable range of the FDT, what lay in it at boot left out. Page-aligned. */
struct memory_range {
	phys_addr_t base, end;
	enum memory_state state;
	u8 zone; /* that it joins: MOVABLE of its node, by number */
};

/**
 * hotplug_reserve - at boot: room for @max ranges, at @ranges, for good
 */
void hotplug_reserve(struct memory_range *ranges, unsigned int max);

/**
 * hotplug_record - at boot: [base, end) is offline, and to join the zone numbered @zone
 * Meminit never parses the FDT: what it is not told here, it does not know.
 */
void hotplug_record(phys_addr_t base, phys_addr_t end, u8 zone);

/* Range @index in ascending order, or NULL behind the last. */
const struct memory_range *hotplug_range(unsigned int index);

/**
 * memory_add - map a recorded range and give it metadata
 * @base, @size: exactly a range of hotplug_range()
 *
 * Tables and metadata come from the zones (GFP_KERNEL). Other harts are
 * fenced. One caller at a time.
 * Returns 0; -EINVAL where no such range was recorded; -EEXIST where it was added
 * before; -ENOMEM, or -EIO where harts cannot be fenced: then nothing is lost, tables
 * and metadata that were drawn wait for the next attempt.
 */
int memory_add(phys_addr_t base, phys_addr_t size);

/**
 * memory_online - free the pages of an added range into zone MOVABLE of its node
 * Returns 0; -EINVAL where no such range was recorded; -EBUSY where it is not added or
 * is online already.
 */
int memory_online(phys_addr_t base, phys_addr_t size);

#endif
