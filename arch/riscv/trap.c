// SPDX-License-Identifier: BSD-2-Clause
/*
 * Traps of the kernel itself: none is expected, so each is told in full. Interrupts stay
 * off: a timer wakes hart_wait() and is never taken.
 */
#include "discarded.h"
#include "extable.h"
#include <arch/hart.h>
#include <arch/trap.h>
#include <arch/uaccess.h>
#include <asm/csr.h>
#include <asm/frame.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/symbols.h>

_Static_assert(offsetof(struct trap_frame, sepc) == FRAME_SEPC, "asm/frame.h: sepc");
_Static_assert(offsetof(struct trap_frame, stval) == FRAME_STVAL, "asm/frame.h: stval");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "asm/frame.h: size");

extern char overflow_stack[];

void trap_handle(struct trap_frame *frame);

#define CAUSE_FETCH 12
#define CAUSE_LOAD  13
#define CAUSE_STORE 15

/* The trapped stack had no room for a frame: there is no way back (entry.S). */
static bool is_overflow(const struct trap_frame *frame)
{
	return (char *)frame >= overflow_stack &&
	       (char *)frame < overflow_stack + OVERFLOW_STACK_SIZE;
}

/* A load or a store, and not a fetch, of what a user named: 4 to 7, 13 and 15. */
static bool is_users(const struct trap_frame *frame)
{
	return frame->scause < 16 && (0xa0f0 >> frame->scause & 1) && frame->stval < USER_LIMIT;
}

/* By cause (privileged ISA 20211203, table 4.2). */
static const char *const causes[] = {"instruction address misaligned", "instruction access fault",
	"illegal instruction", "breakpoint", "load address misaligned", "load access fault",
	"store address misaligned", "store access fault", [CAUSE_FETCH] = "instruction page fault",
	[CAUSE_LOAD] = "load page fault", [CAUSE_STORE] = "store page fault"};

/* struct trap_frame from its x[] on. */
static const char registers[][8] = {"ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",
	"a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9",
	"s10", "s11", "t3", "t4", "t5", "t6", "sepc", "sstatus", "scause", "stval"};
_Static_assert(offsetof(struct trap_frame, x) + sizeof(u64) * ARRAY_SIZE(registers) == FRAME_SIZE,
	"a name for each register");

void registers_print(const struct trap_frame *frame)
{
	const u64 *value = frame->x;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(registers); i++)
		pr_err("%7s %016lx%s", registers[i], value[i], i % 4 == 3 ? "\n" : "");
	pr_err("   satp %016lx\n", csr_read(satp));
}

/* Bytes that fill what is free: an address like them was read there. */
static bool is_poison(u64 address)
{
	u64 pattern = address >> 56;

	pattern |= pattern << 8;
	pattern |= pattern << 16;
	pattern |= pattern << 32;
	/* Some are added to it, to reach a member. */
	return pattern && ~pattern && (address ^ pattern) < 0x10000;
}

/* Someone is where boot was. */
static void panic_discarded(const struct trap_frame *frame, const char *what)
{
	bool call = frame->scause == CAUSE_FETCH;
	struct place at = {"", "", frame->stval}, from;

	from = place_of(call ? frame->x[0] : frame->sepc);
	if (call)
		at = place_of(frame->stval);
	panic("%s discarded %s " PLACE_FORMAT " from " PLACE_FORMAT,
		call			      ? "call of"
		: frame->scause == CAUSE_LOAD ? "read of"
					      : "write to",
		what, PLACE_ARGS(at), PLACE_ARGS(from));
}

void trap_handle(struct trap_frame *frame)
{
	u64 cause = frame->scause;
	const char *what = NULL, *name = NULL;

	if (IS_ENABLED(CONFIG_UACCESS) && is_users(frame) && !is_overflow(frame) &&
		extable_fix(frame))
		return;
	panic_begin(frame);
	if (is_overflow(frame))
		panic("kernel stack overflow at %lx, address %lx, stack %lx of hart %u",
			frame->sepc, frame->stval, this_hart()->stack_base, this_hart()->id);
	if (cause == CAUSE_FETCH || cause == CAUSE_LOAD || cause == CAUSE_STORE)
		what = discarded_at(frame->stval);
	if (what)
		panic_discarded(frame, what);
	if (cause < ARRAY_SIZE(causes))
		name = causes[cause];
	panic("%s: cause %lx at %lx, address %lx%s", name ? name : "trap", cause, frame->sepc,
		frame->stval, is_poison(frame->stval) ? ", a pattern of freed memory" : "");
}
