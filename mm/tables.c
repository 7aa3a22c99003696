// SPDX-License-Identifier: BSD-2-Clause
#include <mm/ledger.h>
#include <mm/tables.h>
#include <mm/zone.h>

static phys_addr_t table_alloc(void)
{
	void *page = page_alloc(0, GFP_KERNEL);

	if (!page)
		return PHYS_ADDR_MAX;
	ledger_add(OWNER_TABLES, PAGE_SIZE);
	return __pa(page);
}

void *linear_table_access(phys_addr_t table, unsigned int level)
{
	(void)level;
	return __va(table);
}

const struct page_source zone_page_source = {table_alloc, linear_table_access};
