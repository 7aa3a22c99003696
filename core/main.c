// SPDX-License-Identifier: BSD-2-Clause
/* The life of memory at boot, one step a line. docs/boot.md walks down the same list. */
#include <arch/firmware.h>
#include <arch/hart.h>
#include <arch/paging.h>
#include <core/boot.h>
#include <core/report.h>
#include <core/run.h>
#include <lib/fdt.h>
#include <mm/boot.h>
#include <mm/wx.h>
#include <molt/initcall.h>
#include <molt/panic.h>
#include <molt/param.h>
#include <molt/printk.h>

/* What the FDT says of the machine, from one pass: RAM, harts, devices, wishes. */
static struct fdt_blob read_fdt(phys_addr_t base)
{
	struct fdt_blob fdt = {.base = base};

	fdt.data = early_fdt(base, &fdt.size);
	if (!fdt.size)
		panic("no device tree at %lx: not 8-byte aligned, no FDT magic, or too large",
			base);
	if (fdt_scan(fdt.data, fdt.size, FDT_PASS_FIRST))
		panic("the device tree at %lx cannot be used", base);
	if (boot_harts.missing)
		panic("missing CPU support: hart %u lacks %s", boot_harts.boot_id,
			boot_harts.missing);
	return fdt;
}

void boot_main(u64 hart_id, phys_addr_t fdt_base, phys_addr_t image, u64 entry_instret)
{
	struct fdt_blob fdt;
	u64 stack;

	this_hart()->id = boot_harts.boot_id = (u32)hart_id;
	stage_begin(entry_instret);
	firmware_probe(); /* printk() works, through the firmware */
	constructors_run();
	fdt = read_fdt(fdt_base);	    /* RAM, harts, devices are known */
	params_early(boot_command_line);    /* and how much is to be said */
	stdout_path_resolve(fdt.data);	    /* and where */
	initcalls(early);		    /* a failing run ends with its status */
	memory_claim(&fdt, kernel_parts()); /* memblock knows what is taken */

	pr_info("Molt: hart %lu first, image at %lx, device tree at %lx\n", hart_id, image,
		fdt_base);
	memory_map_print();
	ledger_count_memblock();
	stage_enter(STAGE_MEMBLOCK);
	if (IS_ENABLED(CONFIG_DEBUG_WX))
		wx_check_early();

	address_space_init();	     /* the final tables are made */
	devices_leave_early();	     /* the early ones show them no longer */
	address_space_activate();    /* __va() works */
	initcalls(console);	     /* the console's own driver */
	stack = harts_init(hart_id); /* per-hart areas and stacks */
	zone_metadata_init();	     /* the last that memblock gives out */
	ledger_count_memblock();
	stage_enter(STAGE_MAPPED);

	zone_init(); /* page_alloc(), kmalloc() work; memblock is frozen */
	stage_enter(STAGE_ZONES);

	params_late(); /* the command line is done with */
	initcalls_from(security, arch);
	if (IS_ENABLED(CONFIG_TEST_FAULTS))
		fault_plant();

	harts_start(); /* every hart is in its idle thread */
	stage_enter(STAGE_RUNNING);
	initcalls_from(subsys, late); /* drivers; files */

	hart_switch_stack(stack, run); /* resident from here on: the molt */
}
