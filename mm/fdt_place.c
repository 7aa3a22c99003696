// SPDX-License-Identifier: BSD-2-Clause
/*
 * What of /reserved-memory needs the whole map: areas that boot has to place, areas that are
 * lent, and the devices that areas are for. Devicetree Specification 0.4, section 3.5.
 */
#include "map_internal.h"
#include <arch/page.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>

#define BAD(node, property, why) \
	pr_err("fdt: /reserved-memory/%s: %s: %s: not placed\n", (node)->name, property, why)

/* How an area is to lie. */
struct wish {
	phys_addr_t size, align;
};

/* Both properties are numbers by the parent's #size-cells. False, with a word: they are not. */
static bool read_wish(const struct fdt_node *node, u8 flags, struct wish *wish)
{
	wish->size = fdt_node_number(node, FDT_SIZE, 0);
	wish->align = fdt_node_number(node, FDT_ALIGNMENT, 1);
	if (!wish->size) {
		BAD(node, "size", "no number that makes sense");
		return false;
	}
	if (!wish->align || (wish->align & (wish->align - 1))) {
		BAD(node, "alignment", "not a power of 2");
		return false;
	}
	/* The rest of a page that is not mapped could be nobody's. */
	if (flags & RESERVED_NOMAP)
		wish->size = ALIGN_UP(wish->size, PAGE_SIZE);
	if (wish->align < PAGE_SIZE)
		wish->align = PAGE_SIZE;
	if ((flags & RESERVED_REUSABLE) && wish->align < BLOCK_SIZE)
		wish->align = BLOCK_SIZE;
	return true;
}

/* In the first of alloc-ranges that has room, or anywhere where there are none; or 0. */
static phys_addr_t find_place(const struct fdt_node *node, const struct wish *wish)
{
	phys_addr_t found = 0;
	unsigned int index;
	u64 base, size;
	int err = 0;

	if (!fdt_node_has(node, FDT_ALLOC_RANGES)) {
		found = memblock_phys_alloc(wish->size, wish->align);
		if (!found)
			BAD(node, "size", "nowhere is that much free");
		return found;
	}
	for (index = 0; !found && !err; index++) {
		err = fdt_node_range(node, FDT_ALLOC_RANGES, index, &base, &size);
		if (!err && size)
			found = memblock_phys_alloc_range(wish->size, wish->align, base,
				size > PHYS_ADDR_MAX - base ? PHYS_ADDR_MAX : base + size);
	}
	if (!found)
		BAD(node, "alloc-ranges",
			err == -EPROTO ? "no ranges that make sense" : "none has so much free");
	return found;
}

static u32 next_area; /* of those that the pass has still to come by */

static int place_node(const struct fdt_node *node)
{
	struct reserved_area *area = &reserved_areas.areas[next_area];
	struct wish wish;

	if (next_area == reserved_areas.count || area->offset != (u32)node->offset)
		return 0;
	next_area++;
	if (!(area->flags & RESERVED_DYNAMIC) || !read_wish(node, area->flags, &wish))
		return 0;
	area->base = find_place(node, &wish);
	if (!area->base)
		return 0;
	area->size = wish.size;
	if (memblock_set_owner(area->base, area->size, OWNER_AREA + next_area - 1))
		panic("memblock: no entry left for %s", node->name);
	if (area->flags & RESERVED_NOMAP)
		map_exclude(area->base, area->size);
	return 0;
}
FDT_HANDLER_IN(FDT_PASS_PLACE, CHILD_OF, "reserved-memory", place_node);

/* A device that names areas as its own. */
static int user_node(const struct fdt_node *node)
{
	unsigned int index;
	char path[96];
	u32 phandle;

	if (!fdt_node_available(node))
		return 0;
	if (fdt_node_path(node, path, sizeof(path)) < 0)
		path[0] = '\0';
	for (index = 0; !fdt_node_cell(node, FDT_MEMORY_REGION, index, &phandle); index++) {
		const struct reserved_area *area = reserved_area_by_phandle(phandle);

		if (area)
			pr_info("memory: %s is for %s\n", reserved_area_name(area), path);
		else
			pr_warn("fdt: %s: memory-region: no area has the phandle 0x%x\n", path,
				phandle);
	}
	return 0;
}
FDT_HANDLER_IN(FDT_PASS_PLACE, PROPERTY, "memory-region", user_node);

static bool any_area(u8 flags)
{
	u32 i;

	for (i = 0; i < reserved_areas.count; i++) {
		if (reserved_areas.areas[i].flags & flags)
			return true;
	}
	return false;
}

void reserved_place(const struct fdt_blob *fdt)
{
	if (!any_area(RESERVED_DYNAMIC) && !fdt_has_seen(FDT_MEMORY_REGION))
		return;
	next_area = 0;
	if (fdt_scan(fdt->data, fdt->size, FDT_PASS_PLACE))
		panic("the device tree cannot be read twice");
}

/* ---- Areas that are lent ---- */

/* Whether all of the area is its own, RAM of one kind that stays, in whole blocks. */
static bool can_be_lent(const struct reserved_area *area)
{
	const struct memblock_region *region;
	phys_addr_t end = area->base + area->size;
	bool whole = false;

	if (!IS_ALIGNED(area->base | area->size, BLOCK_SIZE) ||
		!memblock_is_region_memory(area->base, area->size))
		return false;
	for_each_mem_region(region) {
		if (region->base < end && region->base + region->size > area->base &&
			(memblock_is_nomap(region) || memory_is_offline(region)))
			return false;
	}
	for_each_reserved_mem_region(region) {
		if (reserved_area(memblock_region_owner(region)) != area)
			continue;
		if (region->base != area->base || region->size != area->size)
			return false;
		whole = true;
	}
	return whole;
}

bool reserved_any_lent;

void reserved_lend(void)
{
	const struct reserved_area *chosen = NULL;
	u32 i;

	for (i = 0; i < reserved_areas.count; i++) {
		struct reserved_area *area = &reserved_areas.areas[i];
		const char *name = reserved_area_name(area);

		if (!(area->flags & RESERVED_REUSABLE) || !area->size)
			continue;
		if (!can_be_lent(area)) {
			pr_warn("fdt: /reserved-memory/%s: reusable: not whole blocks of 2 MiB of "
				"RAM of its own: kept for its device alone\n",
				name);
			area->flags &= (u8) ~(RESERVED_REUSABLE | RESERVED_CMA_DEFAULT);
			continue;
		}
		area->owner = OWNER_CMA;
		reserved_any_lent = true;
		if (!(area->flags & RESERVED_CMA_DEFAULT))
			continue;
		if (chosen) {
			pr_warn("fdt: /reserved-memory/%s: linux,cma-default: that is %s\n", name,
				reserved_area_name(chosen));
			area->flags &= (u8)~RESERVED_CMA_DEFAULT;
		}
		chosen = chosen ? chosen : area;
	}
}
