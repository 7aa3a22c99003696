// SPDX-License-Identifier: BSD-2-Clause
/* Code is patched through another mapping of it, which is writable from then on. */
#include <arch/paging.h>
#include <core/bugs.h>
#include <mm/tables.h>
#include <molt/compiler.h>
#include <molt/sections.h>

static void patch(char *instruction, char byte)
{
	virt_addr_t alias = (virt_addr_t)__va(image_to_phys(instruction));

	paging_protect(
		&kernel_space, ALIGN_DOWN(alias, PAGE_SIZE), PAGE_SIZE, PROT_READ | PROT_WRITE);
	tables_fence();
	*(char *)alias = byte;
}

void bug_plant_after_molt(void)
{
	patch(__text_begin, *__text_begin);
}
