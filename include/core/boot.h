/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot knows of the machine, from the one pass over the FDT. [init] */
#ifndef CORE_BOOT_H
#define CORE_BOOT_H

#include <molt/types.h>

struct boot_harts {
	u32 ids[CONFIG_NR_HARTS];  /* as the firmware numbers them */
	u8 nodes[CONFIG_NR_HARTS]; /* NUMA node of each */
	u32 count;
	u32 left_out;	     /* beyond NR_HARTS */
	u32 timebase;	     /* ticks a second; 0: the FDT does not say */
	u32 boot_id;	     /* the hart that runs, set before the FDT is read */
	const char *missing; /* what that one lacks, by what the FDT says; NULL: nothing */
};

extern struct boot_harts boot_harts;
extern char boot_command_line[CONFIG_COMMAND_LINE_SIZE];
extern char boot_stdout_path[128];

/* Make @path, an alias or a path with options, a plain path. [init] */
void stdout_path_resolve(const void *fdt);

/**
 * harts_init - per-hart areas and idle stacks for all harts; the boot hart moves to its own
 * @boot_id: the hart that runs. Draws from memblock, so before the hand-over.
 * Returns the idle stack of the boot hart, which is still on boot's.
 */
u64 harts_init(u64 boot_id);

/* Start the other harts, up to maxcpus=, and wait until each is in its idle thread. */
void harts_start(void);

/* Devices are seen through the early tables no longer, since those go. [init] */
void devices_leave_early(void);

#endif
