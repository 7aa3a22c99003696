/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between OpenSBI and the kernel under test: which hart comes first, where the kernel
 * lies and what it finds in a1 are the test's to say.
 *
 * QEMU starts it as its -kernel; the words at `wishes` are overwritten by loader devices.
 */
#define SBI_HSM		 0x48534d
#define HSM_HART_START	 0
#define HSM_HART_STOP	 1
#define HSM_HART_STATUS	 2
#define HSM_STOPPED	 1

	.text
	.globl	_start
_start:
	lla	t0, wishes
	ld	s0, 0(t0)		/* the hart that is to be first */
	ld	s1, 8(t0)		/* where the kernel is */
	ld	s2, 16(t0)		/* its a1; -1: the FDT that came from OpenSBI */
	li	t1, -1
	bne	s2, t1, 1f
	mv	s2, a1
1:	ld	s3, 24(t0)		/* so many harts come in together; 0: one alone */
	mv	s4, a0
	/*
	 * One that the kernel started comes here where OpenSBI lets it go before its address
	 * is set: the machine was booted with this program. The kernel knows what to do.
	 */
	lla	t0, handed_over
	ld	t1, 0(t0)
	bnez	t1, enter
	bnez	s3, together
	bne	a0, s0, start_other
enter:
	li	t1, 1
	sd	t1, 0(t0)
	fence	rw, rw
	mv	a1, s2
	jr	s1

	/* Every hart at the kernel's first instruction, with what the first hart is given. */
together:
	addi	s3, s3, -1
	bltz	s3, 2f
	beq	s3, s4, together
	mv	a0, s3
	mv	a1, s1
	mv	a2, s2
	li	a6, HSM_HART_START
	li	a7, SBI_HSM
	ecall
	j	together
2:	mv	a0, s4
	mv	a1, s2
	jr	s1

start_other:
	lla	t0, hand_over
	sd	s1, 0(t0)
	sd	s2, 8(t0)
	sd	a0, 16(t0)
	mv	a2, t0
	lla	a1, other
	mv	a0, s0
	li	a6, HSM_HART_START
	li	a7, SBI_HSM
	ecall
	li	a6, HSM_HART_STOP	/* the kernel starts this hart again */
	ecall
	j	.

	/* Only when the hart before it has stopped can the kernel start that one. */
other:
	mv	s0, a0
	mv	s1, a1
1:	ld	a0, 16(s1)
	li	a6, HSM_HART_STATUS
	li	a7, SBI_HSM
	ecall
	li	t0, HSM_STOPPED
	bne	a1, t0, 1b
	lla	t0, handed_over
	li	t1, 1
	sd	t1, 0(t0)
	fence	rw, rw
	mv	a0, s0
	ld	a1, 8(s1)
	ld	t0, 0(s1)
	jr	t0

	.data
	.balign	8
handed_over:
	.dword	0			/* the kernel is running */
hand_over:
	.dword	0, 0, 0
