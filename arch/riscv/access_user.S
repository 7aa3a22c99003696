/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What uaccess.c is made of: the only instructions that touch user pages, each with an entry in
 * the exception table. Callers have checked the range. SUM is set around the access alone
 * (privileged ISA, 4.1.1.2).
 *
 * An entry's section lies beside its function's: it is linked, and placed, as that is.
 */
#include <asm/csr.h>

	.macro	function name
	.section .text.\name, "ax"
	.globl	\name
	.type	\name, @function
\name:
	.endm

	/* A fault at @at goes on at @to. In ascending order. */
	.macro	fixup function, at, to
	.section __ex_table.\function, "ao", @progbits, .text.\function
	.long	\at - .
	.long	\to - .
	.section .text.\function
	.endm

	.macro	open
	li	t6, SSTATUS_SUM
	csrs	sstatus, t6
	.endm

	/*
	 * user_copy(to a0, from a1, size a2): one of the two is a user's. Returns how many
	 * bytes are left. An aligned word lies in one page, so all of it faults or none.
	 */
	function user_copy
	open
	or	t0, a0, a1
	andi	t0, t0, 7
	bnez	t0, 4f
	li	t1, 8
1:	bltu	a2, t1, 4f
2:	ld	t0, 0(a1)
3:	sd	t0, 0(a0)
	addi	a0, a0, 8
	addi	a1, a1, 8
	addi	a2, a2, -8
	j	1b
4:	beqz	a2, 7f
5:	lbu	t0, 0(a1)
6:	sb	t0, 0(a0)
	addi	a0, a0, 1
	addi	a1, a1, 1
	addi	a2, a2, -1
	j	4b
7:	csrc	sstatus, t6
	mv	a0, a2
	ret
	fixup	user_copy, 2b, 7b
	fixup	user_copy, 3b, 7b
	fixup	user_copy, 5b, 7b
	fixup	user_copy, 6b, 7b
	.size	user_copy, . - user_copy

	/* user_text(to a0 or 0, from a1, most a2): bytes before the 0, or -1. */
	function user_text
	open
	li	t2, 0
1:	beq	t2, a2, 4f
	add	t3, a1, t2
2:	lbu	t0, 0(t3)
	beqz	a0, 3f
	add	t3, a0, t2
	sb	t0, 0(t3)
3:	beqz	t0, 4f
	addi	t2, t2, 1
	j	1b
4:	csrc	sstatus, t6
	mv	a0, t2
	ret
5:	csrc	sstatus, t6
	li	a0, -1
	ret
	fixup	user_text, 2b, 5b
	.size	user_text, . - user_text

	/* user_get_N(*value a0, from a1), user_put_N(to a0, value a1): 0 or -1. */
	.macro	get name, load, store
	function \name
	open
1:	\load	t0, 0(a1)
	csrc	sstatus, t6
	\store	t0, 0(a0)
	li	a0, 0
	ret
2:	csrc	sstatus, t6
	li	a0, -1
	ret
	fixup	\name, 1b, 2b
	.size	\name, . - \name
	.endm

	.macro	put name, store
	function \name
	open
1:	\store	a1, 0(a0)
	csrc	sstatus, t6
	li	a0, 0
	ret
2:	csrc	sstatus, t6
	li	a0, -1
	ret
	fixup	\name, 1b, 2b
	.size	\name, . - \name
	.endm

	get	user_get_8, lbu, sb
	get	user_get_16, lhu, sh
	get	user_get_32, lwu, sw
	get	user_get_64, ld, sd
	put	user_put_8, sb
	put	user_put_16, sh
	put	user_put_32, sw
	put	user_put_64, sd
