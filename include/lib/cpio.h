/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives in cpio's newc format (cpio(5), "New ASCII Format"; Linux,
 * driver-api/early-userspace/buffer-format). Nothing in them is trusted. [init]
 */
#ifndef LIB_CPIO_H
#define LIB_CPIO_H

#include <molt/types.h>

struct cpio_entry {
	const char *name; /* ended by 0 within the archive */
	const void *data;
	u32 size;	/* of data, bytes */
	u32 mode;	/* as stat(2) has it */
	u32 links;	/* names that the file has */
	u32 file[3];	/* inode, device's major and minor number: alike for all names of a file */
	bool after_end; /* an archive has ended right before it */
};

#define CPIO_TYPE    0170000u /* of mode */
#define CPIO_REGULAR 0100000u

/**
 * cpio_next - the entry at *@offset of an archive of @size bytes, which starts at 0
 * @entry: points into the archive
 *
 * Several archives may follow one another, with zeros between them. *@offset moves behind the
 * entry; where that fails it says where.
 * Returns 0; -ENOENT behind the last; -EPROTO where the archive is damaged.
 */
int cpio_next(
	const void *archive, unsigned long size, unsigned long *offset, struct cpio_entry *entry);

/**
 * cpio_same_file - whether both, of one archive, are names of one file
 * One of them has the file's data, as a rule the last; the others are of size 0.
 */
bool cpio_same_file(const struct cpio_entry *one, const struct cpio_entry *other);

/* The method that an archive is compressed with, by its first bytes; NULL where it is not. */
const char *cpio_compression(const void *archive, unsigned long size);

#endif
