// SPDX-License-Identifier: BSD-2-Clause
/* stacks: many at once, each used to its ends and no further, and nothing is left of them. */
#include <arch/paging.h>
#include <core/check.h>
#include <lib/printf.h>
#include <mm/kmap.h>
#include <mm/ledger.h>

/* So many that their window takes more than one page table. */
#define STACKS 300

/* The lowest bytes of a stack bear its number and lead to the one before; the highest, too. */
struct foot {
	struct foot *before;
	u64 number;
};

static u64 *top_of(struct foot *stack)
{
	return (u64 *)((char *)stack + STACK_SIZE) - 1;
}

static bool is_mapped(const void *at)
{
	unsigned long span;

	return paging_lookup(&kernel_space, (virt_addr_t)at, &span) != PHYS_ADDR_MAX;
}

/* Whether a page above and a page below are not there. */
static bool is_guarded(const struct foot *stack)
{
	return !is_mapped((const char *)stack - 1) && !is_mapped((const char *)stack + STACK_SIZE);
}

/* Add stacks to the list until there are @count or there is no memory. */
static struct foot *grow(struct foot *list, u64 count)
{
	u64 number = list ? list->number : 0;

	while (number < count) {
		struct check_tries tries = {0};
		struct foot *stack;

		do
			stack = stack_alloc();
		while (!stack && check_again(&tries));
		if (!stack)
			break;
		*stack = (struct foot){list, ++number};
		*top_of(stack) = number;
		list = stack;
	}
	return list;
}

/* Give back the newest @count, and the others where they are still what they were. */
static bool shrink(struct foot **list, u64 count)
{
	bool ok = true;

	for (; *list && count; count--) {
		struct foot *stack = *list;

		ok = ok && *top_of(stack) == stack->number && is_guarded(stack);
		*list = stack->before;
		stack_free(stack);
		ok = ok && !is_mapped(stack);
	}
	return ok;
}

bool check_stack(void)
{
	u64 free = ledger_bytes(OWNER_FREE), tables = ledger_bytes(OWNER_TABLES);
	u64 stacks = ledger_bytes(OWNER_STACKS), most;
	struct foot *list = grow(NULL, STACKS), *newest = list;
	char figures[40];
	bool ok;

	most = list ? list->number : 0;
	ok = most && ledger_bytes(OWNER_STACKS) == stacks + most * STACK_SIZE;
	ok = ok && shrink(&list, most / 2);
	/* The same addresses again, the lowest first. */
	list = grow(list, most);
	ok = ok && list == newest;
	ok = shrink(&list, most) && ok;
	ok = ok && ledger_bytes(OWNER_FREE) == free && ledger_bytes(OWNER_TABLES) == tables &&
	     ledger_bytes(OWNER_STACKS) == stacks;
	snprintf(figures, sizeof(figures), ",\"stacks\":%lu", most);
	return check_report("stacks", ok, figures);
}
