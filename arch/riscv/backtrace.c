// SPDX-License-Identifier: BSD-2-Clause
/* Who called whom: the steps are made by unwind_frames.c or by unwind_tables.c. */
#include "discarded.h"
#include "unwind.h"
#include <arch/hart.h>
#include <arch/trap.h>
#include <asm/frame.h>
#include <molt/printk.h>
#include <molt/sections.h>
#include <molt/symbols.h>

#define BACKTRACE_DEPTH 32

extern char overflow_stack[], trap_return[];

bool unwind_on_stack(u64 address, u64 size)
{
	u64 low = this_hart()->stack_base, high = this_hart()->stack_top;

	if (address < low || address > high) {
		low = (u64)overflow_stack;
		high = low + OVERFLOW_STACK_SIZE;
	}
	return address % 8 == 0 && address >= low && address <= high && size <= high - address;
}

bool unwind_is_text(u64 address)
{
	return address - (u64)__text_begin < SECTION_SIZE(text) ||
	       (address - (u64)__init_text_begin < SECTION_SIZE(init_text) && !window_is_gone());
}

static struct unwind begin(const struct trap_frame *frame)
{
	struct unwind at = {.sp = frame->x[1], .fp = frame->x[7]};

	at.exact = !frame->called;
	at.pc = at.exact ? frame->sepc : frame->x[0];
	at.ra = at.exact ? frame->x[0] : 0;
	return at;
}

static void show(const struct unwind *at)
{
	unsigned long place = unwind_place(at), offset = 0, size = 0;
	const char *name = NULL, *trap = at->exact ? " (trap)" : "";

	if (IS_ENABLED(CONFIG_KALLSYMS))
		name = symbol_lookup(place, &offset, &size);
	if (name)
		pr_err("  %016lx %s+0x%lx/0x%lx%s\n", at->pc, name, offset + at->pc - place, size,
			trap);
	else
		pr_err("  %016lx%s\n", at->pc, trap);
}

/* The next function; false where there is none. */
static bool step(struct unwind *at)
{
	/* A trap's frame lies where the stack was when it called trap_handle(). */
	if (at->pc == (u64)trap_return) {
		if (!unwind_on_stack(at->sp, sizeof(struct trap_frame)))
			return false;
		*at = begin((const struct trap_frame *)at->sp);
		return true;
	}
	if (unwind_is_text(unwind_place(at)))
		return unwind_step(at);
	/* A call of what is no code has no frame yet. */
	if (!at->ra)
		return false;
	at->pc = at->ra;
	at->ra = 0;
	at->exact = false;
	return true;
}

void backtrace(const struct trap_frame *frame)
{
	struct unwind at = begin(frame);
	unsigned int depth = 0;

	pr_err("called from:\n");
	do {
		if (at.pc != (u64)trap_return)
			show(&at);
	} while (++depth < BACKTRACE_DEPTH && step(&at));
}
