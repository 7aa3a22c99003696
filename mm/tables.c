// SPDX-License-Identifier: BSD-2-Clause
#include <arch/hart.h>
#include <mm/ledger.h>
#include <mm/page_owner.h>
#include <mm/tables.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/panic.h>

static phys_addr_t table_alloc(void)
{
	void *page = page_alloc(0, GFP_KERNEL);

	if (!page)
		return PHYS_ADDR_MAX;
	ledger_add(OWNER_TABLES, PAGE_SIZE);
	if (IS_ENABLED(CONFIG_PAGE_OWNER))
		page_owner_tell(page, OWNER_TABLES, CALLER);
	return __pa(page);
}

static void table_free(phys_addr_t table)
{
	ledger_add(OWNER_TABLES, -(s64)PAGE_SIZE);
	/* Boot drew its tables from memblock: the zones have not had those so far. */
	if (page_order(__va(table)) < 0)
		zone_release(table, table + PAGE_SIZE);
	else
		page_free(__va(table), 0);
}

void *linear_table_access(phys_addr_t table, unsigned int level)
{
	(void)level;
	return __va(table);
}

const struct page_source zone_page_source = {table_alloc, table_free, linear_table_access};

void tables_fence(void)
{
	paging_fence();
	if (hart_fence_others())
		panic("the firmware does not fence the other harts");
}
