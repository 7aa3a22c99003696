/* SPDX-License-Identifier: BSD-2-Clause */
/* The first files: those in the image (INITRAMFS_SOURCE), and those of the boot loader. [init] */
#ifndef CORE_INITRAMFS_H
#define CORE_INITRAMFS_H

#include <lib/cpio.h>

/**
 * initramfs_find - the regular file @name, "/" or "./" before it apart
 * @entry: points into the archive: of the image, which goes at the molt, or the boot loader's
 *
 * Of several files of that name the last one counts, the boot loader's archive coming last.
 * Any name of a file with several has its data. From level subsys on. Returns 0, or -ENOENT.
 */
int initramfs_find(const char *name, struct cpio_entry *entry);

#endif
