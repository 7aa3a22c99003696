/* SPDX-License-Identifier: BSD-2-Clause */
/* A range of memory joins a zone: at boot for all RAM, later by hotplug. [meminit] */
#ifndef MM_ZONE_GROW_H
#define MM_ZONE_GROW_H

#include <mm/zone.h>

/**
 * zone_attach - give blocks [first, first + count) of a GiB their metadata
 * @gib: number of the GiB in the root table, which has none for it yet
 * @descriptors: 16 bytes a block, 8-byte aligned; @maps: 128 bytes a block
 *
 * Neither is written to before it is needed. The memory is the zones' for good.
 */
void zone_attach(u32 gib, u16 first, u16 count, void *descriptors, void *maps);

/**
 * zone_grow - make [base, end) known to the zone numbered @zone, nothing of it free yet
 * @base, @end: multiples of BLOCK_SIZE: a block belongs to one zone
 *
 * The GiBs it touches have their metadata. zone_release() then frees what is free.
 * Blocks that were another zone's change over, unless something of them is free or in use.
 */
void zone_grow(phys_addr_t base, phys_addr_t end, u8 zone);

/* The type of the zone that RAM at @pa belongs to at boot. [init] */
enum zone_type zone_type_of(phys_addr_t pa);

/* Bytes that zones_make() needs for the same zones. To be called before it. [init] */
unsigned long zones_size(const u8 *wanted);

/**
 * zones_make - make the zones, and the lists by which they are tried [init]
 * @wanted: for each of numa_nodes nodes a mask, bit n for a zone of type n
 * @memory: 8-byte aligned, theirs for good
 */
void zones_make(const u8 *wanted, void *memory);

/* The number of the zone of @type on @node, which zones_make() has made. [init] */
u8 zone_index(unsigned int node, enum zone_type type);

#endif
