/* SPDX-License-Identifier: BSD-2-Clause */
/* One boot's reading of a device tree: it ends, and with a map or with a reason. */
#include "fuzz.h"

#include <string.h>

#include <core/boot.h>
#include <lib/fdt.h>
#include <libfdt.h>
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/numa.h>
#include <mm/reserved.h>
#include <molt/compiler.h>
#include <molt/param.h>

#include "../host/check.h"
#include "../host/fdt_build.h"

/* What a message that ends boot must hold: the node, the property, or where the blob broke. */
static const char *const reasons[] = {
	": reg: ",
	"fdt: not a device tree that can be read: ",
	"fdt: broken at offset ",
	"reservation block",
	"the FDT has no memory",
	"no memory is left to use: mem= and linux,usable-memory-range",
	"RAM does not hold the kernel",
	"lies where nothing may be mapped",
	"no room for the ",
};

static bool says_why(const char *text)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (strstr(text, reasons[i]))
			return true;
	}
	return false;
}

/*
 * The last tree's /aliases and /distance-map are remembered where no test can reach them. So
 * that an input does the same whatever came before it, one tree is always read first.
 */
static void forget(void)
{
	static char blob[256];

	if (!*blob) {
		build_begin();
		build_node("aliases", NULL, NULL);
		build_end();
		build_node("distance-map", NULL, NULL);
		build_end();
		build_finish();
		memcpy(blob, build, fdt_totalsize(build));
	}
	MUST(!fdt_scan(blob, sizeof(blob), FDT_PASS_FIRST), "%s", printk_text);
	numa_check();
	numa_nodes = 1;
	boot_forget();
	printk_text[0] = panic_text[0] = '\0';
}

/* ---- What must hold of every map ---- */

static void check_entries(const struct memblock_type *type)
{
	const struct memblock_region *low = NULL, *r;
	phys_addr_t total = 0;

	MUST(type->cnt <= type->max, "%s: %lu of %lu", type->name, type->cnt, type->max);
	for (r = type->regions; r < type->regions + type->cnt; low = r++) {
		MUST(r->size && r->size <= PHYS_ADDR_MAX - r->base, "%s: [%lx + %lx)", type->name,
			r->base, r->size);
		MUST(!low || low->base + low->size <= r->base, "%s: overlap at %lx", type->name,
			r->base);
		MUST(!low || low->base + low->size < r->base || low->flags != r->flags ||
				memblock_get_region_node(low) != memblock_get_region_node(r),
			"%s: not merged at %lx", type->name, r->base);
		total += r->size;
	}
	MUST(total == type->total_size, "%s: %lx, not %lx", type->name, type->total_size, total);
}

static void check_flags(void)
{
	const struct memblock_region *r;

	for_each_mem_region(r)
		MUST(!(r->flags & ~(MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP)), "flags %x", r->flags);
	for_each_reserved_mem_region(r) {
		unsigned int held_by = memblock_region_owner(r);

		MUST(!(r->flags & 0xffff), "flags %x at %lx", r->flags, r->base);
		MUST(held_by < OWNER_FREE || (held_by >= OWNER_AREA &&
						     held_by - OWNER_AREA < reserved_areas.count),
			"owner %x at %lx", held_by, r->base);
		MUST(ledger_owner(held_by) < OWNER_FREE, "owner %x at %lx", held_by, r->base);
	}
}

/* Bytes of [base, end) in @type, and of these those with @flags. */
static phys_addr_t bytes_in(
	const struct memblock_type *type, phys_addr_t base, phys_addr_t end, unsigned int flags)
{
	phys_addr_t bytes = 0;

	for (unsigned long i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];
		phys_addr_t low = r->base > base ? r->base : base;
		phys_addr_t high = r->base + r->size < end ? r->base + r->size : end;

		if (low < high && (r->flags & flags) == flags)
			bytes += high - low;
	}
	return bytes;
}

/* What nobody has is mapped; what is not to be mapped is not. */
static void check_free(void)
{
	const struct memblock_region *r;
	phys_addr_t start, end;
	u64 i;

	for_each_free_mem_range(
		i, NUMA_NO_NODE, MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP, &start, &end, NULL) {
		MUST(!bytes_in(&memblock.memory, start, end, MEMBLOCK_NOMAP),
			"free and not mapped: [%lx, %lx)", start, end);
	}
	for_each_reserved_mem_region(r) {
		end = r->base + r->size;
		if (memory_is_unmapped(memblock_region_owner(r)))
			MUST(bytes_in(&memblock.memory, r->base, end, MEMBLOCK_NOMAP) ==
					bytes_in(&memblock.memory, r->base, end, 0),
				"mapped: [%lx, %lx)", r->base, end);
	}
}

/* The books: every byte of RAM is free or has one owner. */
static void check_owners(void)
{
	phys_addr_t held = 0, free = 0, start, end;
	const struct memblock_region *r;
	u64 i;

	for_each_reserved_mem_region(r)
		held += bytes_in(&memblock.memory, r->base, r->base + r->size, 0);
	for_each_free_mem_range(
		i, NUMA_NO_NODE, MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP, &start, &end, NULL)
		free += end - start;
	MUST(held + free == memblock_phys_mem_size(), "%lx held, %lx free, %lx RAM", held, free,
		memblock_phys_mem_size());
}

/* ---- Reading ---- */

/* The tree that was read last: kept until the next, since a panic leaves its reader. */
static void *copy;

/* Where its memory ends, an access is a finding. */
static void *copy_exactly(const void *blob, size_t size)
{
	numa_check(); /* may name a node of the last tree */
	free(copy);
	copy = malloc(size ? size : 1);
	memcpy(copy, blob, size);
	return copy;
}

static int read_all(const struct fdt_blob *fdt, const struct kernel_part *kernel)
{
	int err = fdt_scan(fdt->data, fdt->size, FDT_PASS_FIRST);

	if (err)
		return err;
	stdout_path_resolve(fdt->data);
	params_early(boot_command_line);
	memory_claim(fdt, kernel);
	return 0;
}

bool fuzz_read(const void *blob, size_t size, phys_addr_t base, const struct kernel_part *kernel)
{
	/* It may be the one that forget() builds over. */
	const struct fdt_blob fdt = {copy_exactly(blob, size), size, base};
	jmp_buf jump;
	int err;

	forget();
	panic_jump = &jump;
	if (setjmp(jump)) {
		panic_jump = NULL;
		MUST(says_why(panic_text), "panic: %s", panic_text);
		return false;
	}
	err = read_all(&fdt, kernel);
	panic_jump = NULL;
	MUST(err <= 0, "result %d", err);
	MUST(!err || says_why(printk_text), "result %d, message %s", err, printk_text);
	if (err)
		return false;
	check_entries(&memblock.memory);
	check_entries(&memblock.reserved);
	check_flags();
	check_free();
	check_owners();
	return true;
}
