/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree, read in one pass over its tags. [init]
 *
 * Whoever wants to know of a node puts a handler into the table with FDT_HANDLER().
 * The pass collects the properties of each node that some handler may ask for and,
 * once the node's own properties are read, calls the handlers that match it. Nothing
 * is searched for. Formats: Devicetree Specification 0.4, chapters 2, 3 and 5.
 */
#ifndef LIB_FDT_H
#define LIB_FDT_H

#include <molt/compiler.h>
#include <molt/table.h>
#include <molt/types.h>

/* Every property that is collected: its symbol and its name in the tree. */
#define FDT_PROPERTIES(X)                            \
	X(ADDRESS_CELLS, "#address-cells")           \
	X(SIZE_CELLS, "#size-cells")                 \
	X(REG, "reg")                                \
	X(RANGES, "ranges")                          \
	X(COMPATIBLE, "compatible")                  \
	X(DEVICE_TYPE, "device_type")                \
	X(STATUS, "status")                          \
	X(HOTPLUGGABLE, "hotpluggable")              \
	X(NUMA_NODE_ID, "numa-node-id")              \
	X(DISTANCE_MATRIX, "distance-matrix")        \
	X(NO_MAP, "no-map")                          \
	X(SIZE, "size")                              \
	X(ALIGNMENT, "alignment")                    \
	X(ALLOC_RANGES, "alloc-ranges")              \
	X(REUSABLE, "reusable")                      \
	X(CMA_DEFAULT, "linux,cma-default")          \
	X(PHANDLE, "phandle")                        \
	X(MEMORY_REGION, "memory-region")            \
	X(USABLE_RANGE, "linux,usable-memory-range") \
	X(BOOTARGS, "bootargs")                      \
	X(STDOUT_PATH, "stdout-path")                \
	X(INITRD_START, "linux,initrd-start")        \
	X(INITRD_END, "linux,initrd-end")            \
	X(MMU_TYPE, "mmu-type")                      \
	X(TIMEBASE_FREQUENCY, "timebase-frequency")  \
	X(REG_SHIFT, "reg-shift")                    \
	X(REG_IO_WIDTH, "reg-io-width")              \
	X(REG_OFFSET, "reg-offset")                  \
	X(ISA, "riscv,isa")                          \
	X(ISA_EXTENSIONS, "riscv,isa-extensions")    \
	X(INTERRUPT_SOURCES, "riscv,ndev")           \
	X(INTERRUPTS_EXTENDED, "interrupts-extended")

enum fdt_property_id {
#define X(symbol, name) FDT_##symbol,
	FDT_PROPERTIES(X)
#undef X
	FDT_PROPERTY_COUNT,
};

/* Nodes deeper than this are passed over: no handler asks for any. */
#define FDT_DEPTH_MAX 12

/* A node on the path from the root to where the pass stands. Valid within a handler. */
struct fdt_node {
	const struct fdt_node *parent; /* NULL for the root */
	const char *name;	       /* with its unit address; "" for the root */
	int offset;		       /* in the structure block, as libfdt counts */
	u32 present;		       /* bit n: property n is there */
	u32 compatible_ends; /* bit n: some compatible string ends in letter n, modulo 32 */
	u32 address_cells, size_cells; /* for its children's reg */
	struct {
		const void *data; /* big endian, any alignment */
		u32 length;	  /* bytes */
	} property[FDT_PROPERTY_COUNT];
};
_Static_assert(FDT_PROPERTY_COUNT <= 32, "fdt_node.present has a bit for each property");

/*
 * What a pass is for. A board that is read with ease needs the first alone; who knows that
 * another is needed asks for it (mm/memory_map.c).
 */
enum fdt_pass {
	FDT_PASS_FIRST = 1, /* everything */
	FDT_PASS_MAP = 2,   /* the map of memory, once more */
	FDT_PASS_ROOM = 4,  /* where nothing is that the tree names */
	FDT_PASS_PLACE = 8, /* what could not be known before the map was whole */
};

struct fdt_handler {
	enum fdt_pass passes; /* one or more */
	const char *key;
	/* Returns 0; anything negative ends the pass. */
	int (*node)(const struct fdt_node *node);
};

/*
 * FDT_HANDLER(kind, key, function): there is a table for each kind, which says what @key is.
 *	ROOT		of no use: the root alone
 *	PATH		the name of a node below the root: "chosen"
 *	CHILD_OF	the same, for each child of that node
 *	COMPATIBLE	one of the node's compatible strings; "" for any node that has some
 *	DEVICE_TYPE	the node's device_type
 *	PROPERTY	a property of FDT_PROPERTIES that the node has
 */
#define FDT_HANDLER_IN(when, kind, text, function) \
	TABLE_ENTRY(fdt_##kind, fdt_handler, fdt_handler_##function) = {when, text, function}
#define FDT_HANDLER(kind, text, function) FDT_HANDLER_IN(FDT_PASS_FIRST, kind, text, function)

/**
 * fdt_scan - one pass
 * @fdt: the blob, of which @mapped bytes can be read; @pass: whose handlers to call
 *
 * Returns 0; -EPROTO for a blob that is not a device tree or is broken, with a message
 * that says where; or what a handler returned.
 */
int fdt_scan(const void *fdt, unsigned long mapped, enum fdt_pass pass);

/* Whether a node that the last pass came by has the property. */
bool fdt_has_seen(enum fdt_property_id id);

/* The value of a property, or NULL; @length in bytes. */
const void *fdt_node_property(const struct fdt_node *node, enum fdt_property_id id, u32 *length);

/* Whether the property is there, whatever its value. */
static inline bool fdt_node_has(const struct fdt_node *node, enum fdt_property_id id)
{
	return node->present >> id & 1;
}

/* A property of one or two cells, or @otherwise where it is absent or of another length. */
u64 fdt_node_number(const struct fdt_node *node, enum fdt_property_id id, u64 otherwise);

/* A property that is a text ended by 0 within its length, or NULL. */
const char *fdt_node_string(const struct fdt_node *node, enum fdt_property_id id);

/* Whether @name is one of the node's compatible strings (2.3.1). */
bool fdt_node_is_compatible(const struct fdt_node *node, const char *name);

/* Absent, "ok" or "okay" (2.3.4). */
bool fdt_node_available(const struct fdt_node *node);

/**
 * fdt_node_range - range @index of a property that is made as reg is, by the parent's cells
 * Returns 0; -ENOENT behind the last; -EPROTO where cells or length make no sense.
 */
int fdt_node_range(const struct fdt_node *node, enum fdt_property_id id, unsigned int index,
	u64 *base, u64 *size);

/* fdt_node_reg - range @index of the node's reg, in the parent's address space (2.3.6) */
int fdt_node_reg(const struct fdt_node *node, unsigned int index, u64 *base, u64 *size);

/* Cell @index of a property that is a list of cells: phandles. -ENOENT behind the last. */
int fdt_node_cell(
	const struct fdt_node *node, enum fdt_property_id id, unsigned int index, u32 *cell);

/**
 * fdt_node_translate - from the node's parent's address space to the root's (2.3.8)
 * Returns 0, or -ENOENT where a bus on the way does not pass the address on.
 */
int fdt_node_translate(const struct fdt_node *node, u64 *address);

/* Whether @name is @key, its unit address apart. */
bool fdt_name_is(const char *name, const char *key);

/**
 * fdt_node_path - the node's path from the root
 * Returns its length; -ENOSPC where @buffer of @size bytes is too short.
 */
int fdt_node_path(const struct fdt_node *node, char *buffer, int size);

/**
 * fdt_reservation - entry @index of the blob's reservation block (5.3)
 * @fdt: a blob that fdt_scan() has read
 * Returns 0; -ENOENT behind the last; -EPROTO where the block does not end in the blob.
 */
int fdt_reservation(const void *fdt, int index, u64 *base, u64 *size);

/**
 * fdt_alias - what an alias stands for (3.3)
 * @aliases: the offset of /aliases, as its handler was told
 * Returns a path within the blob, or NULL.
 */
const char *fdt_alias(const void *fdt, int aliases, const char *name);

#endif
