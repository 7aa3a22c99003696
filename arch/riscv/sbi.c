// SPDX-License-Identifier: BSD-2-Clause
/* The firmware's services that last: console, power. */
#include <arch/firmware.h>
#include <asm/sbi.h>
#include <molt/init.h>

static bool has_debug_console;

struct sbi_result sbi_call(unsigned long extension, unsigned long function, unsigned long arg0,
	unsigned long arg1, unsigned long arg2)
{
	register unsigned long a0 __asm__("a0") = arg0;
	register unsigned long a1 __asm__("a1") = arg1;
	register unsigned long a2 __asm__("a2") = arg2;
	register unsigned long a3 __asm__("a3") = 0;
	register unsigned long a6 __asm__("a6") = function;
	register unsigned long a7 __asm__("a7") = extension;

	__asm__ volatile("ecall"
			 : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a6), "r"(a7)
			 : "memory");
	return (struct sbi_result){(long)a0, (long)a1};
}

void __init firmware_probe(void)
{
	struct sbi_result result = sbi_call(SBI_BASE, SBI_BASE_PROBE, SBI_DBCN, 0, 0);

	has_debug_console = !result.error && result.value;
}

void firmware_putchar(char c)
{
	if (has_debug_console)
		sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, (u8)c, 0, 0);
	else
		sbi_call(SBI_LEGACY_PUTCHAR, 0, (u8)c, 0, 0);
}

void firmware_poweroff(int failed)
{
	unsigned long reason = failed ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE;

	sbi_call(SBI_SRST, 0, SBI_SRST_SHUTDOWN, reason, 0);
	sbi_call(SBI_SRST, 0, SBI_SRST_COLD_REBOOT, reason, 0);
}
