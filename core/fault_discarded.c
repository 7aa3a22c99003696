// SPDX-License-Identifier: BSD-2-Clause
/* The faults that reach for what boot has left behind. Where that is kept, no fault. */
#include <core/run.h>
#include <molt/compiler.h>
#include <molt/printk.h>
#include <molt/sections.h>

enum reach {
	CALL,
	READ,
	WRITE
};

/* By the bounds that the linker script sets: nothing that stays knows more of it. */
static const struct {
	volatile char *at;
	enum reach reach;
} reached[] = {
	[FAULT_INIT_CALL - FAULT_INIT_CALL] = {__init_text_begin, CALL},
	[FAULT_INIT_READ - FAULT_INIT_CALL] = {__init_rodata_begin, READ},
	[FAULT_INIT_WRITE - FAULT_INIT_CALL] = {__init_data_end - 1, WRITE},
	[FAULT_MEMBLOCK_CALL - FAULT_INIT_CALL] = {__memblock_text_begin, CALL},
	[FAULT_MEMBLOCK_READ - FAULT_INIT_CALL] = {__memblock_data_begin, READ},
	[FAULT_MEMINIT_CALL - FAULT_INIT_CALL] = {__meminit_text_begin, CALL},
	[FAULT_TEMPLATE_READ - FAULT_INIT_CALL] = {__percpu_begin, READ},
	[FAULT_TABLE_WRITE - FAULT_INIT_CALL] = {__early_tables_begin, WRITE},
	[FAULT_BOOT_STACK_WRITE - FAULT_INIT_CALL] = {__boot_stack_begin, WRITE},
	[FAULT_EARLY_WINDOW_READ - FAULT_INIT_CALL] = {__image_begin + 0x204000, READ},
};

/* What stays cannot be called by somebody who does not know what it is. */
static bool is_kept(volatile char *at)
{
	return at < __init_begin;
}

void __noinline fault_discarded(enum run_fault fault)
{
	volatile char *at = reached[fault - FAULT_INIT_CALL].at;
	enum reach reach = reached[fault - FAULT_INIT_CALL].reach;

	switch (reach == CALL && is_kept(at) ? READ : reach) {
	case CALL:
		((void (*)(void))(unsigned long)at)();
		break;
	case READ:
		(void)*at;
		break;
	case WRITE:
		*at = 0;
		break;
	}
	pr_notice("what was reached for is there\n");
}
