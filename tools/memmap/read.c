// SPDX-License-Identifier: BSD-2-Clause
/* A blob is read as boot reads it: core/main.c has the same steps. */
#include "map.h"

#include <arch/page.h>
#include <core/boot.h>
#include <errno.h>
#include <lib/fdt.h>
#include <mm/boot.h>
#include <mm/numa.h>
#include <molt/param.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file may go on behind its tree, but not for ever. */
#define FILE_MAX (64UL << 20)

#define HEADER_SIZE 40 /* Devicetree Specification 0.4, section 5.2 */

/* What the kernel's early tables show of a tree, its place in its first page included. */
#define TREE_MAX (508 * PAGE_SIZE)

static unsigned char *load(const char *path, unsigned long *size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *data = malloc(FILE_MAX);

	if (!data)
		fail("no memory");
	if (!file)
		fail("%s", strerror(errno));
	*size = fread(data, 1, FILE_MAX, file);
	if (ferror(file))
		fail("%s", strerror(errno));
	fclose(file);
	return data;
}

/* The bytes that the header claims, as the kernel maps them: a file may be longer. */
static unsigned long claimed_size(const unsigned char *data, unsigned long size)
{
	static const unsigned char magic[] = {0xd0, 0x0d, 0xfe, 0xed};
	unsigned long total;

	/* What is no tree: enough of it to be told. */
	if (size < HEADER_SIZE || memcmp(data, magic, sizeof(magic)))
		return size < HEADER_SIZE ? size : HEADER_SIZE;
	total = (unsigned long)data[4] << 24 | (unsigned long)data[5] << 16 |
		(unsigned long)data[6] << 8 | data[7];
	return total < size ? total : size;
}

static struct fdt_blob load_blob(const struct request *request)
{
	struct fdt_blob fdt = {.base = PHYS_ADDR_MAX};
	unsigned long size;
	unsigned char *data = load(request->path, &size);

	fdt.size = claimed_size(data, size);
	fdt.data = realloc(data, fdt.size ? fdt.size : 1);
	if (request->fdt.given)
		fdt.base = request->fdt.base;
	if (fdt.size + (request->fdt.given ? fdt.base % PAGE_SIZE : 0) > TREE_MAX)
		fail("a tree of %s: the kernel reads no more than %s", human_size(fdt.size),
			human_size(TREE_MAX));
	return fdt;
}

/* What the boot loader would have written into /chosen. */
static void apply_request(const struct request *request)
{
	if (request->cmdline) {
		if (strlen(request->cmdline) >= sizeof(boot_command_line))
			fail("--cmdline: longer than %zu characters",
				sizeof(boot_command_line) - 1);
		strcpy(boot_command_line, request->cmdline);
	}
	if (request->initrd.given) {
		boot_initrd.base = request->initrd.base;
		boot_initrd.end = request->initrd.base + request->initrd.size;
	}
}

const char *bootargs_read;

void board_read(const struct request *request)
{
	const struct kernel_part image[] = {
		{request->kernel.base, request->kernel.size, OWNER_TEXT}, {0, 0, 0}};
	struct fdt_blob fdt = load_blob(request);

	if (fdt_scan(fdt.data, fdt.size, FDT_PASS_FIRST))
		fail("%s", kernel_said.texts[kernel_said.count - 1]);
	apply_request(request);
	bootargs_read = strdup(boot_command_line);
	params_early(boot_command_line);
	stdout_path_resolve(fdt.data);
	memory_claim(&fdt, request->kernel.given ? image : NULL);
	numa_check();
}
