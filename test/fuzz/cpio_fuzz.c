/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target cpio: the input is an archive. A second reader, which shares no code with the kernel's,
 * says what each entry is, and where the archive ends or is damaged.
 */
#include "fuzz.h"

#include <ctype.h>
#include <string.h>

#include <lib/cpio.h>
#include <molt/err.h>

struct expected {
	size_t at, end; /* of the entry; where nothing is damaged */
	size_t name, data, size;
	unsigned long mode, links, file[3];
	bool damaged, over, after_end;
};

static bool number(const u8 *header, int index, unsigned long *value)
{
	char text[9] = "";

	memcpy(text, header + 6 + 8 * index, 8);
	for (int i = 0; i < 8; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return false;
	}
	*value = strtoul(text, NULL, 16);
	return true;
}

static struct expected entry_at(const u8 *data, size_t size, size_t at)
{
	struct expected e = {.at = at, .damaged = true};
	unsigned long file, name;

	if (at + 110 > size || (memcmp(data + at, "070701", 6) && memcmp(data + at, "070702", 6)) ||
		!number(data + at, 0, &e.file[0]) || !number(data + at, 1, &e.mode) ||
		!number(data + at, 4, &e.links) || !number(data + at, 7, &e.file[1]) ||
		!number(data + at, 8, &e.file[2]) || !number(data + at, 6, &file) ||
		!number(data + at, 11, &name))
		return e;
	e.name = at + 110;
	e.size = file;
	e.data = (e.name + name + 3) / 4 * 4;
	if (!name || e.name + name > size || data[e.name + name - 1] || e.data + file > size)
		return e;
	e.end = (e.data + file + 3) / 4 * 4;
	e.end = e.end > size ? size : e.end;
	e.damaged = false;
	return e;
}

/* The next entry that is one, from @at on. */
static struct expected expect(const u8 *data, size_t size, size_t at)
{
	bool after_end = false;

	for (;;) {
		struct expected e;

		while (at < size && !data[at])
			at++;
		if (at >= size)
			return (struct expected){.at = at, .over = true};
		e = entry_at(data, size, at);
		e.after_end = after_end;
		if (e.damaged || strcmp((const char *)data + e.name, "TRAILER!!!"))
			return e;
		at = e.end;
		after_end = true;
	}
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t size)
{
	u8 *data = memcpy(malloc(size + 1), input, size);
	unsigned long offset = 0;
	struct cpio_entry entry;
	u8 *archive = realloc(data, size ? size : 1);
	int err;

	cpio_compression(archive, size);
	do {
		struct expected e = expect(archive, size, offset);

		err = cpio_next(archive, size, &offset, &entry);
		MUST(err == (e.over ? -ENOENT : e.damaged ? -EPROTO : 0), "%d at %lu", err, offset);
		MUST(offset == (err ? e.at : e.end), "offset %lu, not %zu", offset, e.at);
		if (!err)
			MUST(entry.name == (char *)archive + e.name && entry.size == e.size &&
					entry.data == archive + e.data && entry.mode == e.mode &&
					entry.links == e.links && entry.after_end == e.after_end &&
					entry.file[0] == e.file[0] && entry.file[1] == e.file[1] &&
					entry.file[2] == e.file[2],
				"entry %s at %zu", entry.name, e.at);
	} while (!err);
	free(archive);
	return 0;
}
