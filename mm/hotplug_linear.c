// SPDX-License-Identifier: BSD-2-Clause
/* The linear map grows and shrinks with memory, at the largest leaves. */
#include "hotplug_internal.h"
#include <arch/paging.h>
#include <mm/tables.h>
#include <molt/panic.h>

#define LINEAR_PROT (PROT_READ | PROT_WRITE)

static virt_addr_t linear(phys_addr_t pa)
{
	return (virt_addr_t)__va(pa);
}

void linear_cost(phys_addr_t from, phys_addr_t limit, struct memory_cost *cost)
{
	phys_addr_t base, end = from;
	virt_addr_t before = 0;

	while (ranges_part(&base, &end, limit)) {
		struct paging_cost part = paging_map_cost(
			&kernel_space, linear(base), base, end - base, LINEAR_PROT, before);

		cost->tables += ((s64)part.drawn - (s64)part.folded) * (s64)PAGE_SIZE;
		cost->needed += part.drawn * PAGE_SIZE;
		before = linear(end) - 1;
	}
}

/* What is recorded in [from, limit) is mapped no more. It was, up to its last piece. */
static void unmap_range(phys_addr_t from, phys_addr_t limit, struct table_chain *tables)
{
	phys_addr_t base, end = from;

	while (ranges_part(&base, &end, limit))
		paging_unmap(&kernel_space, linear(base), end - base);
	paging_prune(&kernel_space, linear(from), limit - from, tables);
}

static void fold_range(phys_addr_t from, phys_addr_t limit, struct table_chain *tables)
{
	phys_addr_t base, end = from;

	while (ranges_part(&base, &end, limit))
		paging_fold(&kernel_space, linear(base), base, end - base, LINEAR_PROT, tables);
}

/* Tables are nobody's until every hart is fenced. */
static void free_tables(struct table_chain *tables)
{
	tables_fence();
	paging_free_tables(&kernel_space, tables);
}

int linear_map(phys_addr_t from, phys_addr_t limit)
{
	struct table_chain tables = {0};
	phys_addr_t base, end = from;
	int err = 0;

	while (!err && ranges_part(&base, &end, limit))
		err = paging_map(&kernel_space, linear(base), base, end - base, LINEAR_PROT);
	if (err) {
		unmap_range(from, base, &tables);
		paging_prune(&kernel_space, linear(base), end - base, &tables);
	} else {
		fold_range(from, limit, &tables);
	}
	free_tables(&tables);
	return err;
}

int linear_split(phys_addr_t base, phys_addr_t end)
{
	return paging_split(&kernel_space, linear(base), end - base);
}

void linear_fold(phys_addr_t base, phys_addr_t end)
{
	struct table_chain tables = {0};

	fold_range(base, end, &tables);
	free_tables(&tables);
}

void linear_unmap(phys_addr_t base, phys_addr_t end)
{
	struct table_chain tables = {0};

	unmap_range(base, end, &tables);
	free_tables(&tables);
}

static void must_not_be_mapped(phys_addr_t base, phys_addr_t end)
{
	unsigned long span;

	for (; base < end; base = ALIGN_DOWN(base, span) + span) {
		if (paging_lookup(&kernel_space, linear(base), &span) != PHYS_ADDR_MAX)
			panic("page tables: offline memory at %lx is mapped", base);
	}
}

void linear_audit(void)
{
	const struct memory_range *range;
	unsigned int i;

	for (i = 0; (range = hotplug_range(i)); i++) {
		if (range->state == MEMORY_OFFLINE)
			must_not_be_mapped(range->base, range->end);
	}
}
