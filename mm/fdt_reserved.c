// SPDX-License-Identifier: BSD-2-Clause
/*
 * /reserved-memory: Devicetree Specification 0.4, section 3.5.
 *
 * OpenSBI's own region carries no-map in some releases and not in others. It can be
 * neither read nor written from here, so it goes unmapped whatever the tree says.
 */
#include "map_internal.h"
#include <lib/string.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/err.h>
#include <molt/printk.h>

struct reserved_area reserved_first_areas[RESERVED_FIRST_AREAS];
char reserved_first_names[RESERVED_FIRST_NAMES];

static bool is_firmware(const char *name)
{
	static const char prefix[] = "mmode_resv";

	return !strncmp(name, prefix, sizeof(prefix) - 1);
}

static u8 node_flags(const struct fdt_node *node, u32 ranges)
{
	u8 flags = ranges ? 0 : RESERVED_DYNAMIC;

	if (fdt_node_has(node, FDT_NO_MAP) || is_firmware(node->name))
		flags |= RESERVED_NOMAP;
	if (fdt_node_has(node, FDT_REUSABLE))
		flags |= RESERVED_REUSABLE;
	if (fdt_node_has(node, FDT_CMA_DEFAULT))
		flags |= RESERVED_CMA_DEFAULT;
	if ((flags & RESERVED_NOMAP) && (flags & RESERVED_REUSABLE)) {
		flags &= (u8)~RESERVED_REUSABLE;
		if (map_tells())
			pr_warn("fdt: /reserved-memory/%s: reusable: not with no-map\n",
				node->name);
	}
	return flags;
}

/* A number and a name for the node's area, for which there is room. */
static struct reserved_area *new_area(const struct fdt_node *node, u8 flags)
{
	struct reserved_area *area = &reserved_areas.areas[reserved_areas.count++];
	u32 bytes = (u32)strlen(node->name) + 1;

	memcpy(reserved_areas.names + reserved_areas.names_used, node->name, bytes);
	*area = (struct reserved_area){
		.name = reserved_areas.names_used,
		.phandle = (u32)fdt_node_number(node, FDT_PHANDLE, 0),
		.offset = (u32)node->offset,
		.flags = flags,
		.owner = is_firmware(node->name) ? OWNER_FIRMWARE : OWNER_RESERVED,
	};
	reserved_areas.names_used += bytes;
	return area;
}

static void warn_of_overlaps(const struct reserved_area *area, phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *region;

	if (!memblock_is_region_reserved(base, size))
		return;
	for_each_reserved_mem_region(region) {
		const struct reserved_area *other = reserved_area(memblock_region_owner(region));

		if (other == area || region->base >= base + size)
			continue;
		if (region->base + region->size > base && map_tells())
			pr_warn("fdt: /reserved-memory: %s and %s overlap at [%lx, %lx)\n",
				reserved_area_name(area), reserved_area_name(other),
				region->base > base ? region->base : base,
				region->base + region->size < base + size
					? region->base + region->size
					: base + size);
	}
}

/* What of the range nobody has; what is not to be mapped is not, whoever else names it. */
static int take_range(struct reserved_area *area, phys_addr_t base, phys_addr_t size)
{
	unsigned int number = OWNER_AREA + (unsigned int)(area - reserved_areas.areas);
	int err;

	if (size > PHYS_ADDR_MAX - base)
		size = PHYS_ADDR_MAX - base;
	if (!area->size) {
		area->base = base;
		area->size = size;
	}
	warn_of_overlaps(area, base, size);
	err = memblock_reserve_owner(base, size, number);
	if (!err && (area->flags & RESERVED_NOMAP))
		err = memblock_set_owner(base, size, number);
	return err;
}

static int take_ranges(struct reserved_area *area, const struct fdt_node *node, u32 ranges)
{
	u64 base, size;
	int err = 0;
	u32 index;

	for (index = 0; !err && index < ranges; index++) {
		err = fdt_node_reg(node, index, &base, &size);
		if (!err)
			err = take_range(area, base, size);
	}
	return err;
}

static int reserved_node(const struct fdt_node *node)
{
	u32 ranges = 0, unmapped;
	u64 base, size;
	u8 flags;
	int err;

	if (!fdt_node_available(node))
		return 0;
	while (!(err = fdt_node_reg(node, ranges, &base, &size)))
		ranges++;
	if (err != -ENOENT || (!ranges && !fdt_node_has(node, FDT_SIZE)))
		return map_bad_node("/reserved-memory", node, "reg", err);
	flags = node_flags(node, ranges);
	unmapped = flags & RESERVED_NOMAP ? 1 : 0;
	map_need.areas++;
	map_need.names += (u32)strlen(node->name) + 1;
	map_need.reserved += ranges ? ranges : 1;
	map_need.unmapped += ranges ? ranges * unmapped : unmapped;
	if (!map_fits())
		return 0;
	err = take_ranges(new_area(node, flags), node, ranges);
	return err ? map_bad_node("/reserved-memory", node, "reg", err) : 0;
}
FDT_HANDLER_IN(FDT_PASS_FIRST | FDT_PASS_MAP, CHILD_OF, "reserved-memory", reserved_node);
