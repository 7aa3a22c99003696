// SPDX-License-Identifier: BSD-2-Clause
/* The kernel's address space on a hart: where things lie, and satp. */
#include "sv39.h"
#include <asm/csr.h>
#include <asm/layout.h>
#include <molt/config.h>
#include <molt/init.h>

phys_addr_t image_phys;
unsigned long linear_offset;
struct address_space kernel_space;

const virt_addr_t linear_window = LINEAR_VA;
const unsigned long linear_window_size = LINEAR_SIZE;
const virt_addr_t image_window = KIMAGE_VA;
const unsigned long image_window_size = KIMAGE_SIZE;
const virt_addr_t early_window = EARLY_WINDOW_VA;
const unsigned long early_window_size = EARLY_WINDOW_SIZE;

unsigned long paging_satp(const struct address_space *space)
{
	return SATP_MODE_SV39 | space->root >> PAGE_SHIFT;
}

phys_addr_t paging_live_root(void)
{
	return (csr_read(satp) & SATP_PPN) << PAGE_SHIFT;
}

void paging_fence(void)
{
	__asm__ volatile("sfence.vma" ::: "memory");
	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		fence_done_here();
}

void __init paging_activate(const struct address_space *space)
{
	csr_write(satp, paging_satp(space));
	paging_fence();
}
