/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libfdt needs of its surroundings, in Molt's terms.
 *
 * Given to the compiler by -include, ahead of upstream's own header of this name,
 * whose guard it defines: so upstream's sources are built as they are.
 */
#ifndef LIBFDT_ENV_H
#define LIBFDT_ENV_H

#include <lib/byteorder.h>
#include <lib/string.h>
#include <limits.h>
#include <molt/types.h>

/* Marks for sparse, which tells the byte orders apart. */
#ifdef __CHECKER__
#define FDT_BITWISE __attribute__((bitwise))
#define FDT_FORCE   __attribute__((force))
#else
#define FDT_BITWISE
#define FDT_FORCE
#endif

/* Integers in the tree's byte order, which is big-endian. */
typedef u16 FDT_BITWISE fdt16_t;
typedef u32 FDT_BITWISE fdt32_t;
typedef u64 FDT_BITWISE fdt64_t;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FDT_SWAP(bits, x) swap##bits(x)
#else
#define FDT_SWAP(bits, x) (x)
#endif

/* fdtN_to_cpu() and cpu_to_fdtN(): between the tree's byte order and this machine's. */
#define FDT_CONVERSIONS(bits)                                      \
	static inline u##bits fdt##bits##_to_cpu(fdt##bits##_t x)  \
	{                                                          \
		return FDT_SWAP(bits, (FDT_FORCE u##bits)x);       \
	}                                                          \
	static inline fdt##bits##_t cpu_to_fdt##bits(u##bits x)    \
	{                                                          \
		return (FDT_FORCE fdt##bits##_t)FDT_SWAP(bits, x); \
	}

FDT_CONVERSIONS(16)
FDT_CONVERSIONS(32)
FDT_CONVERSIONS(64)

#undef FDT_CONVERSIONS
#undef FDT_SWAP

#endif
