/* SPDX-License-Identifier: BSD-2-Clause */
/* What sv39.c and sv39_map.c share. */
#ifndef ARCH_RISCV_SV39_H
#define ARCH_RISCV_SV39_H

#include <arch/paging.h>
#include <asm/pte.h>

/* Readable, and not both writable and executable. */
bool sv39_prot_valid(enum prot prot);

/* A leaf's bits. Accessed, and dirty where it can be written, are set from the start. */
pte_t sv39_bits(enum prot prot);

#endif
