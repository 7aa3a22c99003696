/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits of a word. rv64imac has no instruction that finds one, and libgcc's takes 20. */
#ifndef LIB_BITOPS_H
#define LIB_BITOPS_H

#include <molt/types.h>

/*
 * A de Bruijn sequence: each 6 bits in a row occur in it once. So what is left of it after a
 * shift by n tells n by its top 6 bits, through this table.
 */
#define DE_BRUIJN 0x03f79d71b4cb0a89UL
extern const u8 de_bruijn_index[64];

/* The number of the lowest bit that is set in @word, which is not 0; bit 0 is the lowest. */
static inline unsigned int lowest_bit(u64 word)
{
	return de_bruijn_index[((word & -word) * DE_BRUIJN) >> 58];
}

#endif
