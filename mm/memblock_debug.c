// SPDX-License-Identifier: BSD-2-Clause
/* memblock, told to people: calls that are wrong, and the whole map, in any stage. */
#include "memblock_internal.h"

#include <arch/page.h>
#include <lib/printf.h>
#include <molt/symbols.h>

bool memblock_debug;
const char *(*memblock_owner_name)(unsigned owner);

/* ---- Words ---- */

phys_addr_t memblock_in_units(phys_addr_t bytes, const char **unit)
{
	static const char *const units[] = {"bytes", "KiB", "MiB"};
	unsigned i = 0;

	while (i + 1 < ARRAY_SIZE(units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		i++;
	}
	*unit = units[i];
	return bytes;
}

const char *memblock_flag_words(enum memblock_flags flags, struct memblock_words *words)
{
	static const char *const names[] = {"hotplug", "mirror", "nomap", "driver-managed"};
	size_t length = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & 1U << i)
			length += (size_t)snprintf(words->flags + length,
				sizeof(words->flags) - length, "%s%s", length ? "," : "", names[i]);
	}
	return length ? words->flags : "none";
}

const char *memblock_node_words(int nid, struct memblock_words *words)
{
	if (nid < 0)
		return "any";
	snprintf(words->node, sizeof(words->node), "%d", nid);
	return words->node;
}

const char *memblock_owner_words(unsigned owner, struct memblock_words *words)
{
	const char *name = memblock_owner_name ? memblock_owner_name(owner) : NULL;

	if (name)
		return name;
	snprintf(words->owner, sizeof(words->owner), "owner %u", owner);
	return words->owner;
}

/* ---- Calls ---- */

void memblock_complain(
	enum loglevel level, const char *function, const char *complaint, unsigned long caller)
{
	struct place at = place_named(caller);

	printk(level, "memblock: %s() %s; called from " PLACE_FORMAT "\n", function, complaint,
		PLACE_ARGS(at));
}

/* ---- The map ---- */

/* The node of @r as a column of its own, where there are nodes. */
static const char *node_column(const struct memblock_region *r, struct memblock_words *words)
{
	int nid = memblock_get_region_node(r);

	if (!IS_ENABLED(CONFIG_NUMA))
		return "";
	snprintf(words->node, sizeof(words->node), nid < 0 ? "any node  " : "node %-5d", nid);
	return words->node;
}

static void dump_region(const struct memblock_type *type, const struct memblock_region *r)
{
	bool flagged = r->flags & (MEMBLOCK_OWNER(1) - 1);
	struct memblock_words words;
	const char *unit, *holder = "RAM";
	phys_addr_t size = memblock_in_units(r->size, &unit);

	if (type == &memblock.reserved)
		holder = memblock_owner_words(memblock_region_owner(r), &words);
	pr_info("  0x%016lx-0x%016lx %10lu %-5s  %s%s%s%s\n", r->base, memblock_region_end(r) - 1,
		size, unit, node_column(r, &words), holder, flagged ? ", " : "",
		flagged ? memblock_flag_words(r->flags, &words) : "");
}

static void dump_type(const struct memblock_type *type)
{
	const char *unit;
	phys_addr_t size = memblock_in_units(type->total_size, &unit);

	pr_info("memblock: %s: %lu %s in %lu of %lu entries\n", type->name, size, unit, type->cnt,
		type->max);
	for (unsigned long i = 0; i < type->cnt; i++)
		dump_region(type, &type->regions[i]);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void dump_physmem(void)
{
	dump_type(&physmem);
}
#else
static void dump_physmem(void)
{
}
#endif

void memblock_dump_all(void)
{
	const char *unit;
	phys_addr_t size = memblock_in_units(memblock_free_bytes(), &unit);

	dump_type(&memblock.memory);
	dump_type(&memblock.reserved);
	dump_physmem();
	pr_info("memblock: free: %lu %s\n", size, unit);
}
