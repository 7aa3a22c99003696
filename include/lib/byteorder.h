/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte order. In plain shifts: the compiler's own swaps are calls into its library where
 * the machine has no instruction for them, and what boot alone calls there would stay.
 */
#ifndef LIB_BYTEORDER_H
#define LIB_BYTEORDER_H

#include <molt/types.h>

static inline u16 swap16(u16 x)
{
	return (u16)(x << 8 | x >> 8);
}

static inline u32 swap32(u32 x)
{
	x = (x & 0x00ff00ff) << 8 | (x >> 8 & 0x00ff00ff);
	return x << 16 | x >> 16;
}

static inline u64 swap64(u64 x)
{
	return (u64)swap32((u32)x) << 32 | swap32((u32)(x >> 32));
}

#endif
