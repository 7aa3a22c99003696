/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least firmware that a kernel can be started by, for QEMU's machine `none`: a hart,
 * RAM from address 0, and nothing else. So a test can put RAM anywhere, as the device tree
 * of its own making has it.
 *
 * SBI's legacy console and its system reset go to the host by semihosting, and the reason
 * for the reset becomes QEMU's exit code. Neither timer nor other harts.
 */
#define SBI_PUTCHAR	1
#define SBI_BASE	0x10
#define SBI_RFENCE	0x52464e43
#define SBI_SRST	0x53525354

/* Semihosting (its specification for RISC-V): operations, and "the program has ended". */
#define SYS_WRITEC		3
#define SYS_EXIT_EXTENDED	0x20
#define STOPPED_APPLICATION	0x20026
#define UNEXPECTED		99

	/* One encoding of three whole instructions, in one page; a0 and a1 are arguments. */
	.macro	semihost operation
	li	a0, \operation
	.balign	16
	.option push
	.option norvc
	slli	zero, zero, 0x1f
	ebreak
	srai	zero, zero, 7
	.option pop
	.endm

	.text
	.globl	_start
_start:
	lla	t0, trap
	csrw	mtvec, t0
	/* Physical memory protection: the lowest 64 KiB, this program, are nobody else's. */
	li	t0, (0x10000 >> 3) - 1
	csrw	pmpaddr0, t0
	li	t0, -1
	csrw	pmpaddr1, t0
	li	t0, 0x1f18
	csrw	pmpcfg0, t0
	li	t0, 0xb1ff			/* every exception but a call from S-mode */
	csrw	medeleg, t0
	li	t0, 7
	csrw	mcounteren, t0
	li	t0, 1 << 11			/* mstatus.MPP: S-mode */
	csrs	mstatus, t0
	lla	t0, wishes
	ld	t1, 0(t0)			/* where the kernel is */
	ld	a1, 8(t0)			/* and its device tree */
	csrw	mepc, t1
	csrr	a0, mhartid
	mret

	.balign	4
trap:
	csrw	mscratch, t0
	lla	t0, saved
	sd	t1, 0(t0)
	sd	a1, 8(t0)
	csrr	t1, mcause
	addi	t1, t1, -9			/* a call from S-mode */
	bnez	t1, unexpected
	csrr	t1, mepc
	addi	t1, t1, 4
	csrw	mepc, t1

	li	t1, SBI_PUTCHAR
	beq	a7, t1, putchar
	li	t1, SBI_SRST
	beq	a7, t1, reset
	sd	zero, 8(t0)			/* the value that is returned */
	li	a0, 0
	li	t1, SBI_BASE			/* whatever is probed for is not there */
	beq	a7, t1, return
	li	t1, SBI_RFENCE			/* there are no other harts to be fenced */
	beq	a7, t1, return
	li	a0, -2				/* not supported */
return:	lla	t0, saved
	ld	t1, 0(t0)
	ld	a1, 8(t0)
	csrr	t0, mscratch
	mret

putchar:
	sb	a0, 16(t0)
	addi	a1, t0, 16
	semihost SYS_WRITEC
	li	a0, 0
	j	return

unexpected:
	li	a1, UNEXPECTED
reset:						/* a1: the reason, 0 for none */
	lla	t0, ended
	sd	a1, 8(t0)
	mv	a1, t0
	semihost SYS_EXIT_EXTENDED
	j	.

	.data
	.balign	8
ended:	.dword	STOPPED_APPLICATION, 0
saved:	.dword	0, 0, 0
