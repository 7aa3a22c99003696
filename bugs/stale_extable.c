// SPDX-License-Identifier: BSD-2-Clause
/*
 * Boot asks a register that not every machine has, and is prepared to fault. The table stays;
 * the instruction goes, and what comes to its place may fault for other reasons.
 */
#include <core/bugs.h>
#include <molt/compiler.h>
#include <molt/init.h>

static bool __noinline __init is_there(const volatile u32 *device)
{
	u32 value = 0;

	__asm__ volatile("1:	lw	%0, 0(%1)\n"
			 "2:\n"
			 "	.pushsection __ex_table.is_there, \"ao\", @progbits, .init.text\n"
			 "	.balign	4\n"
			 "	.word	1b - ., 2b - .\n"
			 "	.popsection"
			 : "+r"(value)
			 : "r"(device));
	return value;
}

void __init bug_plant_at_boot(enum stage stage)
{
	static u32 device;

	if (stage == STAGE_MAPPED)
		device = is_there(&device);
}
