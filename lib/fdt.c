// SPDX-License-Identifier: BSD-2-Clause
/*
 * One pass over the tags of a device tree.
 *
 * libfdt judges the header. The tags are read here: fdt_next_tag() checks each byte of a name
 * by itself, which would be a third of boot.
 */
#include "fdt_internal.h"
#include <lib/string.h>
#include <libfdt.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/printk.h>

/*
 * Property names lie once in the strings block, so a name's offset stands for it. All ones, an
 * entry is empty: no name is there, and nobody's is that id.
 */
#define NAME_CACHE_SIZE 64
static struct {
	u32 offset, id;
} name_cache[NAME_CACHE_SIZE];

static struct fdt_node nodes[FDT_DEPTH_MAX];

static enum fdt_pass current_pass;
static u32 seen; /* bit n: some node has property n */

/* The names that end within the strings block: so many bytes of it. */
static struct {
	const char *text;
	u32 size;
} strings;

/* The id of the property whose name is at @offset of the strings. */
static u32 property_id(u32 offset)
{
	unsigned int slot = offset % NAME_CACHE_SIZE;

	if (name_cache[slot].offset == offset)
		return name_cache[slot].id;
	name_cache[slot].offset = offset;
	name_cache[slot].id =
		offset < strings.size ? fdt_property_id(strings.text + offset) : FDT_PROPERTY_COUNT;
	return name_cache[slot].id;
}

static void node_begin(const fdt32_t *tag, int offset, int depth)
{
	struct fdt_node *node = &nodes[depth];

	node->parent = depth ? &nodes[depth - 1] : NULL;
	node->name = (const char *)(tag + 1);
	node->offset = offset;
	node->present = 0;
}

static void node_property(struct fdt_node *node, const struct fdt_property *property)
{
	u32 id = property_id(fdt32_ld(&property->nameoff));

	if (id >= FDT_PROPERTY_COUNT)
		return;
	node->property[id].data = property->data;
	node->property[id].length = fdt32_ld(&property->len);
	node->present |= 1U << id;
}

static int node_complete(struct fdt_node *node, int depth)
{
	seen |= node->present;
	node->address_cells = (u32)fdt_node_number(node, FDT_ADDRESS_CELLS, 2);
	node->size_cells = (u32)fdt_node_number(node, FDT_SIZE_CELLS, 1);
	return fdt_match_node(node, depth, current_pass);
}

/*
 * Where the next tag is, behind the one of that kind at @tag; NULL where it is of no kind, or
 * does not end before @end. Whatever belongs to a tag takes whole cells (5.4.1).
 */
static const fdt32_t *next_tag(u32 kind, const fdt32_t *tag, const fdt32_t *end)
{
	const struct fdt_property *property = (const void *)tag;
	unsigned long left = (unsigned long)(end - tag) * FDT_TAGSIZE, bytes;

	switch (kind) {
	case FDT_BEGIN_NODE: /* the 0 that ends its name is in the last cell */
		while (++tag < end && !has_zero_byte(*tag))
			;
		return tag < end ? tag + 1 : NULL;
	case FDT_PROP:
		if (left < sizeof(*property))
			return NULL;
		bytes = sizeof(*property) + fdt32_ld(&property->len);
		return bytes <= left ? tag + (bytes + FDT_TAGSIZE - 1) / FDT_TAGSIZE : NULL;
	case FDT_END_NODE:
	case FDT_NOP:
	case FDT_END:
		return tag + 1;
	}
	return NULL;
}

static int broken(int offset, const char *why)
{
	pr_err("fdt: broken at offset %d of the structure block: %s\n", offset, why);
	return -EPROTO;
}

static int scan_tags(const fdt32_t *structure, const fdt32_t *end)
{
	const fdt32_t *tag, *next;
	int depth = -1, complete = -1, err = 0;

	for (tag = structure;; tag = next) {
		int offset = (int)((tag - structure) * FDT_TAGSIZE);
		u32 kind;

		if (tag == end)
			return broken(offset, "it does not end");
		kind = fdt32_ld(tag);
		next = next_tag(kind, tag, end);
		if (!next)
			return broken(offset, "no tag, or one that does not end");
		/* Properties come before children (5.4.2): any other tag ends them. */
		if (kind != FDT_PROP && kind != FDT_NOP && depth > complete) {
			complete = depth;
			if (depth < FDT_DEPTH_MAX)
				err = node_complete(&nodes[depth], depth);
			if (err)
				return err;
		}
		switch (kind) {
		case FDT_BEGIN_NODE:
			if (++depth < FDT_DEPTH_MAX)
				node_begin(tag, offset, depth);
			break;
		case FDT_PROP:
			if (depth < 0 || depth == complete)
				return broken(offset, "a property outside a node's own part");
			if (depth < FDT_DEPTH_MAX)
				node_property(&nodes[depth], (const void *)tag);
			break;
		case FDT_END_NODE:
			if (--depth < -1)
				return broken(offset, "more nodes end than begin");
			complete = depth;
			break;
		case FDT_END:
			return depth < 0 ? 0 : broken(offset, "a node does not end");
		}
	}
}

/* What libfdt makes of the header, and what it takes for granted of it (5.2, 5.6). */
static int check_header(const void *fdt, unsigned long mapped)
{
	int err = mapped < sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED : fdt_check_header(fdt);

	if (err)
		return err;
	if (fdt_version(fdt) < 16)
		return -FDT_ERR_BADVERSION;
	if (fdt_totalsize(fdt) > mapped)
		return -FDT_ERR_TRUNCATED;
	if (fdt_off_dt_struct(fdt) % FDT_TAGSIZE || fdt_off_mem_rsvmap(fdt) % sizeof(u64))
		return -FDT_ERR_ALIGNMENT;
	return 0;
}

/* Before version 17 the header does not say it: then all that follows may belong to it. */
static u32 structure_size(const void *fdt)
{
	return fdt_version(fdt) < 17 ? fdt_totalsize(fdt) - fdt_off_dt_struct(fdt)
				     : fdt_size_dt_struct(fdt);
}

static void strings_init(const void *fdt)
{
	strings.text = (const char *)fdt + fdt_off_dt_strings(fdt);
	strings.size = fdt_size_dt_strings(fdt);
	while (strings.size && strings.text[strings.size - 1])
		strings.size--;
}

bool fdt_has_seen(enum fdt_property_id id)
{
	return seen >> id & 1;
}

int fdt_scan(const void *fdt, unsigned long mapped, enum fdt_pass pass)
{
	int err = check_header(fdt, mapped);
	const fdt32_t *structure;

	if (err) {
		pr_err("fdt: not a device tree that can be read: %s\n", fdt_strerror(err));
		return -EPROTO;
	}
	structure = (const void *)((const char *)fdt + fdt_off_dt_struct(fdt));
	memset(name_cache, 0xff, sizeof(name_cache));
	fdt_chain_names();
	strings_init(fdt);
	current_pass = pass;
	seen = 0;
	return scan_tags(structure, structure + structure_size(fdt) / FDT_TAGSIZE);
}
