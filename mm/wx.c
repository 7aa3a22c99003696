// SPDX-License-Identifier: BSD-2-Clause
/* What the image's pages may be mapped as, and where the audit is made. */
#include "wx_internal.h"
#include <mm/tables.h>
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/sections.h>
#include <molt/stage.h>

struct wx_counts wx_counts;
struct wx_list wx_firmware;

#define PART(name, most)                                                               \
	{                                                                              \
		image_to_phys(__##name##_begin), image_to_phys(__##name##_end), (most) \
	}

void wx_check_through(
	void *(*access)(phys_addr_t table, unsigned int level), const struct wx_list *firmware)
{
	const struct wx_range image[] = {
		PART(text, PROT_READ | PROT_EXEC),
		PART(rodata, PROT_READ),
		PART(init_text, PROT_READ | PROT_EXEC),
		PART(init_rodata, PROT_READ),
	};
	/* Two of them are plain memory after the molt, and no part of the image. */
	bool molted = stage_reached(STAGE_MOLTED);
	const struct wx_rules rules = {
		.image = {image, molted ? 2 : ARRAY_SIZE(image)},
		.firmware = *firmware,
		.gone_from = (virt_addr_t)__init_begin,
		.gone_to = (virt_addr_t)(molted ? __init_end : __init_begin),
	};
	struct wx_finding finding;

	if (!wx_audit(paging_live_root(), access, &rules, &wx_counts, &finding))
		panic("page tables: %s: %lx -> %lx, level %u, entry %lx", finding.rule, finding.va,
			finding.pa, finding.level, finding.entry);
}

void wx_check(void)
{
	wx_check_through(linear_table_access, &wx_firmware);
}
