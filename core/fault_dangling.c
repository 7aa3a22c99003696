// SPDX-License-Identifier: BSD-2-Clause
/* CONFIG_TEST_FAULTS: dangling=HOLDER plants an address that dies with boot where it lives on. */
#include "fault_kept.h"
#include <arch/page.h>
#include <arch/paging.h>
#include <core/run.h>
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/slab.h>
#include <mm/zone.h>
#include <molt/panic.h>
#include <molt/param.h>
#include <molt/sections.h>

static enum dangling_holder {
	DANGLING_NONE,
	DANGLING_DATA,
	DANGLING_SOUND_DATA,
	DANGLING_AREA,
	DANGLING_STACK,
	DANGLING_OTHER_STACK,
	DANGLING_OBJECT,
	DANGLING_FREED_OBJECT,
	DANGLING_PAGES,
	DANGLING_BLOCK,
	DANGLING_ALIAS,
	DANGLING_FDT,
	DANGLING_EARLY_FDT,
	DANGLING_TABLES,
} holder;

static bool set_dangling(const char *value)
{
	static const char *const names[] = {
		[DANGLING_DATA] = "data",
		[DANGLING_SOUND_DATA] = "sound",
		[DANGLING_AREA] = "area",
		[DANGLING_STACK] = "stack",
		[DANGLING_OTHER_STACK] = "other_stack",
		[DANGLING_OBJECT] = "object",
		[DANGLING_FREED_OBJECT] = "freed_object",
		[DANGLING_PAGES] = "pages",
		[DANGLING_BLOCK] = "block",
		[DANGLING_ALIAS] = "alias",
		[DANGLING_FDT] = "fdt",
		[DANGLING_EARLY_FDT] = "early_fdt",
		[DANGLING_TABLES] = "tables",
	};
	unsigned int i;

	for (i = DANGLING_DATA; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(value, names[i]))
			holder = (enum dangling_holder)i;
	}
	return holder != DANGLING_NONE;
}
early_param("dangling=", set_dangling);

/* What dies: a function of the window. */
#define DEAD ((void *)fault_plant)

static void *must(void *memory)
{
	if (!memory)
		panic("no memory to plant an address in");
	return memory;
}

static void plant_in_object(bool keep)
{
	/* Two, so that the slab stays where one is freed. */
	void **object = must(kmalloc(256, GFP_KERNEL | __GFP_ZERO));

	must(kmalloc(256, GFP_KERNEL | __GFP_ZERO));
	if (!keep)
		kfree(object);
	object[5] = DEAD;
}

static void plant_in_pages(unsigned int order)
{
	void **pages = must(page_alloc(order, GFP_KERNEL | __GFP_ZERO));

	ledger_add(OWNER_USER, (s64)(PAGE_SIZE << order));
	pages[(PAGE_SIZE << order) / sizeof(*pages) - 1] = DEAD;
}

static void *device_tree(void)
{
	const struct memblock_region *region;

	for_each_reserved_mem_region(region) {
		if (memblock_region_owner(region) == OWNER_FDT)
			return __va(region->base);
	}
	return NULL;
}

void fault_plant(void)
{
	switch (holder) {
	case DANGLING_DATA:
		fault_kept.pointer = DEAD;
		break;
	case DANGLING_SOUND_DATA:
		fault_kept_soundly = DEAD;
		break;
	case DANGLING_AREA:
		fault_kept_here = DEAD;
		break;
	case DANGLING_STACK:
		fault_kept.on_stack = true;
		break;
	case DANGLING_OTHER_STACK:
		fault_kept.on_other_stack = true;
		break;
	case DANGLING_OBJECT:
	case DANGLING_FREED_OBJECT:
		plant_in_object(holder == DANGLING_OBJECT);
		break;
	case DANGLING_PAGES:
		plant_in_pages(1);
		break;
	case DANGLING_BLOCK:
		plant_in_pages(10);
		break;
	case DANGLING_ALIAS:
		fault_kept.pointer = __va(image_to_phys(__init_begin));
		break;
	case DANGLING_FDT:
		fault_kept.pointer = device_tree();
		break;
	case DANGLING_EARLY_FDT:
		/* A node's name, say: the tree began at the window's fifth page. */
		fault_kept.pointer = (void *)(early_window + 4 * PAGE_SIZE + 100);
		break;
	case DANGLING_TABLES:
		fault_kept.pointer = memblock.reserved.regions;
		break;
	case DANGLING_NONE:
		break;
	}
}
