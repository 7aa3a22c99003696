// SPDX-License-Identifier: BSD-2-Clause
/*
 * Room for the map of a board with more ranges than boot's static tables hold.
 *
 * The tables cannot grow while the map is read: what is free is not known before all of it
 * is. So the one pass counts what the tree asks for. Where that is too much, further passes
 * look for a piece of RAM that nobody names, the tables move there, and the map is read
 * again. The piece is seen through the early window until there is a linear map.
 */
#include "map_internal.h"
#include <arch/page.h>
#include <arch/paging.h>
#include <lib/string.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/compiler.h>
#include <molt/panic.h>

struct map_need map_need;
struct map_room map_room;

/* Of `physmem` too, where there is one. */
static struct memblock_type *const types[] = {
	&memblock.memory,
	&memblock.reserved,
#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
	&physmem,
#endif
};

/* Entries beyond those of the tree: image, FDT, initramfs, tables, stacks. */
#define SLACK 40

/* What cuts RAM beside the tree's ranges: usable ranges, mem=, the kernel's blocks. */
#define MORE_CUTS (USABLE_MAX + 3)

/* N ranges have 2N ends: they cut RAM into no more entries than that. */
static unsigned long entries_needed(const struct memblock_type *type)
{
	unsigned long ranges = map_need.memory, unmapped = map_need.unmapped;

	if (type != &memblock.reserved)
		return 2 * (ranges + unmapped + MORE_CUTS);
	return 2 * (map_need.reserved + unmapped + 2 * ranges) + SLACK;
}

bool map_fits(void)
{
	return entries_needed(&memblock.memory) <= memblock.memory.max &&
	       entries_needed(&memblock.reserved) <= memblock.reserved.max &&
	       map_need.areas <= reserved_areas.max && map_need.names <= reserved_areas.names_max;
}

static bool read_again;

bool map_tells(void)
{
	map_need.odd = true;
	return read_again;
}

/* ---- The search ---- */

static struct {
	phys_addr_t base, size; /* where the room would be */
	phys_addr_t next;	/* the lowest place from there on that RAM has, whoever is there */
	phys_addr_t lowest;	/* where RAM begins, and with it the linear map */
	bool striding;		/* and leaving aside what is hotpluggable */
	bool moved;		/* somebody was there: base is behind him */
} search;

static void avoid(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t end = size > PHYS_ADDR_MAX - base ? PHYS_ADDR_MAX : base + size;

	if (!size || base >= search.base + search.size || end <= search.base)
		return;
	search.base = end > PHYS_ADDR_MAX - search.size - PAGE_SIZE ? PHYS_ADDR_MAX
								    : ALIGN_UP(end, PAGE_SIZE);
	search.moved = true;
}

static int room_in_memory(const struct fdt_node *node)
{
	unsigned int index;
	u64 base, size;

	if (!fdt_node_available(node) || !node->parent || node->parent->parent)
		return 0;
	for (index = 0; !fdt_node_reg(node, index, &base, &size); index++) {
		phys_addr_t at = ALIGN_UP(base, PAGE_SIZE);

		if (size && base < search.lowest)
			search.lowest = base;
		if (at < base) /* within the last page of all */
			continue;
		if (search.striding && movable_node_is_enabled() &&
			fdt_node_has(node, FDT_HOTPLUGGABLE))
			continue;
		if (at < search.base)
			at = search.base;
		if (at - base < size && search.size <= size - (at - base) && at < search.next &&
			search.size <= PHYS_ADDR_MAX - at)
			search.next = at;
	}
	return 0;
}
FDT_HANDLER_IN(FDT_PASS_ROOM, DEVICE_TYPE, "memory", room_in_memory);

static int room_beside_reserved(const struct fdt_node *node)
{
	unsigned int index;
	u64 base, size;

	for (index = 0; !fdt_node_reg(node, index, &base, &size); index++)
		avoid(base, size);
	return 0;
}
FDT_HANDLER_IN(FDT_PASS_ROOM, CHILD_OF, "reserved-memory", room_beside_reserved);

/* Whether the linear map is to hold what ends at @end; below RAM the search goes on. */
static bool in_reach(phys_addr_t end)
{
	phys_addr_t begin = ALIGN_DOWN(search.lowest, LINEAR_ALIGN);

	return end <= begin || end - begin <= linear_window_size;
}

/* One look at everything. Returns whether the room can be where it is. */
static bool look(const struct fdt_blob *fdt, const struct kernel_part *kernel)
{
	u64 base, size;
	int index;

	search.moved = false;
	search.next = search.lowest = PHYS_ADDR_MAX;
	for (; kernel && kernel->size; kernel++)
		avoid(kernel->base, kernel->size);
	if (fdt->base != PHYS_ADDR_MAX)
		avoid(fdt->base, fdt->size);
	if (boot_initrd.end > boot_initrd.base)
		avoid(boot_initrd.base, boot_initrd.end - boot_initrd.base);
	for (index = 0; !fdt_reservation(fdt->data, index, &base, &size); index++)
		avoid(base, size);
	if (search.base == PHYS_ADDR_MAX || fdt_scan(fdt->data, fdt->size, FDT_PASS_ROOM))
		return false;
	if (!search.moved && search.next != search.base) {
		search.base = search.next;
		search.moved = true;
	}
	if (!in_reach(search.base + search.size)) {
		search.base = PHYS_ADDR_MAX;
		search.moved = true;
	}
	return !search.moved;
}

/* Looks are dear: a tree that takes more of them than this is not of this world. */
#define LOOKS_MAX 1000

/* So many looks go from place to place; then the stride doubles, and again. */
#define LOOKS_NEAR 4

/* Of ranges that the tree has in descending order, each look gets past one. */
static void stride(unsigned int looks)
{
	search.base += search.size * ((1UL << looks / LOOKS_NEAR) - 1);
}

/* In strides from the kernel on, then place by place from the lowest address. */
static void find_room(
	const struct fdt_blob *fdt, const struct kernel_part *kernel, phys_addr_t size)
{
	unsigned int looks;

	search.base = kernel ? kernel->base : PAGE_SIZE;
	search.size = size;
	search.striding = true;
	for (looks = 0; !look(fdt, kernel); looks++) {
		if (search.striding && search.base != PHYS_ADDR_MAX) {
			stride(looks);
		} else if (search.striding) {
			search.base = PAGE_SIZE;
			search.striding = false;
			looks = 0;
		} else if (search.base == PHYS_ADDR_MAX || looks == LOOKS_MAX) {
			panic("fdt: %u ranges of memory and %u that are reserved: no room for the "
			      "%lu KiB that they take",
				map_need.memory, map_need.reserved, size / 1024);
		}
	}
}

/* ---- The tables move ---- */

/* The next @bytes of the room, in whole pages. NULL while its size is only reckoned. */
static void *carve(unsigned long bytes)
{
	char *piece = map_room.early ? map_room.early + map_room.used : NULL;

	map_room.used += ALIGN_UP(bytes, PAGE_SIZE);
	return piece;
}

/* A table of memblock's that is no longer the static one is longer than that one. */
static unsigned long table_entries(const struct memblock_type *type)
{
	unsigned long least = 2 * INIT_MEMBLOCK_REGIONS;
	unsigned long entries = entries_needed(type) + 2; /* the room itself */

	return entries > least ? entries : least;
}

static unsigned long room_bytes(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		carve(table_entries(types[i]) * sizeof(struct memblock_region));
	carve(map_need.areas * sizeof(struct reserved_area));
	carve(map_need.names);
	return map_room.used;
}

static void move_tables(void)
{
	unsigned int i;

	map_room.used = 0;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		types[i]->max = table_entries(types[i]);
		types[i]->regions = carve(types[i]->max * sizeof(struct memblock_region));
	}
	reserved_areas.max = map_need.areas;
	reserved_areas.areas = carve(reserved_areas.max * sizeof(struct reserved_area));
	reserved_areas.names_max = map_need.names;
	reserved_areas.names = carve(reserved_areas.names_max);
}

static void forget_map(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		types[i]->cnt = types[i]->total_size = 0;
	reserved_areas.count = reserved_areas.names_used = 0;
	memset(&map_need, 0, sizeof(map_need));
}

void map_read_again(const struct fdt_blob *fdt, const struct kernel_part *kernel)
{
	if (!map_fits()) {
		map_room.size = room_bytes();
		find_room(fdt, kernel, map_room.size);
		map_room.base = search.base;
		map_room.early = early_room(map_room.base, map_room.size);
		if (!map_room.early)
			panic("fdt: %u ranges of memory and %u that are reserved take %lu KiB: "
			      "more than the early tables show",
				map_need.memory, map_need.reserved, map_room.size / 1024);
		move_tables();
	}
	forget_map();
	read_again = true;
	if (fdt_scan(fdt->data, fdt->size, FDT_PASS_MAP))
		panic("the device tree cannot be read twice");
	read_again = false;
	if (map_room.size && memblock_reserve_owner(map_room.base, map_room.size, OWNER_MEMBLOCK))
		panic("memblock: no entry left for its own tables");
}

/* ---- The linear map is there ---- */

static void *in_linear_map(const void *early)
{
	return (char *)__va(map_room.base) + ((const char *)early - map_room.early);
}

void map_room_leave_early(void)
{
	unsigned int i;

	if (!map_room.size)
		return;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		types[i]->regions = in_linear_map(types[i]->regions);
	reserved_areas.areas = in_linear_map(reserved_areas.areas);
	reserved_areas.names = in_linear_map(reserved_areas.names);
}
