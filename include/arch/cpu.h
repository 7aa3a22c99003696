/* SPDX-License-Identifier: BSD-2-Clause */
/* Which CPUs the kernel runs on. [init] */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <molt/types.h>

struct fdt_node;

/**
 * cpu_missing - what a hart lacks to run the kernel, by its node of the FDT
 * @runs: it is the hart that runs, on Sv39 already, whatever the tree says of its MMU
 *
 * Which is its mmu-type, and its riscv,isa-extensions or else riscv,isa, where it has one of them
 * (Linux's bindings riscv/cpus.yaml, riscv/extensions.yaml).
 *
 * Returns NULL where some record of the port's supports it, else a text.
 */
const char *cpu_missing(const struct fdt_node *node, bool runs);

#endif
