/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel stacks in a window of 4 MiB at the end of all addresses: where they lie, what their
 * failure leaves, and what has been fenced when. By hand, then at random.
 *
 *	kmap_test [OPERATIONS [SEED]]
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arch/hart.h>
#include <arch/paging.h>
#include <mm/kmap.h>
#include <mm/ledger.h>
#include <mm/tables.h>
#include <mm/zone.h>
#include <molt/compiler.h>

#define WINDOW	    0x400000UL
#define IMAGE	    0x3000UL
#define WINDOW_BASE (0 - WINDOW + IMAGE)
#define PITCH	    (STACK_SIZE + PAGE_SIZE)
#define STACKS_MAX  ((WINDOW - IMAGE - PAGE_SIZE) / PITCH)

/* ---- The kernel around it ---- */

const virt_addr_t image_window = 0 - WINDOW;
const unsigned long image_window_size = WINDOW;
__asm__(".data\n.globl __image_begin, __image_end\n__image_begin:\n.skip 0x3000\n__image_end:\n");

struct address_space kernel_space;

static u64 owned[OWNER_COUNT];
static unsigned long pages_used, pages_max;
static bool fence_fails;

/* Fences so far, and how many there had been when a call began; pages freed before one. */
static unsigned long fences, fences_before, others_before, others, early;

void ledger_add(enum ledger_owner owner, s64 bytes)
{
	owned[owner] += (u64)bytes;
}

void *page_alloc(unsigned int order, gfp_t gfp)
{
	if (order || gfp != GFP_KERNEL || pages_used >= pages_max)
		return NULL;
	pages_used++;
	return memset(aligned_alloc(PAGE_SIZE, PAGE_SIZE), 0x5a, PAGE_SIZE);
}

/* Nobody may have cached the page, or walk the table, any more; one was perhaps never mapped. */
void page_free(void *page, unsigned int order)
{
	early += fences == fences_before || others == others_before;
	CHECK(order == 0 && early <= 1);
	pages_used--;
	free(page);
}

/* All tables here are the zones'. */
int page_order(const void *page)
{
	(void)page;
	return 0;
}

void zone_release(phys_addr_t base, phys_addr_t end)
{
	CHECK_EQ(base, end);
}

void paging_fence(void)
{
	fences++;
}

int hart_fence_others(void)
{
	others++;
	return fence_fails ? -1 : 0;
}

/* ---- By hand ---- */

static void fence_begin(void)
{
	fences_before = fences;
	others_before = others;
	early = 0;
}

static void give_back(void *stack)
{
	fence_begin();
	stack_free(stack);
	CHECK_EQ(early, 0);
}

static bool is_mapped(virt_addr_t va)
{
	unsigned long span;

	return paging_lookup(&kernel_space, va, &span) != PHYS_ADDR_MAX;
}

/* Mapped to its ends, to pages of its own, and no further. */
static bool is_whole(const void *stack)
{
	virt_addr_t va = (virt_addr_t)stack;
	unsigned long span;

	for (virt_addr_t at = va; at < va + STACK_SIZE; at += PAGE_SIZE) {
		for (virt_addr_t other = va; other < at; other += PAGE_SIZE) {
			if (paging_lookup(&kernel_space, at, &span) ==
				paging_lookup(&kernel_space, other, &span))
				return false;
		}
		if (!is_mapped(at))
			return false;
	}
	return !is_mapped(va - 1) && !is_mapped(va + STACK_SIZE);
}

/* Nothing but the root table is left of it all. */
static bool nothing_lost(void)
{
	return pages_used == 1 && owned[OWNER_STACKS] == 0 && owned[OWNER_TABLES] == PAGE_SIZE;
}

/* @number-th place in the window. */
static void *place(unsigned long number)
{
	return (void *)(WINDOW_BASE + PAGE_SIZE + number * PITCH);
}

static void one_after_the_other(void)
{
	for (unsigned long i = 0; i < 5; i++) {
		fence_begin();
		CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(i));
		CHECK(is_whole(place(i)) && fences > fences_before && others > others_before);
		CHECK_EQ(owned[OWNER_STACKS], (i + 1) * STACK_SIZE);
	}
	give_back(place(1));
	give_back(place(3));
	CHECK(!is_mapped((virt_addr_t)place(1)) && is_whole(place(2)));
	CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(1));
	CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(3));
	CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(5));
	for (unsigned long i = 0; i < 6; i++)
		give_back(place(i));
	CHECK(nothing_lost());
}

static void window_is_full(void)
{
	for (unsigned long i = 0; i < STACKS_MAX; i++)
		CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(i));
	for (unsigned int i = 0; i < 3; i++)
		CHECK(!stack_alloc());
	CHECK_EQ(owned[OWNER_STACKS], STACKS_MAX * STACK_SIZE);
	give_back(place(STACKS_MAX - 1));
	CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(STACKS_MAX - 1));
	give_back(place(7));
	CHECK_EQ((unsigned long)stack_alloc(), (unsigned long)place(7));
	CHECK(!stack_alloc());
	for (unsigned long i = STACKS_MAX; i-- > 0;)
		give_back(place(i));
	CHECK(nothing_lost());
}

/* With @taken stacks there, memory runs out at each step of the next. */
static void out_of_memory_behind(unsigned long taken)
{
	unsigned long used, failures = 0;
	void *stack = NULL;

	for (unsigned long i = 0; i < taken; i++)
		stack_alloc();
	used = pages_used;
	for (pages_max = used; !stack && failures < 20; pages_max++) {
		fence_begin();
		stack = stack_alloc();
		if (stack)
			break;
		failures++;
		CHECK_EQ(pages_used, used);
		CHECK_EQ(owned[OWNER_STACKS], taken * STACK_SIZE);
	}
	CHECK_EQ((unsigned long)stack, (unsigned long)place(taken));
	CHECK_EQ(failures, pages_used - used);
	pages_max = ~0UL;
	for (unsigned long i = 0; i <= taken; i++)
		give_back(place(i));
	CHECK(nothing_lost());
}

static void out_of_memory(void)
{
	out_of_memory_behind(0);
	out_of_memory_behind(1);
	/* Up to the one whose pages lie in two tables, and one that begins in the second. */
	for (unsigned long i = 0; i < 4; i++)
		out_of_memory_behind((0x200000 - IMAGE) / PITCH + i - 2);
}

static void wrong_frees(void)
{
	char *stack = stack_alloc(), *next = stack_alloc(),
	     *wrong[] = {stack + PAGE_SIZE, stack - PAGE_SIZE, stack + 8, stack + STACK_SIZE,
		     next + PITCH, NULL, (char *)image_window, (char *)__builtin_frame_address(0)};

	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		CHECK_PANICS(give_back(wrong[i]));
		CHECK(strstr(panic_text, "no stack"));
		CHECK(is_whole(stack) && is_whole(next));
	}
	give_back(stack);
	CHECK_PANICS(give_back(stack));
	give_back(next);
	CHECK(nothing_lost());
}

/* A firmware that does not fence ends the machine: nothing that is cached becomes anybody's. */
static void no_fence(void)
{
	unsigned long used;
	void *stack = stack_alloc();

	fence_fails = true;
	used = pages_used;
	CHECK_PANICS(stack_alloc());
	CHECK(strstr(panic_text, "does not fence"));
	CHECK_EQ(pages_used, used + CONFIG_KERNEL_STACK_PAGES);
	fence_fails = false;
	give_back(place(1));
	give_back(stack);
	CHECK(nothing_lost());
}

/* ---- At random ---- */

static u64 random_state;

static unsigned long pick(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

static bool in_use[STACKS_MAX];

static unsigned long lowest_free(void)
{
	unsigned long i = 0;

	while (i < STACKS_MAX && in_use[i])
		i++;
	return i;
}

static bool random_operation(bool growing)
{
	unsigned long i = pick(STACKS_MAX), low = lowest_free(), before = pages_used;
	void *stack;

	if (in_use[i] && pick(growing ? 4 : 2) == 0) {
		give_back(place(i));
		in_use[i] = false;
		return !is_mapped((virt_addr_t)place(i));
	}
	if (!pick(4))
		pages_max = before + pick(CONFIG_KERNEL_STACK_PAGES + 2);
	fence_begin();
	stack = stack_alloc();
	if (!stack && pages_max != ~0UL) {
		pages_max = ~0UL;
		return pages_used == before;
	}
	pages_max = ~0UL;
	if (low == STACKS_MAX)
		return !stack && pages_used == before;
	in_use[low] = true;
	return stack == place(low) && is_whole(stack);
}

static unsigned long operation_count = 20000;

static void random_operations(void)
{
	for (unsigned long n = 0; n < operation_count; n++) {
		if (!CHECK(random_operation(n / 1000 % 2 == 0))) {
			printf("operation %lu\n", n);
			return;
		}
	}
	for (unsigned long i = 0; i < STACKS_MAX; i++) {
		if (in_use[i])
			give_back(place(i));
	}
	CHECK(nothing_lost());
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	pages_max = ~0UL;
	kernel_space.source = &zone_page_source;
	if (paging_init(&kernel_space))
		return 1;
	TEST(one_after_the_other);
	TEST(window_is_full);
	TEST(out_of_memory);
	TEST(wrong_frees);
	TEST(no_fence);
	TEST(random_operations);
	return check_report();
}
