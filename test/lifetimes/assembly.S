/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults in assembly, and what keeps all others in the image. */
#include <molt/init.h>

	.section .init.text, "ax"
	.globl	_start
_start:
	lla	t0, roots
	ret

	.section .text.assembly, "ax"
	.globl	call_assembly
call_assembly:
	addi	sp, sp, -16
	call	init_assembly			/* fault: call_assembly init_assembly */
	ret
tail_assembly:
	tail	init_tail_assembly		/* fault: tail_assembly init_tail_assembly */
la_assembly:
	la	a0, init_la			/* fault: la_assembly init_la */
	ret
lla_assembly:
	lla	a0, init_lla			/* fault: lla_assembly init_lla */
	ret

	/* Gives way to the one that goes. */
	.weak	weak_hook
weak_hook:
	ret

	/* A switch table that has come out in the wrong place. */
jump_table:
	lla	t0, .Ltable			/* fault: jump_table a table of the compiler's */
	ld	t0, 0(t0)
	jr	t0
	/* A string of a file that goes. */
string:
	lla	a0, .Lstring			/* fault: string the string "gone with its file" */
	/* Not an edge, though it has such a name. */
edge_call:
	call	__gone_begin			/* fault: edge_call __gone_begin */
	ret
	/* By way of a table of addresses. */
got_assembly:
	.option	push
	.option	pic
	la	a0, init_got			/* fault: got_assembly init_got */
	.option	pop
	ret
user_access:
1:	ld	a0, 0(a0)
	ret

	.section .init.text.planted, "ax"
__gone_begin:
	ret

	.section .init.rodata.planted, "a"
	.balign	8
.Ltable:
	.dword	la_assembly, lla_assembly
.Lstring:
	.asciz	"gone with its file"

	/* A fix-up that is gone when the fault comes. */
	.section exception_table, "a"
	.type	exception_entry, @object
	.size	exception_entry, 16
exception_entry:
	.dword	1b, init_fixup			/* entry: exception_entry init_fixup */

	.section .rodata.difference, "a"
	.balign	8
	.type	difference, @object
	.size	difference, 8
difference:
	.dword	init_difference - difference	/* entry: difference init_difference */

	.section .rodata.short_difference, "a"
	.balign	8
	.type	short_difference, @object
	.size	short_difference, 4
short_difference:
	.word	init_difference - .		/* entry: short_difference init_difference */

	.section .init.rodata.roots, "a"
	.balign	8
	.type	roots, @object
roots:
	.dword	call, tail_call, pointer_in_data, pointer_in_rodata, ops, argument, one_of_cases
	.dword	text, read_object, write_object, inside_of_array, call_alias, call_weak
	.dword	call_inline, call_percpu, call_memblock, call_meminit, walk_table, declared
	.dword	wrong_caller, edges, call_assembly, tail_assembly, la_assembly, lla_assembly
	.dword	jump_table, string, user_access, exception_entry, difference, memblock_undeclared
	.dword	memblock_from_meminit, meminit_undeclared, meminit_from_memblock
	.dword	escape, calls_all, call_namesake, call_other_namesake
	.dword	edge_call, got_assembly, short_difference, init_weak
	.size	roots, . - roots
