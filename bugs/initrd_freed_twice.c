// SPDX-License-Identifier: BSD-2-Clause
/* Whoever unpacks the initramfs gives it back; and so does whoever was told where it is. */
#include <arch/page.h>
#include <core/bugs.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/stage.h>

static void give_back(void)
{
	phys_addr_t base = ALIGN_UP(boot_initrd.base, PAGE_SIZE);
	phys_addr_t end = ALIGN_DOWN(boot_initrd.end, PAGE_SIZE);

	zone_release(base, end);
	ledger_add(OWNER_INITRAMFS, -(s64)(end - base));
}

void bug_plant_at_boot(enum stage stage)
{
	if (stage == STAGE_ZONES || stage == STAGE_RUNNING)
		give_back();
}
