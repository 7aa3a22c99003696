/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The audit of page tables: what no mapping may be, whoever made it. [DEBUG_WX]
 *
 * Every page of memory has one set of rights, which all of its mappings share: so none is
 * writable here and executable there. What is told of no page is that it may be read and
 * written.
 */
#ifndef ARCH_WX_H
#define ARCH_WX_H

#include <arch/paging.h>

/* Physical memory that is mapped with the rights @most at most; 0: not at all. */
struct wx_range {
	phys_addr_t base, end;
	enum prot most;
};

struct wx_rules {
	/* Ranges that do not overlap, in two lists. */
	struct wx_list {
		const struct wx_range *ranges;
		unsigned int count;
	} image, firmware;
	/* Virtual addresses where nothing is mapped; from == to: there are none. */
	virt_addr_t gone_from, gone_to;
};

/* What the tables hold. */
struct wx_counts {
	u64 tables;
	u64 leaves[3];			    /* by level: 4 KiB, 2 MiB, 1 GiB */
	u64 executable, constant, writable; /* bytes of addresses */
};

/* The entry that breaks a rule, and which. */
struct wx_finding {
	const char *rule;
	virt_addr_t va;
	phys_addr_t pa;
	unsigned int level; /* 0: it can only map a page */
	u64 entry;
};

/**
 * wx_audit - walk all that is reached from the root table at @root
 * @access: shows a table, as in struct page_source
 * @counts: what there is, up to the finding
 *
 * The tables do not change meanwhile. Returns whether every entry keeps the rules; if not,
 * @finding is the first that does not.
 */
bool wx_audit(phys_addr_t root, void *(*access)(phys_addr_t table, unsigned int level),
	const struct wx_rules *rules, struct wx_counts *counts, struct wx_finding *finding);

#endif
