/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables that the linker gathers: any file adds entries next to the code that they name, and
 * one loop walks them. [init]
 *
 * Each lies in the init window, is bounded, and is shed with it. kernel.lds.S has the list of
 * them, and asserts that a table is whole entries and that one that must not be empty is not.
 */
#ifndef MOLT_TABLE_H
#define MOLT_TABLE_H

/* Bytes of an entry of each kind, for the linker script; DECLARE_TABLE() holds C to them. */
#define TABLE_BYTES_fdt_handler	   24
#define TABLE_BYTES_boot_param	   24
#define TABLE_BYTES_initcall	   16
#define TABLE_BYTES_driver	   72
#define TABLE_BYTES_cpu_record	   24
#define TABLE_BYTES_machine_record 16
#define TABLE_BYTES_dangling_sound 24

#ifndef __ASSEMBLER__
#include <molt/compiler.h>

/*
 * TABLE_ENTRY(table, kind, name) = {...}; adds a struct @kind. Its own class is init, in a file
 * of any class; what it points to lives as long as whoever walks the table needs it.
 */
#define TABLE_ENTRY(table, kind, name) \
	static const struct kind name __used __section(TABLE_SECTION(table)) __aligned(8)
#define TABLE_SECTION(table) #table

/*
 * For whoever walks @table, which is made of struct @kind. Weak for programs of the host, whose
 * linker bounds only what there is.
 */
#define DECLARE_TABLE(table, kind)                                                         \
	_Static_assert(sizeof(struct kind) == TABLE_BYTES_##kind, "molt/table.h: " #kind); \
	extern const struct kind __start_##table[] __weak, __stop_##table[] __weak

#define for_each_in_table(entry, table) \
	for (entry = __start_##table; entry < __stop_##table; entry++)

#endif

#endif
