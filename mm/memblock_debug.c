// SPDX-License-Identifier: BSD-2-Clause
/* memblock, told to people: calls that are wrong, calls as they come, and the whole map. */
#include "memblock_internal.h"

#include <arch/page.h>
#include <lib/printf.h>
#include <molt/symbols.h>

bool memblock_debug;
const char *(*memblock_owner_name)(unsigned owner);

/* ---- Words ---- */

/* An address in code: a function and an offset, or with no name all of the address. */
struct place {
	const char *name, *plus;
	unsigned long offset;
};
#define PLACE	       "%s%s0x%lx"
#define PLACE_ARGS(at) (at).name, (at).plus, (at).offset

static struct place place_of(unsigned long address)
{
	struct place at = {.name = "", .plus = "", .offset = address};
	const char *name = symbol_lookup(address, &at.offset);

	if (name) {
		at.name = name;
		at.plus = "+";
	}
	return at;
}

/* So many of the largest unit that leaves no rest. */
static phys_addr_t in_units(phys_addr_t bytes, const char **unit)
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

/* Room for what the words below are put together from. */
struct words {
	char flags[40];
	char node[16];
	char owner[16];
};

static const char *flag_words(enum memblock_flags flags, struct words *words)
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

static const char *node_words(int nid, struct words *words)
{
	if (nid < 0)
		return "any";
	snprintf(words->node, sizeof(words->node), "%d", nid);
	return words->node;
}

static const char *owner_words(unsigned owner, struct words *words)
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
	struct place at = place_of(caller);

	printk(level, "memblock: %s() %s; called from " PLACE "\n", function, complaint,
		PLACE_ARGS(at));
}

void memblock_tell_change(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags,
	const char *function, unsigned long caller)
{
	unsigned owner = (unsigned)flags >> MEMBLOCK_OWNER_SHIFT;
	phys_addr_t end = memblock_range_end(base, size);
	struct place at = place_of(caller);
	const char *unit;
	struct words words;

	if (base == end) /* as if not asked */
		return;
	size = in_units(end - base, &unit);
	pr_info("%s: [0x%016lx-0x%016lx] %lu %s, flags %s%s%s, node %s, from " PLACE "\n", function,
		base, end - 1, size, unit, flag_words(flags, &words), owner ? ", " : "",
		owner ? owner_words(owner, &words) : "", node_words(nid, &words), PLACE_ARGS(at));
}

void memblock_tell_setting(u64 value, const char *function, unsigned long caller)
{
	struct place at = place_of(caller);

	pr_info("%s: 0x%lx, from " PLACE "\n", function, value, PLACE_ARGS(at));
}

void memblock_tell_alloc(phys_addr_t size, phys_addr_t align, phys_addr_t min, phys_addr_t max,
	int nid, phys_addr_t base, const char *function, unsigned long caller)
{
	struct place at = place_of(caller);
	struct words words;

	if (max == MEMBLOCK_ALLOC_ACCESSIBLE)
		max = memblock.current_limit;
	pr_info("%s: 0x%lx bytes, align 0x%lx, min 0x%lx, max 0x%lx, node %s, gives 0x%lx, "
		"from " PLACE "\n",
		function, size, align, min, max, node_words(nid, &words), base, PLACE_ARGS(at));
}

void memblock_tell_doubling(const struct memblock_type *type, unsigned long old_max)
{
	phys_addr_t base = __pa(type->regions), size = memblock_table_bytes(type->max);

	pr_info("memblock: %s grows from %lu to %lu entries, at [0x%016lx-0x%016lx]\n", type->name,
		old_max, type->max, base, base + size - 1);
}

/* ---- The map ---- */

/* The node of @r as a column of its own, where there are nodes. */
static const char *node_column(const struct memblock_region *r, struct words *words)
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
	struct words words;
	const char *unit, *holder = "RAM";
	phys_addr_t size = in_units(r->size, &unit);

	if (type == &memblock.reserved)
		holder = owner_words(memblock_region_owner(r), &words);
	pr_info("  0x%016lx-0x%016lx %10lu %-5s  %s%s%s%s\n", r->base, memblock_region_end(r) - 1,
		size, unit, node_column(r, &words), holder, flagged ? ", " : "",
		flagged ? flag_words(r->flags, &words) : "");
}

static void dump_type(const struct memblock_type *type)
{
	const char *unit;
	phys_addr_t size = in_units(type->total_size, &unit);

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
	phys_addr_t size = in_units(memblock_free_bytes(), &unit);

	dump_type(&memblock.memory);
	dump_type(&memblock.reserved);
	dump_physmem();
	pr_info("memblock: free: %lu %s\n", size, unit);
}
