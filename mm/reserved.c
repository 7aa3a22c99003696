// SPDX-License-Identifier: BSD-2-Clause
/* The areas of /reserved-memory, and what memblock's owners are called. */
#include <mm/reserved.h>
#include <molt/compiler.h>

struct reserved_areas reserved_areas = {
	.areas = reserved_first_areas,
	.max = ARRAY_SIZE(reserved_first_areas),
	.names = reserved_first_names,
	.names_max = sizeof(reserved_first_names),
};
LIFETIME_REFERENCE("memblock_keep() moves them at the hand-over", reserved_areas,
	reserved_first_areas, reserved_first_names);

struct reserved_area *reserved_area(unsigned int held_by)
{
	return held_by >= OWNER_AREA ? &reserved_areas.areas[held_by - OWNER_AREA] : NULL;
}

struct reserved_area *reserved_area_by_phandle(u32 phandle)
{
	u32 i;

	for (i = 0; phandle && i < reserved_areas.count; i++) {
		if (reserved_areas.areas[i].phandle == phandle)
			return &reserved_areas.areas[i];
	}
	return NULL;
}

const char *reserved_area_name(const struct reserved_area *area)
{
	return reserved_areas.names + area->name;
}

enum ledger_owner ledger_owner(unsigned int held_by)
{
	const struct reserved_area *area = reserved_area(held_by);

	return (enum ledger_owner)(area ? area->owner : held_by);
}

bool memory_is_unmapped(unsigned int held_by)
{
	const struct reserved_area *area = reserved_area(held_by);

	return area && (area->flags & RESERVED_NOMAP);
}

const char *memory_holder_name(unsigned int held_by)
{
	const struct reserved_area *area = reserved_area(held_by);

	return area ? reserved_area_name(area) : ledger_label((enum ledger_owner)held_by);
}
