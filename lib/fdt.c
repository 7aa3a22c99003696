// SPDX-License-Identifier: BSD-2-Clause
/* One pass over the tags of a device tree, through libfdt. */
#include <lib/fdt.h>
#include <lib/string.h>
#include <libfdt.h>
#include <molt/err.h>
#include <molt/printk.h>

extern const struct fdt_handler __start_fdt_handlers[], __stop_fdt_handlers[];

static const char *const property_names[FDT_PROPERTY_COUNT] = {
#define X(symbol, name) name,
	FDT_PROPERTIES(X)
#undef X
};

/* Property names lie once in the strings block, so a name's offset stands for it. */
#define NAME_CACHE_SIZE 64
static struct {
	u32 offset;
	u8 id;
	bool known;
} name_cache[NAME_CACHE_SIZE];

static struct fdt_node nodes[FDT_DEPTH_MAX];

static enum fdt_pass current_pass;
static u32 seen; /* bit n: some node has property n */

/* Names that begin alike are a chain. Entries are ids plus 1; 0 ends a chain. */
static u8 chain_of[32]; /* by the first letter */
static u8 next_in_chain[FDT_PROPERTY_COUNT];

static void chain_names(void)
{
	u8 id;

	memset(chain_of, 0, sizeof(chain_of));
	for (id = 0; id < FDT_PROPERTY_COUNT; id++) {
		u8 *chain = &chain_of[property_names[id][0] % 32];

		next_in_chain[id] = *chain;
		*chain = (u8)(id + 1);
	}
}

/* The id of the property of that name; FDT_PROPERTY_COUNT where nobody asks for it. */
static u8 name_id(const char *name)
{
	u8 link;

	for (link = chain_of[(u8)*name % 32]; link; link = next_in_chain[link - 1]) {
		if (!strcmp(name, property_names[link - 1]))
			return (u8)(link - 1);
	}
	return FDT_PROPERTY_COUNT;
}

/* The same, of the property whose name is at @offset. */
static u8 property_id(const void *fdt, u32 offset)
{
	unsigned int slot = offset % NAME_CACHE_SIZE;
	const char *name;

	if (name_cache[slot].known && name_cache[slot].offset == offset)
		return name_cache[slot].id;
	name = fdt_get_string(fdt, (int)offset, NULL);
	name_cache[slot].offset = offset;
	name_cache[slot].known = true;
	name_cache[slot].id = name ? name_id(name) : FDT_PROPERTY_COUNT;
	return name_cache[slot].id;
}

bool fdt_name_is(const char *name, const char *key)
{
	while (*key && *name == *key) {
		name++;
		key++;
	}
	return !*key && (!*name || *name == '@');
}

static bool list_has(const struct fdt_node *node, enum fdt_property_id id, const char *key)
{
	u32 length, at;
	const char *list = fdt_node_property(node, id, &length);

	for (at = 0; list && at < length; at += (u32)strnlen(list + at, length - at) + 1) {
		if (!strncmp(list + at, key, length - at) &&
			strnlen(key, length - at) < length - at)
			return true;
	}
	return false;
}

/* The first letters, modulo 32, of what the node is compatible with: bit n, letter n. */
static u32 compatible_letters(const struct fdt_node *node)
{
	u32 length, at, letters = 0;
	const char *list = fdt_node_property(node, FDT_COMPATIBLE, &length);

	for (at = 0; list && at < length; at += (u32)strnlen(list + at, length - at) + 1)
		letters |= 1U << (u8)list[at] % 32;
	return letters;
}

/* The ways in which a handler could be for the node: bit n, those of enum fdt_match n. */
static u32 possible_matches(const struct fdt_node *node, int depth)
{
	u32 possible = 1U << FDT_MATCH_PROPERTY;

	if (depth == 1)
		possible |= 1U << FDT_MATCH_PATH;
	if (depth == 2)
		possible |= 1U << FDT_MATCH_CHILD_OF;
	if (fdt_node_has(node, FDT_COMPATIBLE))
		possible |= 1U << FDT_MATCH_COMPATIBLE;
	if (fdt_node_has(node, FDT_DEVICE_TYPE))
		possible |= 1U << FDT_MATCH_DEVICE_TYPE;
	return possible;
}

static bool matches(const struct fdt_handler *handler, const struct fdt_node *node, u32 letters)
{
	switch (handler->match) {
	case FDT_MATCH_PATH:
		return fdt_name_is(node->name, handler->key);
	case FDT_MATCH_CHILD_OF:
		return fdt_name_is(node->parent->name, handler->key);
	case FDT_MATCH_COMPATIBLE:
		return (letters >> (u8)*handler->key % 32 & 1) &&
		       list_has(node, FDT_COMPATIBLE, handler->key);
	case FDT_MATCH_DEVICE_TYPE:
		return list_has(node, FDT_DEVICE_TYPE, handler->key);
	case FDT_MATCH_PROPERTY:
		return fdt_node_has(node, name_id(handler->key));
	}
	return false;
}

/* All of the node's properties are known: its cells, then whoever asked for it. */
static int node_complete(struct fdt_node *node, int depth)
{
	const struct fdt_handler *handler;
	u32 possible = possible_matches(node, depth), letters = compatible_letters(node);

	seen |= node->present;
	node->address_cells = (u32)fdt_node_number(node, FDT_ADDRESS_CELLS, 2);
	node->size_cells = (u32)fdt_node_number(node, FDT_SIZE_CELLS, 1);
	for (handler = __start_fdt_handlers; handler < __stop_fdt_handlers; handler++) {
		int err = 0;

		if (!(possible >> handler->match & 1) || !(handler->passes & current_pass))
			continue;
		if (matches(handler, node, letters))
			err = handler->node(node);
		if (err)
			return err;
	}
	return 0;
}

static void node_begin(const void *fdt, const char *structure, int offset, int depth)
{
	struct fdt_node *node = &nodes[depth];

	node->parent = depth ? &nodes[depth - 1] : NULL;
	node->name = structure + offset + FDT_TAGSIZE;
	node->fdt = fdt;
	node->offset = offset;
	node->present = 0;
}

static void node_property(struct fdt_node *node, const struct fdt_property *property)
{
	u8 id = property_id(node->fdt, fdt32_to_cpu(property->nameoff));

	if (id == FDT_PROPERTY_COUNT)
		return;
	node->property[id].data = property->data;
	node->property[id].length = fdt32_to_cpu(property->len);
	node->present |= 1U << id;
}

static int broken(int offset, const char *why)
{
	pr_err("fdt: broken at offset %d of the structure block: %s\n", offset, why);
	return -EPROTO;
}

/*
 * libfdt adds a property's length to its offset in 32 bits: a great one leads back, and for
 * ever. None is of 16 MiB or more. The bytes up to @end can be read; @at may lie above it, where
 * the last tag ends the blob within a cell.
 */
static bool leads_back(const char *at, const char *end)
{
	const struct fdt_property *property = (const void *)at;

	return end - at >= (long)sizeof(*property) && property->tag == cpu_to_fdt32(FDT_PROP) &&
	       (property->len & cpu_to_fdt32(0xff000000));
}

/* libfdt has checked each tag's extent before it is looked at here. */
static int scan_tags(const void *fdt)
{
	const char *structure = (const char *)fdt + fdt_off_dt_struct(fdt);
	const char *end = (const char *)fdt + fdt_totalsize(fdt);
	int offset, next = 0, depth = -1, complete = -1, err = 0;

	for (;;) {
		u32 tag;

		offset = next;
		if (leads_back(structure + offset, end))
			return broken(offset, "a property's length");
		tag = fdt_next_tag(fdt, offset, &next);
		if (next < 0)
			return broken(offset, fdt_strerror(next));
		/* Properties come before children (5.4.2): any other tag ends them. */
		if (tag != FDT_PROP && tag != FDT_NOP && depth > complete) {
			complete = depth;
			if (depth < FDT_DEPTH_MAX)
				err = node_complete(&nodes[depth], depth);
			if (err)
				return err;
		}
		switch (tag) {
		case FDT_BEGIN_NODE:
			if (++depth < FDT_DEPTH_MAX)
				node_begin(fdt, structure, offset, depth);
			break;
		case FDT_PROP:
			if (depth < 0 || depth == complete)
				return broken(offset, "a property outside a node's own part");
			if (depth < FDT_DEPTH_MAX)
				node_property(&nodes[depth], (const void *)(structure + offset));
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

bool fdt_has_seen(enum fdt_property_id id)
{
	return seen >> id & 1;
}

int fdt_scan(const void *fdt, unsigned long mapped, enum fdt_pass pass)
{
	int err = check_header(fdt, mapped);

	if (err) {
		pr_err("fdt: not a device tree that can be read: %s\n", fdt_strerror(err));
		return -EPROTO;
	}
	memset(name_cache, 0, sizeof(name_cache));
	chain_names();
	current_pass = pass;
	seen = 0;
	return scan_tags(fdt);
}
