/* SPDX-License-Identifier: BSD-2-Clause */
/* This hart, the others, and the per-hart areas. */
#ifndef ARCH_HART_H
#define ARCH_HART_H

#include <molt/compiler.h>
#include <molt/types.h>

/*
 * The head of every per-hart area. The first fields are read by assembly, with the
 * MMU off; asm/frame.h has their offsets.
 */
struct hart {
	u64 satp;      /* translation it starts with; 0: it was never started */
	u64 stack_top; /* of the running stack: its idle thread's, once boot's is left */
	struct hart *self;
	u64 entry;	/* where setting satp lands */
	u64 stack_base; /* lowest address of the running stack */
	u64 saved;	/* a register, while a trap chooses its stack */
	u64 saved_sp;	/* another, where it may not use this one's; of a hart at rest: sp */
	u32 id;		/* as the firmware numbers harts */
	u32 index;	/* as the kernel does: 0 is the boot hart */
	u32 rests;	/* see hart_rest() */
	bool online;	/* in its idle thread. Written once by itself, release */
	u8 node;	/* NUMA node, as the FDT numbers them */
};

static inline struct hart *this_hart(void)
{
	struct hart *hart;

	__asm__("mv %0, tp" : "=r"(hart));
	return hart;
}

/* The node that this hart is near to. */
static inline unsigned int hart_node(void)
{
	return IS_ENABLED(CONFIG_NUMA) ? this_hart()->node : 0;
}

/* Instructions retired since reset; exact on QEMU with -icount. */
static inline u64 hart_instret(void)
{
	u64 count;

	__asm__ volatile("rdinstret %0" : "=r"(count));
	return count;
}

/**
 * hart_start - have the firmware start a stopped hart in its idle thread
 * @hart: its area in the linear map, filled in; its area's id names it
 * Returns 0; -ENOENT where there is no such hart; -EIO where the firmware refuses. A hart
 * that runs already is let in where it waits at the kernel's entry.
 * The hart calls secondary_main() on its own stack. One at a time: the caller waits for
 * hart->online before it starts another. (SBI 1.0, section 9.1)
 */
int hart_start(struct hart *hart);

/* Whether hart_start() was ever called for @hart, whatever came of it. */
static inline bool hart_was_started(const struct hart *hart)
{
	return hart->satp != 0;
}

/* Whether the firmware has let @hart go, or is about to: else it is in none of our code. [init] */
bool hart_is_running(const struct hart *hart);

/**
 * hart_adopt - move the running hart from the boot template to its own area [init]
 * @hart: a copy of the template, filled in
 */
void hart_adopt(struct hart *hart);

/* Whether another hart than the first was ever started: then there are others to fence. */
bool hart_others_started(void);

/* Fence the translations of every other hart that is online. Returns 0 or -EIO. */
int hart_fence_others(void);

/**
 * hart_wake_others - hart_wait() ends on every other hart (SBI 1.0, section 7.1)
 * hart_woken - this hart has seen it, and the next may come. Also lets the first come.
 * What is looked at after hart_woken() is as of the last wake-up.
 */
void hart_wake_others(void);
void hart_woken(void);

/* Call @fn on the kernel stack that begins at @stack; the running stack is abandoned. */
void __attribute__((__noreturn__)) hart_switch_stack(u64 stack, void (*fn)(void));

/* Interrupts of this hart: off, returning whether they were on; and as they were. */
unsigned long irq_save(void);
void irq_restore(unsigned long flags);

/* Let a pending interrupt wake the hart; interrupts themselves stay as they are. */
static inline void hart_wait(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

/*
 * A hart in its idle thread holds on to nothing that belongs to others: this_hart()->rests is
 * odd while it waits there, and changes each time it comes by. What is taken from all harts'
 * reach is out of use once each has rested since.
 */
static inline void hart_rest(void)
{
	struct hart *hart = this_hart();
	u32 rests = hart->rests;

	if (IS_ENABLED(CONFIG_DEBUG_DANGLING))
		__asm__ volatile("mv %0, sp" : "=r"(hart->saved_sp));
	__atomic_store_n(&hart->rests, rests + 1, __ATOMIC_RELEASE);
	hart_wait();
	__atomic_store_n(&hart->rests, rests + 2, __ATOMIC_RELAXED);
	/* Whoever still sees it rest is seen by all that it looks at from here on. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Symmetric entries that core supplies. */
void __attribute__((__noreturn__))
boot_main(u64 hart_id, phys_addr_t fdt, phys_addr_t image, u64 entry_instret);
void __attribute__((__noreturn__)) secondary_main(void);

#endif
