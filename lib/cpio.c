// SPDX-License-Identifier: BSD-2-Clause
#include <lib/cpio.h>
#include <lib/string.h>
#include <molt/compiler.h>
#include <molt/err.h>

/* A header: the magic number, then fields of 8 hexadecimal digits. */
#define MAGIC_LENGTH 6
#define FIELD_LENGTH 8
#define HEADER_SIZE  110
enum field {
	FIELD_INODE = 0,
	FIELD_MODE = 1,
	FIELD_LINKS = 4,
	FIELD_FILE_SIZE = 6,
	FIELD_DEVICE_MAJOR = 7,
	FIELD_DEVICE_MINOR = 8,
	FIELD_NAME_SIZE = 11,
};

/* Name and data are padded to multiples of it, counted from the archive's begin. */
#define PADDING 4

static bool read_digit(char c, u32 *value)
{
	if (c >= '0' && c <= '9')
		*value = *value << 4 | (u32)(c - '0');
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		*value = *value << 4 | (u32)((c | 0x20) - 'a' + 10);
	else
		return false;
	return true;
}

static bool read_field(const char *header, enum field field, u32 *value)
{
	const char *text = header + MAGIC_LENGTH + field * FIELD_LENGTH;
	unsigned int i;

	*value = 0;
	for (i = 0; i < FIELD_LENGTH; i++) {
		if (!read_digit(text[i], value))
			return false;
	}
	return true;
}

/* "070701", or "070702" with a sum of the data, which nobody looks at. */
static bool is_header(const char *at)
{
	return !memcmp(at, "07070", 5) && (at[5] == '1' || at[5] == '2');
}

static bool read_header(const char *header, struct cpio_entry *entry, u32 *name_size)
{
	return is_header(header) && read_field(header, FIELD_INODE, &entry->file[0]) &&
	       read_field(header, FIELD_MODE, &entry->mode) &&
	       read_field(header, FIELD_LINKS, &entry->links) &&
	       read_field(header, FIELD_FILE_SIZE, &entry->size) &&
	       read_field(header, FIELD_DEVICE_MAJOR, &entry->file[1]) &&
	       read_field(header, FIELD_DEVICE_MINOR, &entry->file[2]) &&
	       read_field(header, FIELD_NAME_SIZE, name_size);
}

/* One entry, the one that ends an archive too. Sizes are of 32 bits, so that no sum overflows. */
static int read_entry(
	const char *archive, unsigned long size, unsigned long *offset, struct cpio_entry *entry)
{
	const char *header = archive + *offset;
	unsigned long name = *offset + HEADER_SIZE, data;
	u32 name_size;

	if (size - *offset < HEADER_SIZE || !read_header(header, entry, &name_size))
		return -EPROTO;
	if (!name_size || name_size > size - name || archive[name + name_size - 1])
		return -EPROTO;
	data = ALIGN_UP(name + name_size, PADDING);
	if (data > size || entry->size > size - data)
		return -EPROTO;
	entry->name = archive + name;
	entry->data = archive + data;
	/* The last one's padding may be left out. */
	*offset = ALIGN_UP(data + entry->size, PADDING);
	if (*offset > size)
		*offset = size;
	return 0;
}

int cpio_next(
	const void *archive, unsigned long size, unsigned long *offset, struct cpio_entry *entry)
{
	const char *bytes = archive;
	bool after_end = false;
	int err;

	for (;;) {
		while (*offset < size && !bytes[*offset])
			++*offset;
		if (*offset >= size)
			return -ENOENT;
		err = read_entry(bytes, size, offset, entry);
		if (err || strcmp(entry->name, "TRAILER!!!"))
			break;
		after_end = true;
	}
	entry->after_end = after_end;
	return err;
}

bool cpio_same_file(const struct cpio_entry *one, const struct cpio_entry *other)
{
	return one->links > 1 && other->links > 1 &&
	       !memcmp(one->file, other->file, sizeof(one->file));
}

const char *cpio_compression(const void *archive, unsigned long size)
{
	static const struct {
		const char *magic;
		u32 length;
		const char *name;
	} methods[] = {
		{"\x1f\x8b", 2, "gzip"},
		{"\x1f\x9e", 2, "gzip"},
		{"BZh", 3, "bzip2"},
		{"\xfd"
		 "7zXZ",
			5, "xz"},
		{"\x5d\0\0", 3, "lzma"},
		{"\x89LZO", 4, "lzo"},
		{"\x02!L\x18", 4, "lz4"},
		{"\x28\xb5\x2f\xfd", 4, "zstd"},
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		if (size >= methods[i].length &&
			!memcmp(archive, methods[i].magic, methods[i].length))
			return methods[i].name;
	}
	return NULL;
}
