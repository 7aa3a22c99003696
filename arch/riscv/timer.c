// SPDX-License-Identifier: BSD-2-Clause
/* The hart's clock, through the firmware's timer service. */
#include <arch/timer.h>
#include <asm/csr.h>
#include <asm/sbi.h>

u64 timer_now(void)
{
	return csr_read(time);
}

void timer_arm(u64 when)
{
	sbi_call(SBI_TIME, 0, when, 0, 0);
}

void timer_start(void)
{
	csr_set(sie, SIE_STIE);
}
