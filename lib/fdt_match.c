// SPDX-License-Identifier: BSD-2-Clause
/* What of a tree somebody wants: properties by name, and nodes by the table of handlers. */
#include "fdt_internal.h"
#include <lib/string.h>

extern const struct fdt_handler __start_fdt_handlers[], __stop_fdt_handlers[];

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

/* The first letters, modulo 32, of what the node is compatible with: bit n, letter n. */
static u32 compatible_letters(const struct fdt_node *node)
{
	u32 length, at, letters = 0;
	const char *list = fdt_node_property(node, FDT_COMPATIBLE, &length);
	char before = '\0';

	for (at = 0; list && at < length; at++) {
		if (!before)
			letters |= 1U << (u8)list[at] % 32;
		before = list[at];
	}
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
		return fdt_node_has(node, fdt_property_id(handler->key));
	}
	return false;
}

int fdt_match_node(const struct fdt_node *node, int depth, enum fdt_pass pass)
{
	const struct fdt_handler *handler;
	u32 possible = possible_matches(node, depth), letters = compatible_letters(node);

	for (handler = __start_fdt_handlers; handler < __stop_fdt_handlers; handler++) {
		int err = 0;

		if (!(possible >> handler->match & 1) || !(handler->passes & pass))
			continue;
		if (matches(handler, node, letters))
			err = handler->node(node);
		if (err)
			return err;
	}
	return 0;
}
