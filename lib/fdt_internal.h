/* SPDX-License-Identifier: BSD-2-Clause */
/* What the pass over the tags (fdt.c) asks of whoever knows what is wanted (fdt_match.c). */
#ifndef LIB_FDT_INTERNAL_H
#define LIB_FDT_INTERNAL_H

#include <lib/fdt.h>

/* The bytes of a cell. */
#define FDT_CELL sizeof(u32)

static inline bool has_zero_byte(u32 cell)
{
	return (cell - 0x01010101) & ~cell & 0x80808080;
}

/* Make ready for fdt_property_id(). */
void fdt_chain_names(void);

/* The id of the property of that name; FDT_PROPERTY_COUNT where nobody asks for it. */
u8 fdt_property_id(const char *name);

/*
 * All of the node's own properties are known: call whoever asked for it in that pass. @depth is
 * 0 for the root. Returns 0, or what a handler ended the pass with.
 */
int fdt_match_node(struct fdt_node *node, int depth, enum fdt_pass pass);

#endif
