/* SPDX-License-Identifier: BSD-2-Clause */
/* Archives, whole, damaged and cut, each in memory that ends where it ends. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <lib/cpio.h>
#include <molt/err.h>

static char built[4096];
static unsigned long length;

static void pad(void)
{
	while (length % 4)
		built[length++] = '\0';
}

static void add(const char *name, unsigned int mode, const char *data)
{
	length += (unsigned long)sprintf(built + length,
		"070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, mode, 0, 0, 1, 0,
		(unsigned int)strlen(data), 0, 0, 0, 0, (unsigned int)strlen(name) + 1, 0);
	strcpy(built + length, name);
	length += strlen(name) + 1;
	pad();
	memcpy(built + length, data, strlen(data));
	length += strlen(data);
	pad();
}

static void whole(void)
{
	length = 0;
	add("bin", 0040755, "");
	add("bin/init", 0100755, "hello");
	add("TRAILER!!!", 0, "");
}

/* Reads the first @size bytes: how many entries, and how it ends. */
static int read_all(unsigned long size, unsigned int *entries, unsigned long *offset)
{
	char *copy = memcpy(malloc(size ? size : 1), built, size);
	struct cpio_entry entry;
	int err;

	*entries = 0;
	*offset = 0;
	while (!(err = cpio_next(copy, size, offset, &entry))) {
		CHECK(!entry.size || !memcmp(entry.data, "hello", entry.size));
		++*entries;
	}
	free(copy);
	return err;
}

static void entries_in_order(void)
{
	struct cpio_entry entry;
	unsigned long offset = 0;

	whole();
	CHECK_EQ(cpio_next(built, length, &offset, &entry), 0);
	CHECK(!strcmp(entry.name, "bin") && entry.mode == 0040755 && !entry.size);
	CHECK_EQ(cpio_next(built, length, &offset, &entry), 0);
	CHECK(!strcmp(entry.name, "bin/init") && entry.mode == (CPIO_REGULAR | 0755));
	CHECK(entry.size == 5 && !memcmp(entry.data, "hello", 5));
	CHECK_EQ(cpio_next(built, length, &offset, &entry), -ENOENT);
	CHECK_EQ(offset, length);
}

static void several_archives(void)
{
	unsigned long offset;
	unsigned int entries;

	whole();
	memset(built + length, 0, 508);
	length += 508;
	add("more", 0100644, "");
	CHECK_EQ(read_all(length, &entries, &offset), -ENOENT);
	CHECK_EQ(entries, 3);
	CHECK_EQ(read_all(0, &entries, &offset), -ENOENT);
}

/* Each length: only where an entry ends, padding apart, it is whole. */
static void cut_anywhere(void)
{
	unsigned long size, offset, starts[4] = {0};
	struct cpio_entry entry;
	unsigned int entries, i;

	whole();
	for (i = 0, offset = 0; !cpio_next(built, length, &offset, &entry);)
		starts[++i] = offset;
	starts[3] = length;
	for (size = 1; size < length; size++) {
		int err = read_all(size, &entries, &offset);

		for (i = 0; i < 3 && starts[i + 1] <= size; i++)
			;
		if (err == -EPROTO)
			CHECK_EQ(offset, starts[i]);
		else
			CHECK(size == starts[i] || size + 3 >= starts[i + 1]);
	}
}

/* Each byte of each header in turn. */
static void damaged_headers(void)
{
	static const unsigned long fields[] = {
		6, 6 + 8, 6 + 8 * 4, 6 + 8 * 6, 6 + 8 * 7, 6 + 8 * 8, 6 + 8 * 11};
	unsigned long offset, i;
	unsigned int entries;

	whole();
	for (i = 0; i < 6; i++) {
		built[i]++;
		CHECK_EQ(read_all(length, &entries, &offset), i == 5 ? -ENOENT : -EPROTO);
		CHECK(i == 5 || (!entries && !offset));
		built[i]--;
	}
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		char before = built[fields[i]];

		for (const char *bad = "gG/:@`x \xff"; *bad; bad++) {
			built[fields[i]] = *bad;
			CHECK_EQ(read_all(length, &entries, &offset), -EPROTO);
		}
		built[fields[i]] = before;
	}
}

static void sizes_that_lead_away(void)
{
	static const char *const sizes[] = {"FFFFFFFF", "7FFFFFFF", "80000000", "fffffffc"};
	unsigned long offset;
	unsigned int entries;

	for (unsigned int i = 0; i < 4; i++) {
		whole();
		memcpy(built + 6 + 8 * 6, sizes[i], 8);
		CHECK_EQ(read_all(length, &entries, &offset), -EPROTO);
		whole();
		memcpy(built + 6 + 8 * 11, sizes[i], 8);
		CHECK_EQ(read_all(length, &entries, &offset), -EPROTO);
	}
	whole();
	memcpy(built + 6 + 8 * 11, "00000000", 8);
	CHECK_EQ(read_all(length, &entries, &offset), -EPROTO);
	whole();
	built[110 + 3] = 'x'; /* the name does not end */
	CHECK_EQ(read_all(length, &entries, &offset), -EPROTO);
}

/* Two names of a file, and what differs from it in one field. */
static void names_of_a_file(void)
{
	const struct cpio_entry file = {.links = 2, .file = {7, 8, 9}};
	struct cpio_entry other = file;

	CHECK(cpio_same_file(&file, &other));
	other.links = 1;
	CHECK(!cpio_same_file(&file, &other) && !cpio_same_file(&other, &file));
	for (int i = 0; i < 3; i++) {
		other = file;
		other.file[i]++;
		CHECK(!cpio_same_file(&file, &other));
	}
}

static void compressed(void)
{
	CHECK(!strcmp(cpio_compression("\x1f\x8b\x08", 3), "gzip"));
	CHECK(!strcmp(cpio_compression("\x28\xb5\x2f\xfd", 4), "zstd"));
	CHECK(!cpio_compression("\x28\xb5\x2f", 3));
	CHECK(!cpio_compression("070701", 6));
	CHECK(!cpio_compression("", 0));
}

int main(void)
{
	TEST(entries_in_order);
	TEST(several_archives);
	TEST(cut_anywhere);
	TEST(damaged_headers);
	TEST(sizes_that_lead_away);
	TEST(names_of_a_file);
	TEST(compressed);
	return check_report();
}
