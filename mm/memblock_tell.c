// SPDX-License-Identifier: BSD-2-Clause
/* memblock, told with memblock=debug: changes, allocations, doublings, as they come. */
#include "memblock_internal.h"

#include <arch/page.h>
#include <lib/printf.h>

void memblock_tell_change(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags,
	const char *function, unsigned long caller)
{
	unsigned owner = (unsigned)flags >> MEMBLOCK_OWNER_SHIFT;
	phys_addr_t end = memblock_range_end(base, size);
	struct place at = place_named(caller);
	const char *unit;
	struct memblock_words words;

	if (base == end) /* as if not asked */
		return;
	size = memblock_in_units(end - base, &unit);
	pr_info("%s: [0x%016lx-0x%016lx] %lu %s, flags %s%s%s, node %s, from " PLACE_FORMAT "\n",
		function, base, end - 1, size, unit, memblock_flag_words(flags, &words),
		owner ? ", " : "", owner ? memblock_owner_words(owner, &words) : "",
		memblock_node_words(nid, &words), PLACE_ARGS(at));
}

void memblock_tell_setting(u64 value, const char *function, unsigned long caller)
{
	struct place at = place_named(caller);

	pr_info("%s: 0x%lx, from " PLACE_FORMAT "\n", function, value, PLACE_ARGS(at));
}

/* The flags of RAM at @pa, which is some. */
static enum memblock_flags flags_at(phys_addr_t pa)
{
	return memblock.memory.regions[memblock_first_above(&memblock.memory, pa)].flags;
}

void memblock_tell_alloc(phys_addr_t size, phys_addr_t align, phys_addr_t min, phys_addr_t max,
	int nid, phys_addr_t base, const char *function, unsigned long caller)
{
	struct place at = place_named(caller);
	struct memblock_words words;
	const char *unit;
	phys_addr_t units = memblock_in_units(size, &unit);
	char what[128];

	if (max == MEMBLOCK_ALLOC_ACCESSIBLE)
		max = memblock.current_limit;
	if (base)
		snprintf(what, sizeof(what), "[0x%016lx-0x%016lx] %lu %s, flags %s", base,
			base + size - 1, units, unit, memblock_flag_words(flags_at(base), &words));
	else
		snprintf(what, sizeof(what), "nowhere %lu %s", units, unit);
	pr_info("%s: %s, node %s, align 0x%lx, min 0x%lx, max 0x%lx, from " PLACE_FORMAT "\n",
		function, what, memblock_node_words(nid, &words), align, min, max, PLACE_ARGS(at));
}

void memblock_tell_doubling(const struct memblock_type *type, unsigned long old_max)
{
	phys_addr_t base = __pa(type->regions), size = memblock_table_bytes(type->max);

	pr_info("memblock: %s grows from %lu to %lu entries, at [0x%016lx-0x%016lx]\n", type->name,
		old_max, type->max, base, base + size - 1);
}
