/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of what the port runs on, one table each. [init] */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#include <molt/table.h>
#include <molt/types.h>

/* A kind of hart, in the terms of the FDT. */
struct cpu_record {
	const char *base;	/* its riscv,isa begins with that, where it has one, */
	const char *extensions; /* it has each of these letters, */
	const char *least_mmu;	/* and its mmu-type is that or more */
};

/* A board. All that the kernel needs of it is in its tree, so that a name is all there is. */
struct machine_record {
	const char *compatible; /* of the root; "" for any that no other record is for */
	const char *name;
};

#endif
