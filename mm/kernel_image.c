// SPDX-License-Identifier: BSD-2-Clause
/* Where the image lies that runs. */
#include <arch/paging.h>
#include <mm/boot.h>
#include <molt/compiler.h>
#include <molt/sections.h>

const struct kernel_part *kernel_parts(void)
{
	static struct kernel_part parts[5];
	const struct kernel_part now[] = {
		{image_to_phys(__text_begin), SECTION_SIZE(text), OWNER_TEXT},
		{image_to_phys(__rodata_begin), SECTION_SIZE(rodata), OWNER_RODATA},
		{image_to_phys(__data_begin), SECTION_SIZE(data), OWNER_DATA},
		{image_to_phys(__init_begin), SECTION_SIZE(init), OWNER_INIT},
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(now); i++)
		parts[i] = now[i];
	return parts;
}
