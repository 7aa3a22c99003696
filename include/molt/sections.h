/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds that the linker script sets; spans are [begin, end). */
#ifndef MOLT_SECTIONS_H
#define MOLT_SECTIONS_H

#define SECTION_BOUNDS(name) extern char __##name##_begin[], __##name##_end[]

SECTION_BOUNDS(image);
SECTION_BOUNDS(text);
SECTION_BOUNDS(rodata);
SECTION_BOUNDS(data); /* bss included */
SECTION_BOUNDS(init); /* the window: all of the parts below */
SECTION_BOUNDS(init_text);
SECTION_BOUNDS(init_rodata);
SECTION_BOUNDS(init_data);
SECTION_BOUNDS(percpu); /* the per-hart areas' template */

/* The two classes whose home is configured, wherever they live. */
SECTION_BOUNDS(memblock_text);
SECTION_BOUNDS(memblock_rodata);
SECTION_BOUNDS(memblock_data);
SECTION_BOUNDS(memblock_bss);
SECTION_BOUNDS(meminit_text);
SECTION_BOUNDS(meminit_rodata);
SECTION_BOUNDS(meminit_data);
SECTION_BOUNDS(meminit_bss);

/* Names of the functions of `text` and of `init_text`; empty without KALLSYMS_BOOT. */
extern const char __start_kallsyms_resident[], __start_kallsyms_init[];

/* How their frames are left; empty without UNWIND_TABLES. */
extern const char __start_unwind_resident[], __start_unwind_init[];

/* Which build this is: the first bytes of the hash that the linker has made of it. */
extern const unsigned long __build_id;

/* Instructions that may fault, and where each goes on: resident. */
SECTION_BOUNDS(ex_table);

/* Of the image; empty without INITRAMFS_SOURCE. */
extern const char __start_initramfs[], __stop_initramfs[];

SECTION_BOUNDS(boot_stack);
SECTION_BOUNDS(early_tables);

#define SECTION_SIZE(name) ((unsigned long)(__##name##_end - __##name##_begin))

#endif
