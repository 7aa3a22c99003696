/* SPDX-License-Identifier: BSD-2-Clause */
/* Self checks after the molt; each prints one `@molt` line. */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include <molt/config.h>
#include <molt/types.h>

/**
 * checks_run - run all of them
 * Returns whether every one passed. Leaves memory as it was, but that what was offline
 * is online. Other harts idle meanwhile.
 */
bool checks_run(void);

/* Report check @name; @figures is "" or more JSON members, ",\"bytes\":1". Returns @ok. */
bool check_report(const char *name, bool ok, const char *figures);

/*
 * A call that may be made to fail (FAULT_INJECTION) is made again, so often at most:
 *	do object = kmalloc(...); while (!object && check_again(&tries));
 */
struct check_tries {
	u64 failures;
	unsigned int count;
};
bool check_was_injected(struct check_tries *tries);

static inline bool check_again(struct check_tries *tries)
{
	return IS_ENABLED(CONFIG_FAULT_INJECTION) && check_was_injected(tries);
}

/* Allocate all that is free, see that nothing comes twice, free it. */
bool check_alloc_all(void);

/* Allocate objects of every size, see that none comes twice, free them: the books are as before. */
bool check_slab(void);

/* All harts allocate and free at once; nothing is lost. Where there are more, or on request.
 * [STRESS_CHECK] */
bool check_stress(void);

/* Every hart is online; those that boot left stopped are started now, and work. */
bool check_harts(void);

/* What such a hart does first: allocate and free. On that hart. */
void check_late_hart(void);

/* Take many kernel stacks, use them to their ends, give them back. */
bool check_stack(void);

/* Take ranges and contiguous areas from beneath pages that can be moved. [CONTIG_ALLOC] */
bool check_contig(void);

/* Bring offline memory in and use all of it. [MEMORY_HOTPLUG] */
bool check_hotplug(void);

/* The kernel reads and writes what is a user's, and nothing else, at a user's word. [UACCESS_CHECK] */
bool check_uaccess(void);

/* memblock still answers after the hand-over. [ARCH_DISCARD_MEMBLOCK=n] */
bool check_memblock(void);

#endif
