/* SPDX-License-Identifier: BSD-2-Clause */
#include "fdt_build.h"

#include <core/boot.h>
#include <drivers/device.h>
#include <lib/fdt.h>
#include <libfdt.h>
#include <mm/boot.h>
#include <mm/memblock.h>
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

void build_begin(void)
{
	must(fdt_create(build, sizeof(build)));
	must(fdt_finish_reservemap(build));
	must(fdt_begin_node(build, ""));
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

void boot_forget(void)
{
	static struct memblock pristine;

	if (!pristine.memory.max)
		pristine = memblock;
	memblock = pristine;
	stage_now = STAGE_ENTRY;
	boot_harts = (struct boot_harts){.count = 0};
	boot_initrd = (struct initrd_range){0, 0};
	memset(serial_found, 0, sizeof(serial_found));
	serial_count = 0;
	memset(&test_device_found, 0, sizeof(test_device_found));
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
	err = fdt_scan(copy, mapped);
	if (!err) {
		fdt_claim_reservations(copy);
		stdout_path_resolve(copy);
	}
	free(copy);
	return err;
}

int boot_read_build(void)
{
	return boot_read(build, build_finish());
}
