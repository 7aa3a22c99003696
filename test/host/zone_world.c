/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_world.h"

#include <mm/numa.h>
#include <mm/zone_grow.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/zone_internal.h"
#include "harts.h"

#define GIBS_MAX 16

unsigned char *model;
unsigned long model_pages;

static void *metadata[GIBS_MAX];
static unsigned long zones_bytes;

const unsigned char world_distances[NODES][NODES] = {
	{10, 20, 40, 30}, {25, 10, 20, 21}, {50, 30, 10, 30}, {255, 11, 12, 10}};
unsigned int numa_nodes;

unsigned int numa_distance(unsigned int from, unsigned int to)
{
	return world_distances[from][to];
}

unsigned long model_page(phys_addr_t pa)
{
	return (pa - zone_base) / PAGE_SIZE;
}

phys_addr_t model_phys(unsigned long page)
{
	return zone_base + page * PAGE_SIZE;
}

static enum zone_type type_at(phys_addr_t pa)
{
	return pa < 1ULL << 32 ? ZONE_DMA32 : ZONE_NORMAL;
}

static unsigned int node_of(const struct ram *ram)
{
	return ram->kind % NODES;
}

/* The end of the blocks that have their zone. */
static phys_addr_t grown;

/* Known to the zones in whole blocks, and held in the model. */
static void grow(phys_addr_t base, phys_addr_t end, const struct ram *ram, enum zone_type type)
{
	phys_addr_t from = ALIGN_DOWN(base, BLOCK_SIZE), to = ALIGN_UP(end, BLOCK_SIZE);

	/* The first to come has a block that two ranges share, which are one zone's then. */
	if (from + BLOCK_SIZE == grown)
		from = grown;
	grown = to;
	if (from < to)
		zone_grow(from, to, zone_index(node_of(ram), type));
	memset(model + model_page(base), (int)(PAGE_HELD | 4 * node_of(ram) | type),
		(end - base) / PAGE_SIZE);
}

static void grow_at_boot(const struct ram *ram)
{
	const phys_addr_t dma32_end = 1ULL << 32;
	phys_addr_t base = ram->base;

	if (ram->kind & AREA) {
		grow(base, ram->end, ram, ZONE_CMA);
		return;
	}
	if (base < dma32_end && ram->end > dma32_end) {
		grow(base, dma32_end, ram, ZONE_DMA32);
		base = dma32_end;
	}
	grow(base, ram->end, ram, type_at(base));
}

/* All zones that @world has RAM for, at the exact size. */
static void make_zones(const struct world *world)
{
	u8 wanted[NODES] = {0};

	numa_nodes = 1;
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		unsigned int types = 1U << ZONE_CMA;

		if (ram->kind & LATE)
			types = 1U << ZONE_MOVABLE;
		else if (!(ram->kind & AREA))
			types = 1U << type_at(ram->base) | 1U << type_at(ram->end - 1);
		wanted[node_of(ram)] |= (u8)types;
		if (node_of(ram) >= numa_nodes)
			numa_nodes = node_of(ram) + 1;
	}
	zones_bytes = zones_size(wanted);
	zones_make(wanted, memset(malloc(zones_bytes), 0xa5, zones_bytes));
}

/*
 * Descriptors and maps from the first to the last block of RAM in GiB @index, of the exact
 * size, so that ASan sees what lies beyond, and full of noise, as RAM on a board is.
 */
static void attach(const struct world *world, u32 index)
{
	phys_addr_t base = zone_base + index * GIB, end = base + GIB;
	u32 first = BLOCKS_PER_GIB, stop = 0, count;
	unsigned int late = 0;
	unsigned long size;

	for (const struct ram *ram = world->ram; ram->end; ram++) {
		phys_addr_t from = ram->base > base ? ram->base : base;
		phys_addr_t to = ram->end < end ? ram->end : end;

		if (from >= to)
			continue;
		late |= ram->kind & LATE;
		if (first > (from - base) / BLOCK_SIZE)
			first = (u32)((from - base) / BLOCK_SIZE);
		stop = (u32)((to - base - 1) / BLOCK_SIZE) + 1;
	}
	if (!stop)
		return;
	count = stop - first;
	size = count * BLOCK_METADATA;
	metadata[index] = malloc(size);
	memset(metadata[index], 0xa5, size);
	zone_attach(index, (u16)first, (u16)count, metadata[index],
		(char *)metadata[index] + count * sizeof(struct block));
	if (late)
		gibs[index].mixed = true;
}

void world_begin(const struct world *world)
{
	const struct ram *ram = world->ram;
	phys_addr_t end = 0;

	world_end();
	harts_forget_pages();
	make_zones(world);
	grown = 0;
	zone_base = ALIGN_DOWN(ram->base, GIB);
	zone_start = __va(zone_base);
	for (; ram->end; ram++)
		end = ram->end;
	gib_count = (u32)((end - zone_base + GIB - 1) / GIB);
	gibs = calloc(gib_count, sizeof(*gibs));
	model_pages = gib_count * (GIB / PAGE_SIZE);
	model = calloc(model_pages, 1);
	for (u32 index = 0; index < gib_count; index++)
		attach(world, index);
	for (ram = world->ram; ram->end; ram++) {
		if (!(ram->kind & LATE))
			grow_at_boot(ram);
	}
}

void world_end(void)
{
	for (u32 index = 0; index < GIBS_MAX; index++) {
		free(metadata[index]);
		metadata[index] = NULL;
	}
	free(zones);
	free(gibs);
	free(model);
	zones = NULL;
	host_hart_node = 0;
	gibs = NULL;
	model = NULL;
	gib_count = 0;
}

void world_hotplug(const struct world *world)
{
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		if (ram->kind & LATE)
			grow(ram->base, ram->end, ram, ZONE_MOVABLE);
	}
}

/* Whether all of @pages from @page are alike. */
static bool uniform(unsigned long page, unsigned long pages)
{
	return page + pages <= model_pages &&
	       (pages == 1 || !memcmp(model + page, model + page + 1, pages - 1));
}

bool model_move(phys_addr_t pa, unsigned long pages, enum page_state from, enum page_state to)
{
	unsigned long page = model_page(pa);

	if (pa < zone_base || !uniform(page, pages) || (model[page] & PAGE_STATE) != from)
		return false;
	memset(model + page, to | (model[page] & ~PAGE_STATE), pages);
	return true;
}

/* The order of the largest aligned run of free pages that begins at @page, which is free. */
static unsigned int run_order(unsigned long page)
{
	unsigned int order = 0;

	while (order < ZONE_ORDER_MAX && IS_ALIGNED(page, 2UL << order) &&
		model[page + (1UL << order)] == model[page] && uniform(page, 2UL << order))
		order++;
	return order;
}

void model_summarise(struct zone_summary *summary)
{
	unsigned long page = 0;

	memset(summary, 0, sizeof(*summary));
	while (page < model_pages) {
		unsigned int order;

		if ((model[page] & PAGE_STATE) != PAGE_FREE) {
			page++;
			continue;
		}
		order = run_order(page);
		summary->free[order]++;
		summary->bytes += PAGE_SIZE << order;
		page += 1UL << order;
	}
}

bool model_has(unsigned int zone, unsigned int order)
{
	unsigned long step = 1UL << order;

	for (unsigned long page = 0; page < model_pages; page += step) {
		if (model[page] == (PAGE_FREE | zone) && uniform(page, step))
			return true;
	}
	return false;
}

/* Whether memory of node @a is tried before that of @b. */
static bool is_nearer(unsigned int a, unsigned int b, unsigned int home)
{
	unsigned int to_a = world_distances[home][a], to_b = world_distances[home][b];

	if (to_a != to_b)
		return to_a < to_b;
	/* The next node above, round and round: by the highest that the zones know. */
	return (a > home) == (b > home) ? a < b : a > home;
}

bool model_is_nearest(const void *pages, unsigned int order, gfp_t gfp, unsigned int nid)
{
	unsigned int got = pages ? model[model_page(__pa(pages))] & ZONE_MASK : 0;
	unsigned int type = gfp >> GFP_ZONE_SHIFT;

	if (pages && got % 4 > type)
		return false;
	for (unsigned int zone = 0; zone < 4 * NODES; zone++) {
		bool better = zone % 4 <= type;

		if (pages && zone / 4 == got / 4)
			better = better && zone % 4 > got % 4;
		else if (pages)
			better = better && is_nearer(zone / 4, got / 4, nid);
		if (better && model_has(zone, order))
			return false;
	}
	return true;
}

/* Free bytes in zones of one type, or of all types that are not @type. */
static u64 model_free(enum zone_type type, bool others)
{
	u64 pages = 0;

	for (unsigned long page = 0; page < model_pages; page++) {
		if ((model[page] & PAGE_STATE) == PAGE_FREE && (model[page] % 4 == type) != others)
			pages++;
	}
	return pages * PAGE_SIZE;
}

/* Whether each zone's own line says what the model says. */
static bool zones_agree(void)
{
	u64 bytes[ZONE_MASK + 1] = {0}, free[ZONE_MASK + 1] = {0};
	struct zone_info info;

	for (unsigned long page = 0; page < model_pages; page++) {
		bool is_free = (model[page] & PAGE_STATE) == PAGE_FREE;

		if (is_free || (model[page] & PAGE_STATE) == PAGE_TAKEN)
			bytes[model[page] & ZONE_MASK] += PAGE_SIZE;
		if (is_free)
			free[model[page] & ZONE_MASK] += PAGE_SIZE;
	}
	for (unsigned int index = 0; zone_info(index, &info); index++) {
		unsigned int zone = 4U * info.node + info.type;

		if (info.pages * PAGE_SIZE != bytes[zone] ||
			info.free_pages * PAGE_SIZE != free[zone])
			return false;
		bytes[zone] = free[zone] = 0;
	}
	for (unsigned int zone = 0; zone <= ZONE_MASK; zone++) {
		if (bytes[zone] || free[zone])
			return false;
	}
	return true;
}

bool world_agrees(void)
{
	struct zone_summary ours, theirs;

	model_summarise(&ours);
	zone_summarise(&theirs);
	return !memcmp(&ours, &theirs, sizeof(ours)) && zones_agree() &&
	       zone_free_bytes() == model_free(ZONE_CMA, true) &&
	       zone_free_in(1U << ZONE_CMA) == model_free(ZONE_CMA, false);
}

static u64 digest_bytes(u64 digest, const void *data, unsigned long size)
{
	const unsigned char *byte = data;

	while (size--)
		digest = (digest ^ *byte++) * 0x100000001b3ULL;
	return digest;
}

u64 world_digest(void)
{
	u64 digest = digest_bytes(0, zones, zones_bytes);

	digest = digest_bytes(digest, gibs, gib_count * sizeof(*gibs));
	for (u32 index = 0; index < gib_count; index++)
		digest = digest_bytes(
			digest, metadata[index], gibs[index].whole.count * BLOCK_METADATA);
	return digest;
}
