/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps, and panic(). A trap's frame goes on the running stack, unless that has no room
 * left: then on a stack kept for saying so, since a fault on a guard page would fault for ever.
 */
#include <asm/frame.h>

	.section .text.trap_entry, "ax"
	.globl	trap_entry
	.balign	4
trap_entry:
	sd	t0, HART_SAVED(tp)
	ld	t0, HART_STACK_BASE(tp)
	addi	t0, t0, FRAME_SIZE
	bltu	sp, t0, 3f
	ld	t0, HART_STACK_TOP(tp)
	bltu	t0, sp, 3f
	addi	sp, sp, -FRAME_SIZE
	addi	t0, sp, FRAME_SIZE
	sd	t0, 8*2(sp)
1:	ld	t0, HART_SAVED(tp)
	sd	t0, 8*5(sp)
	jal	t0, save_registers
	sd	zero, 0(sp)
	mv	a0, sp
	call	trap_handle
	.globl	trap_return
trap_return:
	ld	t0, FRAME_SEPC(sp)
	ld	t1, FRAME_SSTATUS(sp)
	csrw	sepc, t0
	csrw	sstatus, t1
	.irp	n, 1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ld	x\n, 8*\n(sp)
	.endr
	addi	sp, sp, FRAME_SIZE
	sret

	/* No return from here: trap_handle() sees a frame outside the stack and panics. */
	/* One hart may have that stack, more than once: it ends the machine. Others wait for it. */
3:	sd	sp, HART_SAVED_SP(tp)
	lla	t0, overflow_hart
4:	lr.d.aq	sp, (t0)
	beq	sp, tp, 6f
	beqz	sp, 5f
	wfi
	j	4b
5:	sc.d	sp, tp, (t0)
	bnez	sp, 4b
6:	lla	t0, overflow_stack_top - FRAME_SIZE
	ld	sp, HART_SAVED_SP(tp)
	sd	sp, 8*2(t0)
	mv	sp, t0
	j	1b

	/*
	 * panic(fmt, ...): the registers as they are at the call, and the arguments in one
	 * row, as va_arg() takes them: those in registers below those on the stack.
	 */
	.section .text.panic, "ax"
	.globl	panic
	.type	panic, @function
panic:
	addi	sp, sp, -(FRAME_SIZE + PANIC_ARGS_SIZE)
	.irp	n, 1, 2, 3, 4, 5, 6, 7
	sd	a\n, FRAME_SIZE + 8*\n(sp)
	.endr
	sd	t0, 8*5(sp)
	jal	t0, save_registers
	addi	t0, sp, FRAME_SIZE + PANIC_ARGS_SIZE
	sd	t0, 8*2(sp)
	sd	sp, 0(sp)
	mv	a1, a0
	mv	a0, sp
	addi	a2, sp, FRAME_SIZE + 8
	call	panic_at
	unimp
	.size	panic, . - panic

	/* All but x2 and x5, which the caller has seen to. Returns to t0; spoils t1 to t3. */
	.section .text.save_registers, "ax"
save_registers:
	.irp	n, 1, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	sd	x\n, 8*\n(sp)
	.endr
	csrr	t1, sepc
	csrr	t2, sstatus
	csrr	t3, scause
	sd	t1, FRAME_SEPC(sp)
	sd	t2, FRAME_SSTATUS(sp)
	csrr	t1, stval
	sd	t3, FRAME_SCAUSE(sp)
	sd	t1, FRAME_STVAL(sp)
	jr	t0

	.section .bss.overflow_stack, "aw", @nobits
	.balign	16
	.globl	overflow_stack
overflow_stack:
	.skip	OVERFLOW_STACK_SIZE
overflow_stack_top:
overflow_hart:
	.skip	8
