// SPDX-License-Identifier: BSD-2-Clause
/* The image's parts and their rights, for the early and the final tables. */
#include <arch/paging.h>
#include <molt/sections.h>

#define PART(name, prot, shed)                                                               \
	{                                                                                    \
		(virt_addr_t) __##name##_begin, (virt_addr_t)__##name##_end, (prot), (shed), \
	}

const struct image_part image_parts[] = {
	PART(text, PROT_READ | PROT_EXEC, false),
	PART(rodata, PROT_READ, false),
	PART(data, PROT_READ | PROT_WRITE, false),
	PART(init_text, PROT_READ | PROT_EXEC, true),
	PART(init_rodata, PROT_READ, true),
	PART(init_data, PROT_READ | PROT_WRITE, true),
	{0},
};
