/* SPDX-License-Identifier: BSD-2-Clause */
/* The few devices that the kernel itself uses, as boot found them in the FDT. */
#ifndef DRIVERS_DEVICE_H
#define DRIVERS_DEVICE_H

#include <molt/types.h>

/* A device whose compatible string matched, before it is mapped. [init] */
struct device_found {
	u64 base, size;	  /* registers, physical */
	u32 reg_shift;	  /* distance of registers is 1 << reg_shift */
	u32 reg_io_width; /* bytes to an access: 1 or 4 */
	char path[96];	  /* "" where it is longer */
};

struct fdt_node;

/**
 * device_find - fill in @found from a device's node
 * Returns false, with size 0, where it is disabled, has no registers, or lies behind a
 * bus that does not pass addresses on. [init]
 */
bool device_find(const struct fdt_node *node, struct device_found *found);

/* Serial ports in the order of the tree; the one that stdout-path names is used. */
#define SERIAL_FOUND_MAX 8
extern struct device_found serial_found[SERIAL_FOUND_MAX];
extern u32 serial_count;

/* What ends a run and tells the host its status. size 0: there is none. [init] */
extern struct device_found test_device_found; /* QEMU's virt */
extern struct device_found htif_found;	      /* QEMU's spike */

/* Drivers, which stay, but for *_attach() [init]. @registers: where the device is mapped. */
void ns16550_attach(void *registers, const struct device_found *device);
void ns16550_putchar(char c);
void sifive_test_attach(void *registers);
void sifive_test_exit(int status);
void htif_attach(void *registers);
void htif_exit(int status);

#endif
