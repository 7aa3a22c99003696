/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that comes and goes after boot. [meminit; with MEMORY_HOTPLUG]
 *
 * Offline, added, online, and back the same way. Every call takes any part [base, base + size)
 * of what the FDT has marked hotpluggable, of one piece: each of its ends is a multiple of
 * BLOCK_SIZE, or an end that the record has anyway, as where an initramfs lies. One caller at a
 * time. A call that fails leaves everything as it was.
 */
#ifndef MM_HOTPLUG_H
#define MM_HOTPLUG_H

#include <mm/range.h>
#include <molt/types.h>

enum memory_state {
	MEMORY_OFFLINE, /* known, not mapped, in no zone */
	MEMORY_ADDED,	/* mapped, metadata made; nothing of it free */
	MEMORY_ONLINE,	/* in zone MOVABLE */
};

/* A part of the hotpluggable memory, what lay in it at boot left out. Page-aligned. */
struct memory_range {
	phys_addr_t base, end;
	u8 state; /* enum memory_state */
	u8 zone;  /* that it joins: MOVABLE of its node, by number */
};

/**
 * hotplug_reserve - at boot: room for @max ranges, at @ranges, for good
 */
void hotplug_reserve(struct memory_range *ranges, unsigned int max);

/**
 * hotplug_record - at boot: [base, end) is offline, and to join the zone numbered @zone
 * Ascending. Meminit never parses the FDT: what it is not told here, it does not know.
 */
void hotplug_record(phys_addr_t base, phys_addr_t end, u8 zone);

/* Range @index in ascending order, or NULL behind the last. Until the next call changes it. */
const struct memory_range *hotplug_range(unsigned int index);

/* Where the metadata of memory that is added lies. */
enum memory_where {
	METADATA_ELSEWHERE, /* in pages of the zones (GFP_KERNEL), which must be free */
	METADATA_INSIDE,    /* at the beginning of what is added: it takes nothing from others */
};

/*
 * What adding a range does to the ledger, in bytes. It may give back more than it takes:
 * where it makes a larger leaf whole, tables go.
 */
struct memory_cost {
	s64 metadata; /* owner `zones` gains: descriptors, page maps, the record's room */
	s64 tables;   /* owner `tables` gains */
	u64 inside;   /* of the metadata, in the range itself */
	u64 needed;   /* free memory that is drawn at most meanwhile */
};

/**
 * memory_add_cost - what memory_add() of the same would cost, exactly
 * Changes nothing. Returns as memory_add() would, but for -ENOMEM.
 */
int memory_add_cost(
	phys_addr_t base, phys_addr_t size, enum memory_where where, struct memory_cost *cost);

/**
 * memory_add - map an offline range and give it metadata
 *
 * Metadata is made for all that is hotpluggable of a GiB (144 bytes for each 2 MiB) when the
 * first part of it is added, and goes with the last. Tables come from the zones (GFP_KERNEL).
 * Panics where the firmware does not fence other harts.
 * Returns 0; -EINVAL where no such range was recorded; -EEXIST where part of it is added;
 * -ENOSPC where it is to hold metadata that it has no room for; -ENOMEM.
 */
int memory_add(phys_addr_t base, phys_addr_t size, enum memory_where where);

/**
 * memory_online - free the pages of an added range into zone MOVABLE of its node
 * Its metadata stays out. Returns 0; -EINVAL where no such range was recorded; -ENOENT where
 * part of it is not added; -EEXIST where part of it is online; -ENOMEM for the record.
 */
int memory_online(phys_addr_t base, phys_addr_t size);

/**
 * memory_offline - take the pages of a range out of its zone
 * @pin: filled in with -EBUSY and -ENOMEM, unless NULL: what is in the way, and whose it is
 *
 * What movable owners have in it is moved elsewhere (mm/movable.h).
 * Returns 0; -EINVAL where no such range was recorded; -ENOENT where part of it is not
 * online; -EBUSY where @pin stays; -ENOMEM for the record, or where there is nowhere to move
 * to. Pages may have moved then.
 */
int memory_offline(phys_addr_t base, phys_addr_t size, struct range_pin *pin);

/**
 * memory_remove - unmap a range that is added and not online, and take its metadata away
 *
 * All harts are fenced, and each has been in its idle thread before metadata becomes anybody's:
 * only then it surely looks at it no more.
 * Returns 0; -EINVAL where no such range was recorded; -ENOENT where part of it is not added;
 * -EBUSY where part of it is online, where the metadata in it is still needed for other memory
 * of its GiB, or where a hart does not come to idle in time; -ENOMEM for the record, or where a
 * larger leaf has to be split.
 */
int memory_remove(phys_addr_t base, phys_addr_t size);

#endif
