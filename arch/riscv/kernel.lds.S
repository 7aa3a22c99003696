/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image, by lifetime: what stays (text, rodata, data with bss), then the init
 * window, which the molt gives back. The last of the file is what must be stored;
 * the window's own zeros come behind it.
 *
 * A class file's sections carry its class as a prefix (.init, .memblock, .meminit).
 * *_RESIDENT(part) and *_INIT(part) stand where the two configurable classes may live; of
 * each pair one is empty.
 */
#include <arch/page.h>
#include <asm/layout.h>
#include <molt/table.h>

#define TEXT_OF(class)	 *(class.text class.text.*)
#define RODATA_OF(class) *(class.rodata class.rodata.* class.srodata class.srodata.*)
#define DATA_OF(class)	 *(class.data class.data.* class.sdata class.sdata.*)
#define BSS_OF(class)	 *(class.bss class.bss.* class.sbss class.sbss.* class.COMMON)

/* Bounded, so that the ledger can say what the class weighs, wherever it lives. */
#define BOUNDED(name, sections) name##_begin = .; sections; name##_end = .;

/* What is not only bounded but read: the checker of lifetimes tells these names from edges. */
#define WALKED(name, sections) __start_##name = .; KEEP(*(sections)) __stop_##name = .;

/*
 * Tables that are made of the linked kernel, of functions' names and of their frames: behind
 * all else of their class, so that they move no function.
 */
#define MADE(table, section) . = ALIGN(4); WALKED(table, section)

#ifdef CONFIG_KALLSYMS
#define KALLSYMS_RODATA	  MADE(kallsyms_resident, .kallsyms.resident) MADE(kallsyms_init, .kallsyms.init)
#define KALLSYMS_MEMBLOCK
#define KALLSYMS_INIT
#else
#define KALLSYMS_RODATA
#define KALLSYMS_MEMBLOCK MADE(kallsyms_resident, .memblock.kallsyms)
#define KALLSYMS_INIT	  MADE(kallsyms_init, .init.kallsyms)
#endif

#define MEMBLOCK_TEXT	BOUNDED(__memblock_text, TEXT_OF(.memblock))
#define MEMBLOCK_RODATA BOUNDED(__memblock_rodata, RODATA_OF(.memblock) KALLSYMS_MEMBLOCK)
#define MEMBLOCK_DATA	BOUNDED(__memblock_data, DATA_OF(.memblock))
#define MEMBLOCK_BSS	BOUNDED(__memblock_bss, BSS_OF(.memblock))
#define MEMINIT_TEXT	BOUNDED(__meminit_text, TEXT_OF(.meminit))
#define MEMINIT_RODATA	BOUNDED(__meminit_rodata, RODATA_OF(.meminit))
#define MEMINIT_DATA	BOUNDED(__meminit_data, DATA_OF(.meminit))
#define MEMINIT_BSS	BOUNDED(__meminit_bss, BSS_OF(.meminit))

#ifdef CONFIG_ARCH_DISCARD_MEMBLOCK
#define MEMBLOCK_INIT(part)	MEMBLOCK_##part
#define MEMBLOCK_RESIDENT(part)
#else
#define MEMBLOCK_INIT(part)
#define MEMBLOCK_RESIDENT(part) MEMBLOCK_##part
#endif

#ifdef CONFIG_MEMORY_HOTPLUG
#define MEMINIT_INIT(part)
#define MEMINIT_RESIDENT(part)	MEMINIT_##part
#else
#define MEMINIT_INIT(part)	MEMINIT_##part
#define MEMINIT_RESIDENT(part)
#endif

/* A table of molt/table.h; and all of them. */
#define TABLE(name)                                        \
	. = ALIGN(8);                                      \
	WALKED(name, .init##name name)

#define TABLES                                             \
	TABLE(fdt_ROOT) TABLE(fdt_PATH) TABLE(fdt_CHILD_OF) \
	TABLE(fdt_COMPATIBLE) TABLE(fdt_DEVICE_TYPE) TABLE(fdt_PROPERTY) \
	TABLE(boot_params) TABLE(drivers) TABLE(cpu_records) TABLE(machine_records) \
	TABLE(dangling_sound) \
	TABLE(initcalls_early) TABLE(initcalls_console) TABLE(initcalls_security) TABLE(initcalls_core) \
	TABLE(initcalls_postcore) TABLE(initcalls_arch) TABLE(initcalls_subsys) \
	TABLE(initcalls_device) TABLE(initcalls_late)

#define ASSERT_TABLE(name, kind) \
	ASSERT((__stop_##name - __start_##name) % TABLE_BYTES_##kind == 0, \
		TEXT(table name is not whole entries))
#define ASSERT_NOT_EMPTY(name, text) ASSERT(__stop_##name > __start_##name, text)
#define TEXT(words) #words

#define LMA(section) AT(ADDR(section) - KIMAGE_VA + LOAD_PA)

OUTPUT_ARCH(riscv)
ENTRY(_start)

PHDRS
{
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	init_text PT_LOAD FLAGS(5);
	init_rodata PT_LOAD FLAGS(4);
	init_data PT_LOAD FLAGS(6);
	percpu PT_TLS FLAGS(4);
}

SECTIONS
{
	. = KIMAGE_VA;
	__image_begin = .;

	__text_begin = .;
	.text : LMA(.text) {
		KEEP(*(.head.text))
		*(.text .text.*)
		MEMBLOCK_RESIDENT(TEXT)
		MEMINIT_RESIDENT(TEXT)
	} :text
	. = ALIGN(PAGE_SIZE);
	__text_end = .;

	__rodata_begin = .;
	.rodata : LMA(.rodata) {
		*(.rodata .rodata.* .srodata .srodata.*)
		/* In the order of the code; what nobody links has no entries. */
		. = ALIGN(4);
		BOUNDED(__ex_table, *(__ex_table.*))
		MEMBLOCK_RESIDENT(RODATA)
		MEMINIT_RESIDENT(RODATA)
		. = ALIGN(8);
		/* Of it the panic prints the first 8 bytes of the hash, which 16 others precede. */
		__build_id = . + 16;
		KEEP(*(.note.gnu.build-id))
		KALLSYMS_RODATA
		MADE(unwind_resident, .unwind)
	} :rodata
	. = ALIGN(PAGE_SIZE);
	__rodata_end = .;

	/* Zeros that stay are stored: they share the last page of data. */
	__data_begin = .;
	.data : LMA(.data) {
		*(.data .data.* .sdata .sdata.*)
		MEMBLOCK_RESIDENT(DATA)
		MEMINIT_RESIDENT(DATA)
		*(.bss .bss.* .sbss .sbss.* COMMON)
		MEMBLOCK_RESIDENT(BSS)
		MEMINIT_RESIDENT(BSS)
	} :data
	. = ALIGN(PAGE_SIZE);
	__data_end = .;

	__init_begin = .;
	__init_text_begin = .;
	.init.text : LMA(.init.text) {
		TEXT_OF(.init)
		MEMBLOCK_INIT(TEXT)
		MEMINIT_INIT(TEXT)
	} :init_text
	. = ALIGN(PAGE_SIZE);
	__init_text_end = .;

	__init_rodata_begin = .;
	.init.rodata : LMA(.init.rodata) {
		RODATA_OF(.init)
		MEMBLOCK_INIT(RODATA)
		MEMINIT_INIT(RODATA)
		TABLES
		. = ALIGN(4);
		WALKED(initramfs, .init.ramfs)
	} :init_rodata
	. = ALIGN(PAGE_SIZE);
	__init_rodata_end = .;

	__init_data_begin = .;
	/* tp points here until the boot hart has a copy, and offsets from tp count from here. */
	.init.percpu : LMA(.init.percpu) {
		__percpu_begin = .;
		KEEP(*(.init.tdata.first))
		*(.tdata .tdata.* .init.tdata .init.tdata.* .tbss .tbss.* .init.tbss .init.tbss.*)
		. = ALIGN(64);
		__percpu_end = .;
	} :init_data :percpu
	.init.data : LMA(.init.data) {
		DATA_OF(.init)
		. = ALIGN(8);
		__start_init_array = .;
		KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*) SORT_BY_INIT_PRIORITY(.init.init_array.*)))
		KEEP(*(.init_array .init.init_array))
		__stop_init_array = .;
		MEMBLOCK_INIT(DATA)
		MEMINIT_INIT(DATA)
		/* Read only, but this page has room: the window's zeros begin on the next. */
		KALLSYMS_INIT
		MADE(unwind_init, .init.unwind)
		. = ALIGN(64);
	} :init_data
	__stored_end = .;
	.init.bss (NOLOAD) : LMA(.init.bss) {
		. = ALIGN(PAGE_SIZE);
		__init_bss_begin = .;
		BOUNDED(__early_tables, KEEP(*(.init.early_tables)))
		BSS_OF(.init)
		MEMBLOCK_INIT(BSS)
		MEMINIT_INIT(BSS)
		. = ALIGN(ZEROED_AT_ONCE);
		__init_bss_end = .;
		/* Not in the zeroed part. */
		BOUNDED(__boot_stack, KEEP(*(.init.boot_stack)))
	} :init_data
	. = ALIGN(PAGE_SIZE);
	__init_data_end = .;
	__init_end = .;
	__image_end = .;

	.comment 0 : { *(.comment) }
	.riscv.attributes 0 : { *(.riscv.attributes) }
	.symtab 0 : { *(.symtab) }
	.strtab 0 : { *(.strtab) }
	.shstrtab 0 : { *(.shstrtab) }
	.debug_abbrev 0 : { *(.debug_abbrev) }
	.debug_addr 0 : { *(.debug_addr) }
	.debug_aranges 0 : { *(.debug_aranges) }
	.debug_frame 0 : { *(.debug_frame) }
	.debug_info 0 : { *(.debug_info) }
	.debug_line 0 : { *(.debug_line) }
	.debug_line_str 0 : { *(.debug_line_str) }
	.debug_loc 0 : { *(.debug_loc) }
	.debug_loclists 0 : { *(.debug_loclists) }
	.debug_ranges 0 : { *(.debug_ranges) }
	.debug_rnglists 0 : { *(.debug_rnglists) }
	.debug_str 0 : { *(.debug_str) }
	.debug_str_offsets 0 : { *(.debug_str_offsets) }
	.lifetime_references 0 : { KEEP(*(.lifetime_references)) }
	.rela.dyn 0 : { *(.rela .rela.*) }
	/DISCARD/ : { *(.exit.text .exit.data .exit.rodata .note.GNU-stack .eh_frame) }
}

ASSERT(__image_begin == _start, "the boot image header must come first")
ASSERT(__boot_stack_end - __boot_stack_begin == BOOT_STACK_SIZE, "boot has no stack")
ASSERT(__image_end - __image_begin <= 0x200000, "the image has outgrown its early table (2 MiB): is INITRAMFS_SOURCE too large?")

ASSERT_TABLE(fdt_ROOT, fdt_handler)
ASSERT_TABLE(fdt_PATH, fdt_handler)
ASSERT_TABLE(fdt_CHILD_OF, fdt_handler)
ASSERT_TABLE(fdt_COMPATIBLE, fdt_handler)
ASSERT_TABLE(fdt_DEVICE_TYPE, fdt_handler)
ASSERT_TABLE(fdt_PROPERTY, fdt_handler)
ASSERT_TABLE(boot_params, boot_param)
ASSERT_TABLE(drivers, driver)
ASSERT_TABLE(cpu_records, cpu_record)
ASSERT_TABLE(machine_records, machine_record)
ASSERT_TABLE(dangling_sound, dangling_sound)
ASSERT_TABLE(initcalls_early, initcall)
ASSERT_TABLE(initcalls_console, initcall)
ASSERT_TABLE(initcalls_security, initcall)
ASSERT_TABLE(initcalls_core, initcall)
ASSERT_TABLE(initcalls_postcore, initcall)
ASSERT_TABLE(initcalls_arch, initcall)
ASSERT_TABLE(initcalls_subsys, initcall)
ASSERT_TABLE(initcalls_device, initcall)
ASSERT_TABLE(initcalls_late, initcall)
ASSERT((__ex_table_end - __ex_table_begin) % 8 == 0, "the exception table is not whole entries")
ASSERT_NOT_EMPTY(cpu_records, "missing CPU support")
ASSERT_NOT_EMPTY(machine_records, "no machine record defined")
ASSERT_NOT_EMPTY(fdt_ROOT, "no handler reads the root")
ASSERT_NOT_EMPTY(fdt_COMPATIBLE, "no handler finds devices")
ASSERT_NOT_EMPTY(fdt_PATH, "no handler reads /chosen")
ASSERT_NOT_EMPTY(fdt_CHILD_OF, "no handler reads /cpus and /reserved-memory")
ASSERT_NOT_EMPTY(fdt_DEVICE_TYPE, "no handler reads /memory")
ASSERT_NOT_EMPTY(boot_params, "no boot parameter is linked in")
