/* SPDX-License-Identifier: BSD-2-Clause */
#include "fdt_build.h"
#include "../../mm/map_internal.h"
#include "check.h"

#include <arch/paging.h>
#include <asm/layout.h>
#include <core/boot.h>
#include <drivers/driver.h>
#include <lib/fdt.h>
#include <libfdt.h>
#include <mm/boot.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/panic.h>
#include <molt/param.h>
#include <molt/stage.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char build[BUILD_SIZE] __attribute__((aligned(8)));

static void must(int err)
{
	if (err) {
		fprintf(stderr, "building a tree: %s\n", fdt_strerror(err));
		abort();
	}
}

/* All that was said since the tree was begun. */
static char said_log[16384];

static void note(const char *text)
{
	size_t used = strlen(said_log);

	snprintf(said_log + used, sizeof(said_log) - used, "%s", text);
}

unsigned int times_said(const char *text)
{
	unsigned int times = 0;
	const char *at;

	for (at = said_log; (at = strstr(at, text)); at++)
		times++;
	return times;
}

bool said(const char *text)
{
	return times_said(text) > 0;
}

void build_begin_reserving(u64 base, u64 size)
{
	said_log[0] = '\0';
	printk_listener = note;
	must(fdt_create(build, sizeof(build)));
	if (size)
		must(fdt_add_reservemap_entry(build, base, size));
	must(fdt_finish_reservemap(build));
	must(fdt_begin_node(build, ""));
}

void build_begin(void)
{
	build_begin_reserving(0, 0);
}

void build_begin_cells(u32 address_cells, u32 size_cells)
{
	build_begin();
	build_cells("#address-cells", 1, address_cells);
	build_cells("#size-cells", 1, size_cells);
}

void build_node(const char *name, const char *device_type, const char *compatible)
{
	must(fdt_begin_node(build, name));
	if (device_type)
		build_text("device_type", device_type);
	if (compatible)
		build_text("compatible", compatible);
}

void build_end(void)
{
	must(fdt_end_node(build));
}

void build_cells(const char *name, int count, ...)
{
	fdt32_t cells[16];
	va_list args;

	va_start(args, count);
	for (int i = 0; i < count; i++)
		cells[i] = cpu_to_fdt32(va_arg(args, u32));
	va_end(args);
	must(fdt_property(build, name, cells, 4 * count));
}

void build_text(const char *name, const char *text)
{
	must(fdt_property_string(build, name, text));
}

void build_flag(const char *name)
{
	must(fdt_property(build, name, NULL, 0));
}

static void build_range(const char *name, u64 base, u64 size)
{
	build_cells(name, 4, (u32)(base >> 32), (u32)base, (u32)(size >> 32), (u32)size);
}

void build_memory(u64 base, u64 size)
{
	build_node("memory", "memory", NULL);
	build_range("reg", base, size);
	build_end();
}

void build_reserved(void)
{
	build_node("reserved-memory", NULL, NULL);
	build_cells("#address-cells", 1, 2);
	build_cells("#size-cells", 1, 2);
	build_flag("ranges");
}

void build_area(const char *name, u64 base, u64 size)
{
	build_node(name, NULL, NULL);
	build_range("reg", base, size);
}

unsigned long build_finish(void)
{
	build_end();
	must(fdt_finish(build));
	return fdt_totalsize(build);
}

void *tree_load(const char *name, unsigned long *size)
{
	char path[256];
	FILE *file;
	void *blob;

	snprintf(path, sizeof(path), TREES "/%s.dtb", name);
	file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	*size = fread(build, 1, sizeof(build), file);
	fclose(file);
	blob = malloc(*size);
	memcpy(blob, build, *size);
	return blob;
}

/* ---- The machine around it ---- */

const unsigned long linear_window_size = LINEAR_SIZE;

void *early_room(phys_addr_t base, unsigned long size)
{
	(void)base;
	return malloc(size);
}

static void *claimed; /* the blob of boot_claim_build() */

static void forget_map(void)
{
	static struct memblock pristine;
	static struct reserved_areas pristine_areas;

	if (!pristine.memory.max) {
		pristine = memblock;
		pristine_areas = reserved_areas;
	}
	free(claimed);
	claimed = NULL;
	free(map_room.early);
	memset(&map_room, 0, sizeof(map_room));
	memset(&map_need, 0, sizeof(map_need));
	memset(&mem_param, 0, sizeof(mem_param));
	memblock = pristine;
	reserved_areas = pristine_areas;
	boot_initrd = (struct initrd_range){0, 0};
	boot_usable.count = 0;
	memory_cut = 0;
}

u32 boot_id;

void boot_forget(void)
{
	forget_map();
	stage_now = STAGE_ENTRY;
	boot_harts = (struct boot_harts){.boot_id = boot_id};
	memset(devices_found, 0, sizeof(devices_found));
	devices_count = 0;
	memset(boot_command_line, 0, sizeof(boot_command_line));
	strcpy(boot_command_line, CONFIG_CMDLINE);
	memset(boot_stdout_path, 0, sizeof(boot_stdout_path));
}

int boot_read(const void *blob, unsigned long mapped)
{
	void *copy = malloc(mapped);
	int err;

	memcpy(copy, blob, mapped);
	boot_forget();
	err = fdt_scan(copy, mapped, FDT_PASS_FIRST);
	if (!err) {
		claim_reservation_block(copy);
		stdout_path_resolve(copy);
	}
	free(copy);
	return err;
}

int boot_read_build(void)
{
	return boot_read(build, build_finish());
}

void boot_claim_build(const struct kernel_part *kernel)
{
	struct fdt_blob fdt = {.size = build_finish(), .base = PHYS_ADDR_MAX};

	boot_forget();
	fdt.data = claimed = malloc(fdt.size);
	memcpy(claimed, build, fdt.size);
	if (fdt_scan(fdt.data, fdt.size, FDT_PASS_FIRST))
		panic("the device tree cannot be used");
	params_early(boot_command_line);
	memory_claim(&fdt, kernel);
}
