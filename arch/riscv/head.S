/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From OpenSBI to C at high addresses.
 *
 * On entry (SBI 1.0, chapter 9; measured on OpenSBI 1.1): a0 is the hart id, a1 the
 * physical address of the FDT, satp is 0, interrupts are off. Any hart may be first,
 * and the image may lie at any multiple of 2 MiB.
 */
#include <asm/csr.h>
#include <asm/frame.h>
#include <asm/layout.h>
#include <molt/init.h>

	/* Linux's boot image header for RISC-V, version 0.2: 64 bytes. */
	.section .head.text, "ax"
	.globl	_start
_start:
	.option push
	.option norvc
	.option norelax
	j	image_entry
	nop
	.option pop
	.dword	0x200000			/* load offset from the start of RAM */
	.dword	__image_end - __image_begin	/* memory that the image takes */
	.dword	0				/* little endian */
	.word	2				/* version 0.2 */
	.word	0
	.dword	0
	.ascii	"RISCV\0\0\0"
	.ascii	"RSC\x05"
	.word	0

	/*
	 * The first hart to come boots the machine. Another one is here by mistake:
	 * OpenSBI before 1.3 lets a hart that it starts go before its address is set,
	 * so that it takes the one that the machine was booted with. It goes where it
	 * was sent. Stays: a hart may be started at any time.
	 */
	.section .text.hart_entry, "ax"
image_entry:
	lla	t0, early_fault
	csrw	stvec, t0
	csrr	s2, instret
	lla	t0, boot_lottery
	li	t1, 1
	amoswap.w.aqrl t1, t1, (t0)
	bnez	t1, hart_entry
	tail	boot_entry
LIFETIME_REFERENCE("only the first hart comes here, and leaves it", image_entry, \
	boot_entry, early_fault)

	/*
	 * hart_entry - a secondary hart, from SBI's hart_start(); a0 is its id
	 *
	 * Runs at its physical address. Its argument may be another's for the reason
	 * above, so hart_starting says whose turn it is. Setting satp makes the next
	 * fetch fault, and stvec is where it faults to.
	 */
	.globl	hart_entry
hart_entry:
	csrw	sie, zero
	li	t0, SSTATUS_SUM
	csrc	sstatus, t0
1:	lla	t0, hart_starting
	ld	a1, 0(t0)
	beqz	a1, 1b
	lwu	t1, HART_ID(a1)
	bne	t1, a0, 1b
	fence	r, rw
	ld	t0, HART_SATP(a1)
	ld	t1, HART_ENTRY(a1)
	ld	sp, HART_STACK_TOP(a1)
	ld	tp, HART_SELF(a1)
	csrw	stvec, t1
	sfence.vma
	csrw	satp, t0
	nop

	.globl	hart_entry_virtual
	.balign	4
hart_entry_virtual:
	lla	t0, trap_entry
	csrw	stvec, t0
	mv	s0, zero
	call	secondary_main
	unimp

	/* Taken by the first hart; stored with the image, so that it is 0 at first. */
	.section .data.boot_lottery, "aw"
	.balign	4
boot_lottery:
	.word	0

	.section .init.text, "ax"
boot_entry:
	csrw	sie, zero
	li	t0, SSTATUS_SUM
	csrc	sstatus, t0
	mv	s3, a0
	mv	s1, a1
	lla	s4, _start
	lla	sp, __boot_stack_end
	lla	t0, __init_bss_begin
	lla	t1, __init_bss_end
1:
	.set	at, 0
	.rept	ZEROED_AT_ONCE / 8
	sd	zero, at(t0)
	.set	at, at + 8
	.endr
	addi	t0, t0, ZEROED_AT_ONCE
	bltu	t0, t1, 1b

	mv	a0, s4
	mv	a1, s1
	call	early_map			/* a0 = satp */

	li	t0, KIMAGE_VA
	sub	t0, t0, s4
	add	sp, sp, t0
	lla	t1, 2f
	add	t1, t1, t0
	csrw	stvec, t1
	sfence.vma
	csrw	satp, a0
	.balign	4
2:	lla	t0, trap_entry
	csrw	stvec, t0
	lla	tp, __percpu_begin		/* the template serves the boot hart */
	mv	a0, s3
	mv	a1, s1
	mv	a2, s4
	mv	a3, s2
	mv	s0, zero			/* the oldest frame */
	call	boot_main
	unimp

	/* A fault before there is anything to report it with: say so and stop. */
	.balign	4
early_fault:
	lla	s0, early_fault_text
1:	lbu	a0, 0(s0)
	beqz	a0, 2f
	li	a7, 1				/* legacy console putchar */
	ecall
	addi	s0, s0, 1
	j	1b
2:	li	a7, 0x53525354			/* SRST: shutdown, system failure */
	li	a6, 0
	li	a0, 0
	li	a1, 1
	ecall
3:	wfi
	j	3b

	.section .init.rodata, "a"
early_fault_text:
	.asciz	"molt: fault before the MMU is on: perhaps a1 is not the address of an FDT\n@molt {\"type\":\"end\",\"status\":1}\n"

	.section .init.boot_stack, "aw", @nobits
	.balign	16
	.skip	BOOT_STACK_SIZE
