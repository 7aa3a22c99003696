/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits of a word. rv64imac has no instruction that finds one, and libgcc's takes 20. */
#ifndef LIB_BITOPS_H
#define LIB_BITOPS_H

#include <molt/types.h>

/*
 * A de Bruijn sequence: each 6 bits in a row occur in it once. So what is left of it after a
 * shift by n tells n by its top 6 bits, through this table.
 */
struct de_bruijn {
	u64 sequence;
	u8 numbers[64];
};
extern const struct de_bruijn de_bruijn;

/* The number of the only bit that is set in @bit; bit 0 is the lowest. */
static inline unsigned int bit_number(u64 bit)
{
	return de_bruijn.numbers[bit * de_bruijn.sequence >> 58];
}

/* The number of the lowest bit that is set in @word, which is not 0. */
static inline unsigned int lowest_bit(u64 word)
{
	return bit_number(word & -word);
}

/* How many bits are set in @word. */
static inline unsigned int bits_set(u64 word)
{
	unsigned int count = 0;

	for (; word; word &= word - 1)
		count++;
	return count;
}

#endif
