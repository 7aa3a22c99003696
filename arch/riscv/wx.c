// SPDX-License-Identifier: BSD-2-Clause
/*
 * DEBUG_WX: every entry of the tables that hardware walks, held against the rules.
 * Privileged ISA 20211203, sections 4.3 and 4.4.
 */
#include <arch/wx.h>
#include <asm/pte.h>
#include <molt/compiler.h>

struct audit {
	void *(*access)(phys_addr_t table, unsigned int level);
	const struct wx_rules *rules;
	struct wx_counts *counts;
	struct wx_finding *finding;
};

/* The user's half: the lower half of the root table. */
#define USER_ENTRIES (PTES_PER_TABLE / 2)

/* What is wrong with an entry by itself; NULL: nothing. */
static const char *entry_fault(pte_t entry, unsigned int level)
{
	if (entry & PTE_RESERVED)
		return "reserved bits are set";
	if (pte_is_table(entry)) {
		if (entry & (PTE_A | PTE_D | PTE_U))
			return "a table has the bits of a leaf";
		return level ? NULL : "a table where there can only be a page";
	}
	if (entry & PTE_U)
		return "open to user code";
	if (!(entry & PTE_R))
		return entry & PTE_W ? "writable, not readable" : "executable, not readable";
	if (!IS_ALIGNED(pte_phys(entry), pte_span(level)))
		return "not aligned to its size";
	if (!(entry & PTE_A) || (entry & (PTE_W | PTE_D)) == PTE_W)
		return "accessed or dirty is not set";
	return (entry & PTE_W) && (entry & PTE_X) ? "writable and executable" : NULL;
}

/* Whether memory of @range may not be mapped as @entry does. */
static const char *range_fault(const struct wx_range *range, pte_t entry)
{
	if (!range->most)
		return "memory that is not to be mapped";
	if ((entry & PTE_W) && !(range->most & PROT_WRITE))
		return range->most & PROT_EXEC ? "code is writable" : "constants are writable";
	if ((entry & PTE_X) && !(range->most & PROT_EXEC))
		return "executable, and no code";
	return NULL;
}

/* The same of all ranges of a list. @code counts the bytes that may be executable. */
static const char *list_fault(const struct wx_list *list, phys_addr_t pa, unsigned long span,
	pte_t entry, unsigned long *code)
{
	const char *fault = NULL;
	unsigned int i;

	for (i = 0; !fault && i < list->count; i++) {
		const struct wx_range *range = &list->ranges[i];
		phys_addr_t from = range->base > pa ? range->base : pa;
		phys_addr_t to = range->end < pa + span ? range->end : pa + span;

		if (from >= to)
			continue;
		fault = range_fault(range, entry);
		if (range->most & PROT_EXEC)
			*code += to - from;
	}
	return fault;
}

static const char *leaf_fault(
	const struct audit *audit, virt_addr_t va, pte_t entry, unsigned int level)
{
	const struct wx_rules *rules = audit->rules;
	unsigned long span = pte_span(level), code = 0;
	phys_addr_t pa = pte_phys(entry);
	const char *fault = entry_fault(entry, level);

	if (!fault)
		fault = list_fault(&rules->image, pa, span, entry, &code);
	if (!fault)
		fault = list_fault(&rules->firmware, pa, span, entry, &code);
	if (!fault && (entry & PTE_X) && code < span)
		fault = "executable, and no code";
	if (!fault && va < rules->gone_to && va + (span - 1) >= rules->gone_from)
		fault = "mapped where nothing is any more";
	return fault;
}

static void count_leaf(struct wx_counts *counts, pte_t entry, unsigned int level)
{
	u64 *bytes = entry & PTE_X   ? &counts->executable
		     : entry & PTE_W ? &counts->writable
				     : &counts->constant;

	counts->leaves[level]++;
	*bytes += pte_span(level);
}

static bool walk(const struct audit *audit, phys_addr_t table, unsigned int level, virt_addr_t va)
{
	const pte_t *entries = audit->access(table, level);
	unsigned int i;

	audit->counts->tables++;
	for (i = 0; i < PTES_PER_TABLE; i++, va += pte_span(level)) {
		pte_t entry = entries[i];
		const char *fault;

		if (level == SV39_ROOT_LEVEL && i == USER_ENTRIES)
			va = -(virt_addr_t)USER_ENTRIES * pte_span(level);
		if (!(entry & PTE_V))
			continue;
		fault = pte_is_table(entry) ? entry_fault(entry, level)
					    : leaf_fault(audit, va, entry, level);
		if (level == SV39_ROOT_LEVEL && i < USER_ENTRIES)
			fault = "mapped in the user's half";
		if (fault) {
			*audit->finding =
				(struct wx_finding){fault, va, pte_phys(entry), level, entry};
			return false;
		}
		if (!pte_is_table(entry))
			count_leaf(audit->counts, entry, level);
		else if (!walk(audit, pte_phys(entry), level - 1, va))
			return false;
	}
	return true;
}

bool wx_audit(phys_addr_t root, void *(*access)(phys_addr_t table, unsigned int level),
	const struct wx_rules *rules, struct wx_counts *counts, struct wx_finding *finding)
{
	const struct audit audit = {access, rules, counts, finding};

	*counts = (struct wx_counts){0};
	return walk(&audit, root, SV39_ROOT_LEVEL, 0);
}
