/* SPDX-License-Identifier: BSD-2-Clause */
/* What the pass over the tags (fdt.c) asks of whoever knows what is wanted (fdt_match.c). */
#ifndef LIB_FDT_INTERNAL_H
#define LIB_FDT_INTERNAL_H

#include <lib/fdt.h>

/* Make ready for fdt_property_id(). */
void fdt_chain_names(void);

/* The id of the property of that name; FDT_PROPERTY_COUNT where nobody asks for it. */
u8 fdt_property_id(const char *name);

/*
 * All of the node's own properties are known: call whoever asked for it in that pass. @depth is
 * 0 for the root. Returns 0, or what a handler ended the pass with.
 */
int fdt_match_node(const struct fdt_node *node, int depth, enum fdt_pass pass);

#endif
