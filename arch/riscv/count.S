/* SPDX-License-Identifier: BSD-2-Clause */
/* struct counted count_call(a, b, c, d, e, function): a to e stay in a0 to a4. */

	.section .text.count_call, "ax"
	.globl	count_call
count_call:
	addi	sp, sp, -16
	sd	ra, 8(sp)
	sd	s1, 0(sp)
	rdinstret s1
	jalr	a5
	rdinstret a1
	/* The difference counts one rdinstret. */
	sub	a1, a1, s1
	addi	a1, a1, -1
	ld	s1, 0(sp)
	ld	ra, 8(sp)
	addi	sp, sp, 16
	ret

	.section .text.count_nothing, "ax"
	.globl	count_nothing
count_nothing:
	ret
