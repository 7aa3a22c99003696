/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few devices that the kernel itself uses. A driver is one file: what stays of it, and a
 * record by which the one pass over the FDT finds its devices.
 */
#ifndef DRIVERS_DRIVER_H
#define DRIVERS_DRIVER_H

#include <molt/table.h>
#include <molt/types.h>

struct fdt_node;

/* What a device is good for. */
enum driver_kind {
	DRIVER_CONSOLE,	   /* the one that stdout-path names is used */
	DRIVER_INTERRUPTS, /* an interrupt controller */
	DRIVER_TIMER,	   /* what wakes harts at a time */
	DRIVER_POWER,	   /* ends a run and tells the host its status: the first is used */
};

/* A device that some driver knows, before it is mapped. [init] */
struct device {
	const struct driver *driver;
	u64 base, size;	  /* registers, physical */
	u32 reg_shift;	  /* distance of registers is 1 << reg_shift */
	u32 reg_io_width; /* bytes to an access */
	char path[96];	  /* "" where it is longer */
};

/* Of a compatible string, with its closing 0. */
#define COMPATIBLE_SIZE 20

/* [init], what putchar and power_off point to apart. */
struct driver {
	enum driver_kind kind;
	u32 ends; /* of those strings, as fdt_node.compatible_ends has it */
	char compatible[2][COMPATIBLE_SIZE]; /* what its devices are called; "" is none */
	/* Whether the driver can use the device, whose registers are known. NULL: it can. */
	bool (*probe)(const struct fdt_node *node, const struct device *device);
	/* @registers: where the device is mapped. NULL: boot need not map it. */
	void (*attach)(void *registers, const struct device *device);
	union {
		void (*putchar)(char c);       /* DRIVER_CONSOLE: a return before a line feed */
		void (*power_off)(int status); /* DRIVER_POWER */
	};
};

/* DRIVER(name) = {...}; in the driver's file. */
#define DRIVER(name) TABLE_ENTRY(drivers, driver, name)

/* .compatible and .ends, of one or two strings. */
#define COMPATIBLE(one) COMPATIBLE_2(one, "")
#define COMPATIBLE_2(one, two) \
	.ends = ENDS_IN(one) | ENDS_IN(two) | FITS(one) | FITS(two), .compatible = {one, two}
/* 0; of a string that fits but for its closing 0, which C would drop, an error. */
#define FITS(text)	       (u32)(0 * sizeof(char[sizeof(text) <= COMPATIBLE_SIZE ? 1 : -1]))
#define ENDS_IN(text)	       (sizeof(text) > 1 ? 1U << LETTER_AT(text, sizeof(text) - 2) % 32 : 0)
#define LETTER_AT(text, index) (u8)(text)[sizeof(text) > 1 ? (index) : 0]

/* In the order of the tree; what is beyond them is not used. [init] */
#define DEVICES_MAX 12
extern struct device devices_found[DEVICES_MAX];
extern u32 devices_count;

/* The first device of @kind from @from on, which is NULL at first; NULL behind the last. [init] */
const struct device *device_next(enum driver_kind kind, const struct device *from);

#define for_each_device(device, kind) \
	for (device = device_next(kind, NULL); device; device = device_next(kind, device + 1))

#endif
