/* SPDX-License-Identifier: BSD-2-Clause */
/* Target fdt: the input is a blob, with all that may be wrong with it. */
#include "fuzz.h"

#include <mm/boot.h>

/* As `memmap` reads it, where nothing else is there; and as a kernel at its usual place does. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct kernel_part kernel[] = {
		{0x80200000, 0x3000, OWNER_TEXT}, {0x80203000, 0x15000, OWNER_INIT}, {.size = 0}};

	fuzz_read(data, size, PHYS_ADDR_MAX, NULL);
	fuzz_read(data, size, 0x87e00000, kernel);
	return 0;
}
