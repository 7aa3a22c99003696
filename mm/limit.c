// SPDX-License-Identifier: BSD-2-Clause
/*
 * RAM that is there and not used: what mem= and linux,usable-memory-range leave out, and what
 * lies beyond the linear map. A limit that would leave out the kernel is not honoured.
 */
#include "map_internal.h"
#include <arch/paging.h>
#include <lib/parse.h>
#include <mm/memblock.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/param.h>
#include <molt/printk.h>

phys_addr_t memory_cut;

struct mem_param mem_param;

static bool set_mem(const char *value)
{
	u64 size, base = 0;
	bool at_base;

	if (!parse_size(&value, &size) || !size)
		return false;
	at_base = *value == '@';
	if (at_base) {
		value++;
		if (!parse_size(&value, &base))
			return false;
	}
	if (*value)
		return false;
	mem_param.base = base;
	mem_param.size = size;
	mem_param.at_base = at_base;
	return true;
}
early_param("mem=", set_mem);

/* What no limit may leave out. Empty ones have no bytes. */
static struct extent {
	phys_addr_t base, size;
	const char *name;
} needed[] = {{.name = "the kernel"}, {.name = "boot's tables"}};

static void note_needed(const struct kernel_part *part)
{
	needed[0].base = part ? part->base : 0;
	needed[0].size = 0;
	for (; part && part->size; part++)
		needed[0].size += part->size;
	needed[1].base = map_room.base;
	needed[1].size = map_room.size;
}

static bool holds(phys_addr_t base, phys_addr_t size, const struct extent *extent)
{
	return extent->base >= base && extent->base - base <= size &&
	       extent->size <= size - (extent->base - base);
}

/* ---- mem= ---- */

static bool param_keeps(const struct extent *extent)
{
	if (mem_param.at_base)
		return holds(mem_param.base, mem_param.size, extent);
	return ram_within(0, extent->base + extent->size) <= mem_param.size;
}

static void apply_param(void)
{
	unsigned int i;

	if (!mem_param.size)
		return;
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		if (needed[i].size && !param_keeps(&needed[i])) {
			pr_err("parameter mem: %s would be left out: not honoured\n",
				needed[i].name);
			return;
		}
	}
	if (mem_param.at_base)
		memblock_cap_memory_range(mem_param.base, mem_param.size);
	else
		memblock_enforce_memory_limit(mem_param.size);
}

/* ---- linux,usable-memory-range ---- */

static bool usable_keeps(const struct extent *extent)
{
	unsigned int i;

	for (i = 0; i < boot_usable.count; i++) {
		if (holds(boot_usable.ranges[i].base, boot_usable.ranges[i].size, extent))
			return true;
	}
	return false;
}

/* The end of what is not usable from @at on: the next usable range, or the end of it all. */
static phys_addr_t unusable_end(phys_addr_t at)
{
	phys_addr_t end = PHYS_ADDR_MAX;
	unsigned int i;

	for (i = 0; i < boot_usable.count; i++) {
		phys_addr_t base = boot_usable.ranges[i].base;

		if (boot_usable.ranges[i].size && base >= at && base < end)
			end = base;
	}
	return end;
}

/* The end of what is usable from @at on without a gap. */
static phys_addr_t usable_end(phys_addr_t at)
{
	bool moved = true;
	unsigned int i;

	while (moved) {
		moved = false;
		for (i = 0; i < boot_usable.count; i++) {
			const struct extent range = {
				boot_usable.ranges[i].base, boot_usable.ranges[i].size, NULL};

			if (range.base > at || at - range.base >= range.size)
				continue;
			at = range.size > PHYS_ADDR_MAX - range.base ? PHYS_ADDR_MAX
								     : range.base + range.size;
			moved = at < PHYS_ADDR_MAX;
		}
	}
	return at;
}

static void apply_usable(void)
{
	phys_addr_t at = 0;
	unsigned int i;

	if (!boot_usable.count)
		return;
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		if (needed[i].size && !usable_keeps(&needed[i])) {
			pr_err("fdt: /chosen: linux,usable-memory-range: %s would be left out: "
			       "not honoured\n",
				needed[i].name);
			return;
		}
	}
	while ((at = usable_end(at)) < PHYS_ADDR_MAX) {
		phys_addr_t end = unusable_end(at);

		if (memblock_remove(at, end - at))
			panic("memblock: no entry left for linux,usable-memory-range");
		at = end;
	}
}

/* ---- The linear map ---- */

static void apply_linear_map(void)
{
	phys_addr_t base = ALIGN_DOWN(memblock_start_of_DRAM(), LINEAR_ALIGN);
	phys_addr_t before = memblock_phys_mem_size();

	if (memblock_end_of_DRAM() - base <= linear_window_size)
		return;
	if (memblock_remove(base + linear_window_size, PHYS_ADDR_MAX))
		panic("memblock: RAM above %lx cannot be taken out", base + linear_window_size);
	pr_warn("memory: %lu KiB lie beyond the linear map and are not used\n",
		(before - memblock_phys_mem_size()) / 1024);
}

void limit_memory(const struct kernel_part *kernel)
{
	phys_addr_t before = memblock_phys_mem_size();

	note_needed(kernel);
	apply_usable();
	apply_param();
	if (!memblock.memory.cnt)
		panic("no memory is left to use: mem= and linux,usable-memory-range name none");
	apply_linear_map();
	memory_cut = before - memblock_phys_mem_size();
	if (memory_cut)
		pr_info("memory: %lu KiB are not used\n", memory_cut / 1024);
}
