// SPDX-License-Identifier: BSD-2-Clause
/*
 * memblock: the two sets, and the public calls that change them.
 *
 * Each call asks first whether the zones own memory, and is then refused, for good. What does
 * the work is boot's alone, and is reached from here only before that (memblock_internal.h).
 */
#include "memblock_internal.h"

#include <arch/page.h>
#include <molt/err.h>

struct memblock memblock = {
	.current_limit = MEMBLOCK_ALLOC_ANYWHERE,
	.memory = {.max = INIT_MEMBLOCK_MEMORY_REGIONS,
		.regions = memblock_first_memory,
		.name = "memory"},
	.reserved = {.max = INIT_MEMBLOCK_RESERVED_REGIONS,
		.regions = memblock_first_reserved,
		.name = "reserved"},
};
#define MOVED "memblock_keep() moves it at the hand-over"
LIFETIME_REFERENCE(MOVED, memblock, memblock_first_memory, memblock_first_reserved);

/*
 * Whether a range may be changed, or a setting. If not it is said; with memblock=debug it is
 * told that somebody asks.
 */
static bool changeable(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags,
	const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return false;
	if (unlikely(memblock_debug))
		memblock_tell_change(base, size, nid, flags, function, caller);
	return true;
}
ASKS_FIRST(changeable, memblock_tell_change);

static bool settable(u64 value, const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return false;
	if (unlikely(memblock_debug))
		memblock_tell_setting(value, function, caller);
	return true;
}
ASKS_FIRST(settable, memblock_tell_setting);

/* ---- RAM, and what of it is taken ---- */

static int add(struct memblock_type *type, phys_addr_t base, phys_addr_t size, int nid,
	enum memblock_flags flags, const char *function, unsigned long caller)
{
	if (!changeable(base, size, nid, flags, function, caller))
		return -EINVAL;
	return memblock_add_range(type, base, size, nid, flags, NULL);
}
ASKS_FIRST(add, memblock_add_range);

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	return add(&memblock.memory, base, size, NUMA_NO_NODE, MEMBLOCK_NONE, __func__, CALLER);
}

int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags)
{
	return add(&memblock.memory, base, size, nid, flags, __func__, CALLER);
}

int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	return add(&memblock.reserved, base, size, NUMA_NO_NODE, MEMBLOCK_NONE, __func__, CALLER);
}

int memblock_reserve_owner(phys_addr_t base, phys_addr_t size, unsigned owner)
{
	if (owner >= MEMBLOCK_OWNER_LIMIT)
		return -EINVAL;
	return add(&memblock.reserved, base, size, NUMA_NO_NODE, MEMBLOCK_OWNER(owner), __func__,
		CALLER);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
struct memblock_type physmem = {
	.max = INIT_PHYSMEM_REGIONS, .regions = memblock_first_physmem, .name = "physmem"};
LIFETIME_REFERENCE(MOVED, physmem, memblock_first_physmem);

int memblock_physmem_add(phys_addr_t base, phys_addr_t size)
{
	return add(&physmem, base, size, NUMA_NO_NODE, MEMBLOCK_NONE, __func__, CALLER);
}
#endif

static int drop(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
	const char *function, unsigned long caller)
{
	if (!changeable(base, size, NUMA_NO_NODE, MEMBLOCK_NONE, function, caller))
		return -EINVAL;
	return memblock_remove_range(type, base, size, NULL);
}
ASKS_FIRST(drop, memblock_remove_range);

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	return drop(&memblock.memory, base, size, __func__, CALLER);
}

int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	return drop(&memblock.reserved, base, size, __func__, CALLER);
}

void memblock_free(void *ptr, size_t size)
{
	drop(&memblock.reserved, ptr ? __pa(ptr) : 0, ptr ? size : 0, __func__, CALLER);
}

/* ---- What is known of it ---- */

static int mark(phys_addr_t base, phys_addr_t size, enum memblock_flags clear,
	enum memblock_flags set, const char *function, unsigned long caller)
{
	if (!changeable(base, size, NUMA_NO_NODE, clear | set, function, caller))
		return -EINVAL;
	return memblock_set_flags(&memblock.memory, base, size, clear, set);
}
ASKS_FIRST(mark, memblock_set_flags);

int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size)
{
	return mark(base, size, MEMBLOCK_NONE, MEMBLOCK_HOTPLUG, __func__, CALLER);
}

int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size)
{
	return mark(base, size, MEMBLOCK_HOTPLUG, MEMBLOCK_NONE, __func__, CALLER);
}

int memblock_mark_mirror(phys_addr_t base, phys_addr_t size)
{
	return mark(base, size, MEMBLOCK_NONE, MEMBLOCK_MIRROR, __func__, CALLER);
}

int memblock_mark_nomap(phys_addr_t base, phys_addr_t size)
{
	return mark(base, size, MEMBLOCK_NONE, MEMBLOCK_NOMAP, __func__, CALLER);
}

int memblock_clear_nomap(phys_addr_t base, phys_addr_t size)
{
	return mark(base, size, MEMBLOCK_NOMAP, MEMBLOCK_NONE, __func__, CALLER);
}

int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid)
{
	if (!changeable(base, size, nid, MEMBLOCK_NONE, __func__, CALLER))
		return -EINVAL;
	return memblock_set_nodes(type, base, size, nid);
}
ASKS_FIRST(memblock_set_node, memblock_set_nodes);

int memblock_set_owner(phys_addr_t base, phys_addr_t size, unsigned owner)
{
	enum memblock_flags flags = MEMBLOCK_OWNER(owner);

	if (owner >= MEMBLOCK_OWNER_LIMIT ||
		!changeable(base, size, NUMA_NO_NODE, flags, __func__, CALLER))
		return -EINVAL;
	return memblock_set_owners(base, size, owner);
}
ASKS_FIRST(memblock_set_owner, memblock_set_owners);

int memblock_own_tables(unsigned owner)
{
	if (owner >= MEMBLOCK_OWNER_LIMIT || !settable(owner, __func__, CALLER))
		return -EINVAL;
	return memblock_own_doubled(owner);
}
ASKS_FIRST(memblock_own_tables, memblock_own_doubled);

/* ---- Limits and settings ---- */

void memblock_trim_memory(phys_addr_t align)
{
	if (settable(align, __func__, CALLER))
		memblock_trim_ends(align);
}
ASKS_FIRST(memblock_trim_memory, memblock_trim_ends);

void memblock_enforce_memory_limit(phys_addr_t limit)
{
	if (settable(limit, __func__, CALLER))
		memblock_limit_sets(limit, MEMBLOCK_NONE);
}
ASKS_FIRST(memblock_enforce_memory_limit, memblock_limit_sets);

void memblock_mem_limit_remove_map(phys_addr_t limit)
{
	if (settable(limit, __func__, CALLER))
		memblock_limit_sets(limit, MEMBLOCK_NOMAP);
}
ASKS_FIRST(memblock_mem_limit_remove_map, memblock_limit_sets);

void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size)
{
	if (changeable(base, size, NUMA_NO_NODE, MEMBLOCK_NONE, __func__, CALLER) && size)
		memblock_cap_sets(base, size);
}
ASKS_FIRST(memblock_cap_memory_range, memblock_cap_sets);

void memblock_set_bottom_up(bool enable)
{
	if (settable(enable, __func__, CALLER))
		memblock.bottom_up = enable;
}

void memblock_set_current_limit(phys_addr_t limit)
{
	if (settable(limit, __func__, CALLER))
		memblock.current_limit = limit;
}

void memblock_allow_resize(void)
{
	if (settable(true, __func__, CALLER))
		memblock.can_resize = true;
}
