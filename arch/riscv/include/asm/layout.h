/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's half of Sv39 (privileged ISA, section 4.4), by root entry of 1 GiB.
 *
 *   256 .. 510  linear map: RAM, at the same distance from its physical address
 *   511         image window, then kmap (stacks with guard pages, devices)
 */
#ifndef ASM_LAYOUT_H
#define ASM_LAYOUT_H

#define LINEAR_VA   0xffffffc000000000
#define LINEAR_SIZE 0x0000003fc0000000
#define KIMAGE_VA   0xffffffffc0000000
#define KIMAGE_SIZE 0x0000000040000000

/* Boot only: the early tables' window, 2 MiB beside the image. */
#define EARLY_WINDOW_VA	  0xffffffffc0200000
#define EARLY_WINDOW_SIZE 0x200000

/* Where the ELF asks to be loaded; a raw Image may lie at any multiple of 2 MiB. */
#define LOAD_PA 0x80200000

#define BOOT_STACK_SIZE 8192

/* Bytes of the init window's bss that entry clears without a branch; it is whole such pieces. */
#define ZEROED_AT_ONCE 256

#endif
