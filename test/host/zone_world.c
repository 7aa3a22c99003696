/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_world.h"

#include <mm/zone_grow.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/zone_internal.h"

#define GIBS_MAX 16

unsigned char *model;
unsigned long model_pages;

static void *metadata[GIBS_MAX];
static struct zone pristine[ZONE_COUNT];

unsigned long model_page(phys_addr_t pa)
{
	return (pa - zone_base) / PAGE_SIZE;
}

phys_addr_t model_phys(unsigned long page)
{
	return zone_base + page * PAGE_SIZE;
}

static enum zone_type zone_of(phys_addr_t pa)
{
	return pa < 1ULL << 32 ? ZONE_DMA32 : ZONE_NORMAL;
}

/* One range of one zone: known to the zones, and held in the model. */
static void grow(phys_addr_t base, phys_addr_t end, enum zone_type type)
{
	zone_grow(base, end, type);
	memset(model + model_page(base), PAGE_HELD | type, (end - base) / PAGE_SIZE);
}

static void grow_at_boot(const struct ram *ram)
{
	const phys_addr_t dma32_end = 1ULL << 32;
	phys_addr_t base = ram->base;

	if (base < dma32_end && ram->end > dma32_end) {
		grow(base, dma32_end, ZONE_DMA32);
		base = dma32_end;
	}
	grow(base, ram->end, zone_of(base));
}

/*
 * Descriptors and maps from the first to the last block of RAM in GiB @index, of the exact
 * size, so that ASan sees what lies beyond, and full of noise, as RAM on a board is.
 */
static void attach(const struct world *world, u32 index)
{
	phys_addr_t base = zone_base + index * GIB, end = base + GIB;
	u32 first = BLOCKS_PER_GIB, stop = 0, count;
	unsigned long size;

	for (const struct ram *ram = world->ram; ram->end; ram++) {
		phys_addr_t from = ram->base > base ? ram->base : base;
		phys_addr_t to = ram->end < end ? ram->end : end;

		if (from >= to)
			continue;
		if (first > (from - base) / BLOCK_SIZE)
			first = (u32)((from - base) / BLOCK_SIZE);
		stop = (u32)((to - base - 1) / BLOCK_SIZE) + 1;
	}
	if (!stop)
		return;
	count = stop - first;
	size = zone_metadata_size(count);
	metadata[index] = malloc(size);
	memset(metadata[index], 0xa5, size);
	zone_attach(index, (u16)first, (u16)count, metadata[index],
		(char *)metadata[index] + count * sizeof(struct block));
}

void world_begin(const struct world *world)
{
	const struct ram *ram = world->ram;
	phys_addr_t end = 0;

	if (!pristine[0].blocks[0])
		memcpy(pristine, zones, sizeof(pristine));
	world_end();
	zone_base = ALIGN_DOWN(ram->base, GIB);
	for (; ram->end; ram++)
		end = ram->end;
	gib_count = (u32)((end - zone_base + GIB - 1) / GIB);
	gibs = calloc(gib_count, sizeof(*gibs));
	model_pages = gib_count * (GIB / PAGE_SIZE);
	model = calloc(model_pages, 1);
	for (u32 index = 0; index < gib_count; index++)
		attach(world, index);
	for (ram = world->ram; ram->end; ram++) {
		if (!ram->late)
			grow_at_boot(ram);
	}
}

void world_end(void)
{
	memcpy(zones, pristine, sizeof(pristine));
	for (u32 index = 0; index < GIBS_MAX; index++) {
		free(metadata[index]);
		metadata[index] = NULL;
	}
	free(gibs);
	free(model);
	gibs = NULL;
	model = NULL;
	gib_count = 0;
}

void world_hotplug(const struct world *world)
{
	for (const struct ram *ram = world->ram; ram->end; ram++) {
		if (ram->late)
			grow(ram->base, ram->end, ZONE_MOVABLE);
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

bool model_has(enum zone_type type, unsigned int order)
{
	unsigned long step = 1UL << order;

	for (unsigned long page = 0; page < model_pages; page += step) {
		if (model[page] == (PAGE_FREE | type) && uniform(page, step))
			return true;
	}
	return false;
}

bool world_agrees(void)
{
	struct zone_summary ours, theirs;

	model_summarise(&ours);
	zone_summarise(&theirs);
	return !memcmp(&ours, &theirs, sizeof(ours)) && zone_free_bytes() == ours.bytes;
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
	u64 digest = digest_bytes(0, zones, sizeof(zones));

	digest = digest_bytes(digest, gibs, gib_count * sizeof(*gibs));
	for (u32 index = 0; index < gib_count; index++)
		digest = digest_bytes(
			digest, metadata[index], zone_metadata_size(gibs[index].count));
	return digest;
}
