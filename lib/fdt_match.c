// SPDX-License-Identifier: BSD-2-Clause
/* What of a tree somebody wants: properties by name, and nodes by the table of handlers. */
#include "fdt_internal.h"
#include <lib/string.h>

DECLARE_TABLE(fdt_ROOT, fdt_handler);
DECLARE_TABLE(fdt_PATH, fdt_handler);
DECLARE_TABLE(fdt_CHILD_OF, fdt_handler);
DECLARE_TABLE(fdt_COMPATIBLE, fdt_handler);
DECLARE_TABLE(fdt_DEVICE_TYPE, fdt_handler);
DECLARE_TABLE(fdt_PROPERTY, fdt_handler);

static const char *const property_names[FDT_PROPERTY_COUNT] = {
#define X(symbol, name) name,
	FDT_PROPERTIES(X)
#undef X
};

/* Names that begin alike are a chain. Entries are ids plus 1; 0 ends a chain. */
static u8 chain_of[32]; /* by the first letter */
static u8 next_in_chain[FDT_PROPERTY_COUNT];

void fdt_chain_names(void)
{
	u8 id;

	memset(chain_of, 0, sizeof(chain_of));
	for (id = 0; id < FDT_PROPERTY_COUNT; id++) {
		u8 *chain = &chain_of[property_names[id][0] % 32];

		next_in_chain[id] = *chain;
		*chain = (u8)(id + 1);
	}
}

u8 fdt_property_id(const char *name)
{
	u8 link;

	for (link = chain_of[(u8)*name % 32]; link; link = next_in_chain[link - 1]) {
		if (!strcmp(name, property_names[link - 1]))
			return (u8)(link - 1);
	}
	return FDT_PROPERTY_COUNT;
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

/*
 * The last letters, modulo 32, of what the node is compatible with: bit n, letter n. By the
 * cell, of which a property takes whole ones (5.4.1): a string ends in few of them.
 */
static u32 compatible_ends(const struct fdt_node *node)
{
	const char *list = node->property[FDT_COMPATIBLE].data;
	u32 length = node->property[FDT_COMPATIBLE].length, ends = 0, at, i;

	for (at = 0; at < length; at += FDT_CELL) {
		if (!has_zero_byte(*(const u32 *)(list + at)))
			continue;
		for (i = at; i < at + FDT_CELL && i < length; i++)
			ends |= list[i] || !i ? 0 : 1U << (u8)list[i - 1] % 32;
	}
	return ends;
}

bool fdt_node_is_compatible(const struct fdt_node *node, const char *name)
{
	return list_has(node, FDT_COMPATIBLE, name);
}

static bool is_at(const struct fdt_node *node, const char *key)
{
	(void)node;
	(void)key;
	return true;
}

static bool has_name(const struct fdt_node *node, const char *key)
{
	return fdt_name_is(node->name, key);
}

static bool has_parent(const struct fdt_node *node, const char *key)
{
	return fdt_name_is(node->parent->name, key);
}

static bool is_compatible(const struct fdt_node *node, const char *key)
{
	return !*key || fdt_node_is_compatible(node, key);
}

static bool is_device(const struct fdt_node *node, const char *key)
{
	return list_has(node, FDT_DEVICE_TYPE, key);
}

static bool has_property(const struct fdt_node *node, const char *key)
{
	return fdt_node_has(node, fdt_property_id(key));
}

/* Calls those handlers of a table that are for the node. Inlined, @matches with it. */
static inline int call(const struct fdt_handler *handler, const struct fdt_handler *end,
	bool (*matches)(const struct fdt_node *node, const char *key), const struct fdt_node *node,
	enum fdt_pass pass)
{
	int err = 0;

	for (; handler < end && !err; handler++) {
		if ((handler->passes & pass) && matches(node, handler->key))
			err = handler->node(node);
	}
	return err;
}

#define CALL(kind, matches) call(__start_fdt_##kind, __stop_fdt_##kind, matches, node, pass)

int fdt_match_node(struct fdt_node *node, int depth, enum fdt_pass pass)
{
	int err = 0;

	if (depth == 0)
		err = CALL(ROOT, is_at);
	if (depth == 1)
		err = CALL(PATH, has_name);
	if (depth == 2)
		err = CALL(CHILD_OF, has_parent);
	if (!err && fdt_node_has(node, FDT_COMPATIBLE)) {
		node->compatible_ends = compatible_ends(node);
		err = CALL(COMPATIBLE, is_compatible);
	}
	if (!err && fdt_node_has(node, FDT_DEVICE_TYPE))
		err = CALL(DEVICE_TYPE, is_device);
	return err ? err : CALL(PROPERTY, has_property);
}
