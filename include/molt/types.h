/* SPDX-License-Identifier: BSD-2-Clause */
/* The few types every room shares. Physical and virtual addresses differ by type. */
#ifndef MOLT_TYPES_H
#define MOLT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

/* A physical address, in bytes. Never dereferenced: __va() makes a pointer of it. */
typedef u64 phys_addr_t;
#define PHYS_ADDR_MAX (~(phys_addr_t)0)

/* A virtual address that is reckoned with and not dereferenced. */
typedef unsigned long virt_addr_t;

#endif
