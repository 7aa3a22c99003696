// SPDX-License-Identifier: BSD-2-Clause
/* The one place where boot memory is given back. */
#include <arch/paging.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/dangling.h>
#include <mm/molt.h>
#include <mm/tables.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/init.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>

struct molt_freed molt_freed;

/* What boot wrote into memory that it gave back: as a pointer, an address that Sv39 has not. */
#define MOLT_POISON 0xcc

void molt_release(enum ledger_owner owner, phys_addr_t base, phys_addr_t end)
{
	u64 bytes = end - base;

	memset(__va(base), MOLT_POISON, bytes);
	ledger_add(owner, -(s64)bytes);
	zone_release(base, end);
	if (owner == OWNER_MEMBLOCK)
		molt_freed.memblock += bytes;
	else if (owner != OWNER_INIT)
		molt_freed.other += bytes;
	molt_freed.total += bytes;
}

/* The window's pages: no longer the image's, and plain memory in the linear map. */
static void unmap_window(phys_addr_t base, unsigned long size)
{
	if (paging_unmap(&kernel_space, (virt_addr_t)__init_begin, size))
		panic("molt: the init window is not mapped");
	/* No page may be writable here while a hart can still execute it there. */
	tables_fence();
	if (paging_protect(&kernel_space, (virt_addr_t)__va(base), size, PROT_READ | PROT_WRITE))
		panic("molt: the init window is not in the linear map");
	tables_fence();
}

/* How many of the window's bytes each class had. */
static void count_window(void)
{
	if (IS_ENABLED(CONFIG_ARCH_DISCARD_MEMBLOCK))
		molt_freed.memblock = SECTION_SIZE(memblock_text) + SECTION_SIZE(memblock_rodata) +
				      SECTION_SIZE(memblock_data) + SECTION_SIZE(memblock_bss);
	if (!IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		molt_freed.meminit = SECTION_SIZE(meminit_text) + SECTION_SIZE(meminit_rodata) +
				     SECTION_SIZE(meminit_data) + SECTION_SIZE(meminit_bss);
	molt_freed.tables = SECTION_SIZE(early_tables);
	molt_freed.stack = SECTION_SIZE(boot_stack);
	molt_freed.init = SECTION_SIZE(init) - molt_freed.memblock - molt_freed.meminit -
			  molt_freed.tables - molt_freed.stack;
}

void molt(void)
{
	phys_addr_t base = image_to_phys(__init_begin);

	if (IS_ENABLED(CONFIG_DEBUG_DANGLING))
		dangling_check();
	count_window();
	/* memblock, which knows where they are, lies in the window or has its tables there. */
	handover_release(OWNER_FDT);
	memblock_discard();
	unmap_window(base, SECTION_SIZE(init));
	molt_release(OWNER_INIT, base, base + SECTION_SIZE(init));
}
LIFETIME_REFERENCE("before the window goes", molt, handover_release, memblock_discard);
#ifdef CONFIG_DEBUG_DANGLING
LIFETIME_REFERENCE("before the window goes", molt, dangling_check);
#endif
