// SPDX-License-Identifier: BSD-2-Clause
/* The areas that are lent outlive boot's list of /reserved-memory. */
#include "cma_internal.h"
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/reserved.h>

static bool is_lent(const struct reserved_area *area)
{
	return area->owner == OWNER_CMA;
}

/* Room for all of them, and where their names go. */
static char *draw(void)
{
	const struct reserved_area *area = reserved_areas.areas;
	const struct reserved_area *end = area + reserved_areas.count;
	unsigned int count = 0;
	unsigned long names = 0;

	for (; area < end; area++) {
		if (is_lent(area)) {
			count++;
			names += strlen(reserved_area_name(area)) + 1;
		}
	}
	cma_areas = zone_metadata_alloc(count * sizeof(*cma_areas) + names);
	return (char *)(cma_areas + count);
}

void cma_init(void)
{
	const struct reserved_area *area = reserved_areas.areas;
	const struct reserved_area *end = area + reserved_areas.count;
	char *name = draw();

	for (; area < end; area++) {
		unsigned long bytes = strlen(reserved_area_name(area)) + 1;

		if (!is_lent(area))
			continue;
		cma_areas[cma_count++] = (struct cma_area){
			.base = area->base,
			.end = area->base + area->size,
			.name = memcpy(name, reserved_area_name(area), bytes),
			.phandle = area->phandle,
			.is_default = area->flags & RESERVED_CMA_DEFAULT,
		};
		name += bytes;
	}
}
