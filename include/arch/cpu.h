/* SPDX-License-Identifier: BSD-2-Clause */
/* Which CPUs the kernel runs on. [init] */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

/**
 * cpu_missing - what a hart lacks to run the kernel, as the FDT describes it
 * @isa: its riscv,isa, or NULL where the tree does not say; @mmu: its mmu-type
 * (Linux's binding riscv/cpus.yaml)
 *
 * Returns NULL where some record of the port's supports it, else a text.
 */
const char *cpu_missing(const char *isa, const char *mmu);

#endif
