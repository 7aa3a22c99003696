/* SPDX-License-Identifier: BSD-2-Clause */
/* A range of memory joins a zone: at boot for all RAM, later by hotplug. [meminit] */
#ifndef MM_ZONE_GROW_H
#define MM_ZONE_GROW_H

#include <mm/zone.h>

/* Bytes of metadata for @blocks blocks of 2 MiB: descriptors and page maps. */
unsigned long zone_metadata_size(u32 blocks);

/**
 * zone_attach - give blocks [first, first + count) of a GiB their metadata
 * @gib: number of the GiB in the root table, which has none for it yet
 * @descriptors: 16 bytes a block, 8-byte aligned; @maps: 128 bytes a block
 *
 * Neither is written to before it is needed. The memory is the zones' for good.
 */
void zone_attach(u32 gib, u16 first, u16 count, void *descriptors, void *maps);

/**
 * zone_grow - make [base, end) known to zone @type, nothing of it free yet
 *
 * The GiBs it touches have their metadata. zone_release() then frees what is free.
 * Blocks that the range touches only in part belong to the zone that came first.
 */
void zone_grow(phys_addr_t base, phys_addr_t end, enum zone_type type);

/* The zone that RAM at @pa belongs to at boot. */
enum zone_type zone_type_of(phys_addr_t pa);

#endif
