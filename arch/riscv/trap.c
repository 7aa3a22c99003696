// SPDX-License-Identifier: BSD-2-Clause
/*
 * Traps of the kernel itself: none is expected, so each is told in full. Interrupts stay
 * off: a timer wakes hart_wait() and is never taken.
 */
#include <arch/hart.h>
#include <asm/csr.h>
#include <asm/frame.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/printk.h>

_Static_assert(offsetof(struct trap_frame, sepc) == FRAME_SEPC, "asm/frame.h: sepc");
_Static_assert(offsetof(struct trap_frame, stval) == FRAME_STVAL, "asm/frame.h: stval");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "asm/frame.h: size");

extern char overflow_stack[];

void trap_handle(struct trap_frame *frame);

static const char *cause_name(u64 cause)
{
	switch (cause) {
	case 0:
		return "instruction address misaligned";
	case 1:
		return "instruction access fault";
	case 2:
		return "illegal instruction";
	case 3:
		return "breakpoint";
	case 4:
		return "load address misaligned";
	case 5:
		return "load access fault";
	case 6:
		return "store address misaligned";
	case 7:
		return "store access fault";
	case 12:
		return "instruction page fault";
	case 13:
		return "load page fault";
	case 15:
		return "store page fault";
	default:
		return "trap";
	}
}

static void show_registers(const struct trap_frame *frame)
{
	unsigned int i;

	for (i = 0; i < 31; i++)
		pr_err("x%-2u %016lx%s", i + 1, frame->x[i], i % 4 == 3 || i == 30 ? "\n" : "  ");
}

void trap_handle(struct trap_frame *frame)
{
	u64 cause = frame->scause;

	panic_begin();
	show_registers(frame);
	if ((char *)frame >= overflow_stack && (char *)frame < overflow_stack + OVERFLOW_STACK_SIZE)
		panic("kernel stack overflow at %lx, address %lx, stack %lx of hart %u",
			frame->sepc, frame->stval, this_hart()->stack_base, this_hart()->id);
	panic("%s: cause %lx at %lx, address %lx", cause_name(cause), cause, frame->sepc,
		frame->stval);
}
