// SPDX-License-Identifier: BSD-2-Clause
/* The archives of the first files, read through once. [init] */
#include <arch/page.h>
#include <arch/paging.h>
#include <core/initramfs.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/initcall.h>
#include <molt/printk.h>
#include <molt/sections.h>

struct archive {
	const char *name;
	const void *data;
	unsigned long size; /* bytes, of which the first damage ends what is used */
};

/* In this order: what comes later wins. */
static struct archive archives[] = {{.name = "of the image"}, {.name = "of the boot loader"}};

/* What the boot loader left in memory that is still offline cannot be read. */
static bool is_mapped(phys_addr_t base, phys_addr_t end)
{
	unsigned long span;

	for (; base < end; base = ALIGN_DOWN(base, span) + span) {
		if (paging_lookup(&kernel_space, (virt_addr_t)__va(base), &span) == PHYS_ADDR_MAX)
			return false;
	}
	return true;
}

static void find_archives(void)
{
	archives[0].data = __start_initramfs;
	archives[0].size = __stop_initramfs - __start_initramfs;
	if (!is_mapped(boot_initrd.base, boot_initrd.end)) {
		pr_warn("initramfs of the boot loader: it lies in offline memory: not read\n");
		return;
	}
	archives[1].data = __va(boot_initrd.base);
	archives[1].size = boot_initrd.end - boot_initrd.base;
}

/* What makes no sense is told, and what came before it is used. */
static void read_archive(struct archive *archive)
{
	const char *compression = cpio_compression(archive->data, archive->size);
	unsigned long offset = 0, before = 0, entries = 0, bytes = 0;
	struct cpio_entry entry;
	int err;

	if (compression) {
		pr_err("initramfs %s: compressed with %s, which is not supported\n", archive->name,
			compression);
		archive->size = 0;
		return;
	}
	while (!(err = cpio_next(archive->data, archive->size, &offset, &entry))) {
		entries++;
		bytes += entry.size;
		before = offset;
	}
	if (err == -EPROTO && !entries)
		pr_warn("initramfs %s: it is no cpio archive\n", archive->name);
	else if (err == -EPROTO)
		pr_err("initramfs %s: damaged at byte %lu of %lu\n", archive->name, offset,
			archive->size);
	archive->size = before;
	pr_info("initramfs %s: %lu entries, %lu bytes\n", archive->name, entries, bytes);
}

static int initramfs_read(void)
{
	unsigned int i;

	find_archives();
	for (i = 0; i < ARRAY_SIZE(archives); i++) {
		if (archives[i].size)
			read_archive(&archives[i]);
	}
	return 0;
}
subsys_initcall(initramfs_read);

/* Without what stands for the root: "./init" and "/init" are "init". */
static const char *below_root(const char *name)
{
	while (*name == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	return name;
}

/* Of a file with several names all but one are without its data: it is in the same archive. */
static void find_data(const struct archive *archive, struct cpio_entry *found)
{
	struct cpio_entry entry, data = *found;
	unsigned long offset = 0;
	bool is_here = false;

	while (!cpio_next(archive->data, archive->size, &offset, &entry)) {
		if (entry.after_end && is_here)
			break;
		if (entry.after_end)
			data = *found;
		if (entry.name == found->name)
			is_here = true;
		if (entry.size && cpio_same_file(&entry, found))
			data = entry;
	}
	found->data = data.data;
	found->size = data.size;
}

int initramfs_find(const char *name, struct cpio_entry *found)
{
	const char *wanted = below_root(name);
	struct cpio_entry entry;
	int err = -ENOENT;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(archives); i++) {
		unsigned long offset = 0;

		while (!cpio_next(archives[i].data, archives[i].size, &offset, &entry)) {
			if ((entry.mode & CPIO_TYPE) != CPIO_REGULAR ||
				strcmp(below_root(entry.name), wanted))
				continue;
			*found = entry;
			if (!found->size)
				find_data(&archives[i], found);
			err = 0;
		}
	}
	return err;
}
