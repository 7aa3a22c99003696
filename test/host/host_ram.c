/* SPDX-License-Identifier: BSD-2-Clause */
/* Apart from the tests, as the host's rights of mappings have the names of the kernel's. */
#include "host_ram.h"

#include <sys/mman.h>

bool host_ram(unsigned long at, unsigned long size)
{
	void *ram = mmap((void *)at, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	return ram == (void *)at;
}
