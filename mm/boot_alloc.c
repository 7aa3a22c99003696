// SPDX-License-Identifier: BSD-2-Clause
/* What boot takes for good: each piece has its owner from the start. */
#include <mm/boot.h>
#include <mm/memblock.h>
#include <molt/panic.h>

phys_addr_t boot_alloc(unsigned long size, unsigned long align, unsigned int owner)
{
	phys_addr_t pa = memblock_phys_alloc(size, align);

	if (pa && memblock_set_owner(pa, size, owner))
		panic("memblock: no entry left for %lu bytes at %lx", size, pa);
	return pa;
}
