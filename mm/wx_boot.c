// SPDX-License-Identifier: BSD-2-Clause
/* The audit at boot, while memblock says what is the firmware's. */
#include "wx_internal.h"
#include <mm/boot.h>
#include <mm/memblock.h>
#include <molt/panic.h>

static struct wx_range unmapped(const struct memblock_region *region)
{
	return (struct wx_range){region->base, region->base + region->size, 0};
}

void wx_check_early(void)
{
	static const struct wx_list none;
	const struct memblock_region *region;

	wx_check_through(early_table_access, &none);
	/* There may be many of them, and there is nowhere to put them yet: one by one. */
	for_each_mem_region(region) {
		struct wx_range range = unmapped(region);

		if (memblock_is_nomap(region))
			wx_check_through(early_table_access, &(struct wx_list){&range, 1});
	}
}

void wx_remember_unmapped(void)
{
	const struct memblock_region *region;
	struct wx_range *ranges;
	unsigned int count = 0;
	phys_addr_t room;

	for_each_mem_region(region)
		count += memblock_is_nomap(region);
	if (!count)
		return;
	room = boot_alloc(count * sizeof(*ranges), sizeof(u64), OWNER_ZONES);
	if (!room)
		panic("no memory for a list of what is not mapped");
	ranges = __va(room);
	wx_firmware.ranges = ranges;
	for_each_mem_region(region) {
		if (memblock_is_nomap(region) && wx_firmware.count < count)
			ranges[wx_firmware.count++] = unmapped(region);
	}
}
