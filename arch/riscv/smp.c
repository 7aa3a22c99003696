// SPDX-License-Identifier: BSD-2-Clause
/* This hart and the others: start, stacks, fences. */
#include "sv39.h"
#include <arch/hart.h>
#include <arch/paging.h>
#include <asm/csr.h>
#include <asm/frame.h>
#include <asm/sbi.h>
#include <molt/err.h>
#include <molt/init.h>

#define CHECK_OFFSET(field, offset) \
	_Static_assert(offsetof(struct hart, field) == (offset), "asm/frame.h: " #field)
CHECK_OFFSET(satp, HART_SATP);
CHECK_OFFSET(stack_top, HART_STACK_TOP);
CHECK_OFFSET(self, HART_SELF);
CHECK_OFFSET(entry, HART_ENTRY);
CHECK_OFFSET(stack_base, HART_STACK_BASE);
CHECK_OFFSET(saved, HART_SAVED);
CHECK_OFFSET(saved_sp, HART_SAVED_SP);
CHECK_OFFSET(id, HART_ID);

/* Where a secondary hart begins, physically and, its MMU on, virtually (head.S). */
extern char hart_entry[], hart_entry_virtual[];
extern phys_addr_t hart_starting;

/* The physical address of the area whose hart may come in. */
phys_addr_t hart_starting;

/* Whether another hart than the first was ever sent for. */
static bool others_sent_for;

/* SBI's answers to a hart that does not exist, and to one that runs (SBI 1.0, 9.1). */
#define SBI_ERR_INVALID_PARAM	  (-3)
#define SBI_ERR_ALREADY_AVAILABLE (-6)

/* Its answer to where a hart is that it has (SBI 1.0, table 1 of chapter 9). */
#define SBI_HSM_STOPPED 1

int hart_start(struct hart *hart)
{
	struct sbi_result result;

	others_sent_for = true;
	hart->satp = paging_satp(&kernel_space);
	hart->entry = (u64)hart_entry_virtual;
	__atomic_store_n(&hart_starting, __pa(hart), __ATOMIC_RELEASE);
	result = sbi_call(SBI_HSM, SBI_HSM_START, hart->id, image_to_phys(hart_entry), __pa(hart));
	/* Also the answer where the hart is about to start or stop: then it has a status. */
	if (result.error == SBI_ERR_INVALID_PARAM)
		return sbi_call(SBI_HSM, SBI_HSM_STATUS, hart->id, 0, 0).error ? -ENOENT : 0;
	return result.error && result.error != SBI_ERR_ALREADY_AVAILABLE ? -EIO : 0;
}

bool __init hart_is_running(const struct hart *hart)
{
	struct sbi_result result = sbi_call(SBI_HSM, SBI_HSM_STATUS, hart->id, 0, 0);

	return !result.error && result.value != SBI_HSM_STOPPED;
}

void __init hart_adopt(struct hart *hart)
{
	__asm__ volatile("mv tp, %0" ::"r"(hart) : "memory");
}

bool hart_others_started(void)
{
	return others_sent_for;
}

int hart_fence_others(void)
{
	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		fence_done_others();
	if (!others_sent_for)
		return 0;
	/* A mask base of -1 means every hart (SBI 1.0, section 3.1); start = size = 0: all. */
	return sbi_call(SBI_RFENCE, SBI_RFENCE_SFENCE_VMA, 0, -1UL, 0).error ? -EIO : 0;
}

void hart_wake_others(void)
{
	/* Every hart, as above. Where the firmware refuses, their timers wake them. */
	sbi_call(SBI_IPI, 0, 0, -1UL, 0);
}

void hart_woken(void)
{
	csr_set(sie, SIE_SSIE);
	csr_clear(sip, SIE_SSIE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void hart_switch_stack(u64 stack, void (*fn)(void))
{
	struct hart *hart = this_hart();

	hart->stack_base = stack;
	hart->stack_top = stack + CONFIG_KERNEL_STACK_PAGES * PAGE_SIZE;
	/* Whoever is called saves them, and would seem to hold what boot had in them. */
	if (IS_ENABLED(CONFIG_DEBUG_DANGLING))
		__asm__ volatile(
			".irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n\tmv s\\n, zero\n.endr" ::
				: "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10",
			"s11");
	__asm__ volatile("mv sp, %0\n\tmv s0, zero\n\tjalr %1" ::"r"(hart->stack_top), "r"(fn)
			 : "memory");
	__builtin_unreachable();
}

unsigned long irq_save(void)
{
	return csr_clear(sstatus, SSTATUS_SIE) & SSTATUS_SIE;
}

void irq_restore(unsigned long flags)
{
	csr_set(sstatus, flags);
}
