/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image with the bounds of Molt's own, small. The two classes that are configured stay
 * where KEPT is set, else they go.
 */
#define BOUNDED(name, sections) __##name##_begin = .; sections __##name##_end = .;
#define OF(class, part)		*(class.part class.part.*)
#define CONFIGURED(part)                                     \
	BOUNDED(memblock_##part, OF(.memblock, part)) \
	BOUNDED(meminit_##part, OF(.meminit, part))
#ifdef KEPT
#define STAYS(part) CONFIGURED(part)
#define GOES(part)
#else
#define STAYS(part)
#define GOES(part) CONFIGURED(part)
#endif
/* With a mistake: what goes is put among what stays. */
#ifdef LOST
#define ASTRAY OF(.init, rodata)
#else
#define ASTRAY
#endif
#define TABLE(name) __start_##name = .; KEEP(*(name)) __stop_##name = .;

ENTRY(_start)
SECTIONS
{
	. = 0x80200000;
	__image_begin = .;
	.text : { *(.text .text.*) STAYS(text) }
	.rodata : { ASTRAY *(.rodata .rodata.* .srodata .srodata.*) STAYS(rodata) . = ALIGN(8); TABLE(exception_table) }
	.data : {
		*(.data .data.* .sdata .sdata.*) STAYS(data)
		*(.bss .bss.* .sbss .sbss.*) STAYS(bss)
	}
	. = ALIGN(4096);
	__init_begin = .;
	.init.text : { OF(.init, text) GOES(text) }
	.init.rodata : { OF(.init, rodata) GOES(rodata) . = ALIGN(8); TABLE(boot_calls) }
	. = ALIGN(64);
	.init.percpu : { __percpu_begin = .; *(.tdata .tdata.* .tbss .tbss.*) __percpu_end = .; }
	.init.data : { OF(.init, data) GOES(data) OF(.init, bss) GOES(bss) }
	. = ALIGN(4096);
	__init_end = .;
	__image_end = .;
	.lifetime_references 0 : { KEEP(*(.lifetime_references)) }
	/DISCARD/ : { *(.note.GNU-stack .eh_frame .comment .riscv.attributes) }
}
