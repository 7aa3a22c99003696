/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees for tests: from files or built on the spot, and read as boot reads them. */
#ifndef TEST_HOST_FDT_BUILD_H
#define TEST_HOST_FDT_BUILD_H

#include <molt/types.h>

/* The blob under construction, which libfdt's sequential writers fill. */
#define BUILD_SIZE (1 << 20)
extern char build[BUILD_SIZE];

/* Begin a tree: the reservation block is empty, and the root open, without cells. */
void build_begin(void);

/* The same, with one entry in the reservation block; size 0: with none. */
void build_begin_reserving(u64 base, u64 size);

/* As build_begin(), with the root's cells. */
void build_begin_cells(u32 address_cells, u32 size_cells);

/* Begin /memory@NAME and the like, with its device_type or compatible. NULL: none. */
void build_node(const char *name, const char *device_type, const char *compatible);
void build_end(void);

/* A property of @count cells. */
void build_cells(const char *name, int count, ...);
void build_text(const char *name, const char *text);
void build_flag(const char *name);

/* /memory@..., one range, by two cells each. */
void build_memory(u64 base, u64 size);

/* /reserved-memory of two cells each, left open; a child of it with one range, left open. */
void build_reserved(void);
void build_area(const char *name, u64 base, u64 size);

/* How often, and whether, a text was said since the tree was begun. */
unsigned int times_said(const char *text);
bool said(const char *text);

/* Close the root. Returns the blob's size. */
unsigned long build_finish(void);

/* The tree of test/host/dts/@name.dts: the heap's, of exactly *@size bytes. */
void *tree_load(const char *name, unsigned long *size);

/* The hart that boot runs on. */
extern u32 boot_id;

/* Forget all that was read so far: memblock, harts, devices, command line. */
void boot_forget(void);

/*
 * Read a tree as boot does: the pass, the reservation block, stdout. A copy of the blob is
 * read that ends where its memory ends. Returns fdt_scan()'s result.
 */
int boot_read(const void *blob, unsigned long mapped);

/*
 * Read the tree that build_finish() closes, and have memory_claim() decide who has what, as
 * boot does. Panics are the caller's. The blob lies in no memory of the machine.
 */
struct kernel_part;
void boot_claim_build(const struct kernel_part *kernel);

/* boot_read() of what build_finish() closes. */
int boot_read_build(void);

#endif
