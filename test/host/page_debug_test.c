/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The zones with PAGE_POISON, PAGE_OWNER and FAULT_INJECTION, over memory that is there; and
 * what is said when they have none.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <arch/page.h>
#include <mm/boot.h>
#include <mm/fault_inject.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/meminfo.h>
#include <mm/page_owner.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/stage.h>
#include <molt/symbols.h>

#include "../../mm/page_owner_internal.h"
#include "zone_world.h"

#define RAM  0x80000000UL
#define SIZE (8 * MIB)

static const struct world small = {"8 MiB", {{RAM, RAM + SIZE, 0}}};
static char *memory;

/* The test's code stands for one function. */
const char *symbol_lookup(unsigned long address, unsigned long *offset, unsigned long *size)
{
	CHECK(address != 0);
	*offset = 0x12;
	*size = 0x100;
	return "some_function";
}

/* ---- What page_owner_init() asks of boot ---- */

struct memblock memblock;

void *zone_metadata_alloc(unsigned long size)
{
	return malloc(size);
}

static struct memblock_region ram = {.base = RAM, .size = SIZE};

static void forget_owners(void)
{
	u32 i;

	for (i = 0; owner_gibs && i < gib_count; i++)
		free(owner_gibs[i].records);
	free(owner_gibs);
	owner_gibs = NULL;
}

/* All of it is free. */
static void begin(void)
{
	forget_owners();
	memblock.memory = (struct memblock_type){.cnt = 1, .regions = &ram};
	world_begin(&small);
	page_owner_init();
	zone_release(RAM, RAM + SIZE);
	fail_page_alloc.interval = 0;
}

static bool said(const char *part)
{
	if (strstr(panic_text, part))
		return true;
	printf("it said: %s\n", panic_text);
	return false;
}

/* ---- All that is printed since the last call to listen() ---- */

static char told[1 << 16];
static size_t told_length;

static void listen(const char *text)
{
	size_t length = strlen(text);

	if (told_length + length < sizeof(told)) {
		memcpy(told + told_length, text, length + 1);
		told_length += length;
	}
}

static void start_listening(void)
{
	told_length = 0;
	told[0] = '\0';
	printk_listener = listen;
}

/* How often @part was said. */
static unsigned int times_told(const char *part)
{
	unsigned int n = 0;
	const char *at;

	for (at = told; (at = strstr(at, part)); at++)
		n++;
	return n;
}

/* ---- PAGE_POISON ---- */

static bool is_poison(const void *at, size_t size)
{
	const unsigned char *byte = at;

	while (size && *byte == 0xaa) {
		byte++;
		size--;
	}
	return !size;
}

static void free_memory_is_poison(void)
{
	void *page;

	begin();
	CHECK(is_poison(memory, SIZE));
	for (unsigned int order = 0; order <= 11; order++) {
		page = page_alloc(order, GFP_KERNEL);
		CHECK(is_poison(page, PAGE_SIZE << order));
		memset(page, 1, PAGE_SIZE << order);
		page_free(page, order);
		page = page_alloc(order, GFP_KERNEL | __GFP_ZERO);
		for (size_t at = 0; at < PAGE_SIZE << order; at++) {
			if (!CHECK(!((char *)page)[at]))
				break;
		}
		page_free(page, order);
	}
	CHECK(is_poison(memory, SIZE));
}

static void __noinline bad_alloc(unsigned int order)
{
	CHECK_PANICS(page_alloc(order, GFP_KERNEL));
}

/* One byte, anywhere, in pages that were of one order and are asked for in another. */
static void write_after_free(void)
{
	static const size_t offsets[] = {0, 1, 4095, 4096, 8 * 4096 - 1};
	char where[40];

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		char *pages;

		begin();
		pages = page_alloc(3, GFP_KERNEL);
		page_free(pages, 3);
		pages[offsets[i]] = 1;
		bad_alloc(11);
		snprintf(where, sizeof(where), "at %p, found ",
			(void *)ALIGN_DOWN((uintptr_t)(pages + offsets[i]), 8));
		CHECK(said("was written after it was freed") && said(where));
	}
}

/* Who freed the very page is known. */
static void who_freed(void)
{
	struct page_owner owner;
	char where[40];
	char *page;

	begin();
	page = page_alloc(0, GFP_KERNEL);
	page_free(page, 0);
	CHECK(page_owner_find(page, &owner) && !owner.held);
	page[7] = 0;
	bad_alloc(0);
	snprintf(where, sizeof(where), "freed from %lx:", owner.caller);
	CHECK(said(where));
}

/* ---- PAGE_OWNER ---- */

static void *__noinline take_here(unsigned int order)
{
	void *volatile pages = page_alloc(order, GFP_KERNEL);

	return pages;
}

static bool is_in(unsigned long address, const void *function)
{
	return address - (unsigned long)function < 0x100;
}

static void owner_of_each_order(void)
{
	struct page_owner owner;

	for (unsigned int order = 0; order <= 11; order++) {
		char *pages;

		begin();
		pages = take_here(order);
		CHECK(page_owner_find(pages, &owner));
		CHECK(owner.held && is_in(owner.caller, (void *)take_here));
		CHECK_EQ(owner.order, order);
		CHECK_EQ(owner.class, OWNER_FREE);
		page_owner_tell(pages, OWNER_STACKS, owner.caller);
		page_owner_tell(pages, OWNER_TABLES, 0);
		CHECK(page_owner_find(pages, &owner) && owner.class == OWNER_STACKS);
		CHECK(is_in(owner.caller, (void *)take_here));
		CHECK(!page_owner_find(pages + SIZE, &owner));
		CHECK(!page_owner_find(memory - PAGE_SIZE, &owner));
		page_free(pages, order);
		CHECK(page_owner_find(pages, &owner) && !owner.held);
	}
}

static void owners_summed_up(void)
{
	void *pages[5], *run;

	begin();
	for (int i = 0; i < 5; i++)
		pages[i] = take_here(0);
	run = take_here(9);
	page_owner_tell(run, OWNER_TABLES, (unsigned long)owners_summed_up);
	start_listening();
	page_owner_print(LOGLEVEL_INFO, 10);
	CHECK_EQ(times_told("517 pages in 6 allocations by 2 callers"), 1);
	CHECK_EQ(times_told("         512            1  tables     some_function+0x12\n"), 1);
	CHECK_EQ(times_told("           5            5  -  "), 1);
	start_listening();
	page_owner_print(LOGLEVEL_INFO, 1);
	CHECK_EQ(times_told("tables "), 1);
	CHECK_EQ(times_told("  -  "), 0);
	page_free(run, 9);
	for (int i = 0; i < 5; i++)
		page_free(pages[i], 0);
	start_listening();
	page_owner_print(LOGLEVEL_INFO, 10);
	CHECK_EQ(times_told("page owners: 0 pages in 0 allocations"), 1);
}

/* More callers than are told apart: nothing is left out of the sums. */
static void many_callers(void)
{
	void *pages[100];

	begin();
	for (int i = 0; i < 100; i++) {
		pages[i] = take_here(0);
		page_owner_tell(pages[i], OWNER_SLAB, (unsigned long)many_callers + (unsigned)i);
	}
	start_listening();
	page_owner_print(LOGLEVEL_INFO, 5);
	CHECK_EQ(times_told("100 pages in 100 allocations by 64 callers"), 1);
	CHECK_EQ(times_told("  slab  "), 5);
	CHECK_EQ(times_told("          36           36  -          more callers"), 1);
}

/* ---- FAULT_INJECTION ---- */

static u64 failures_of(unsigned int calls)
{
	u64 failures = 0;

	fail_page_alloc.calls = fail_page_alloc.failures = 0;
	while (calls--) {
		void *page = page_alloc(0, GFP_KERNEL);

		if (page)
			page_free(page, 0);
		failures += !page;
	}
	CHECK_EQ(failures, fail_page_alloc.failures);
	return failures;
}

static void set_faults(u64 interval, u64 probability, u64 times, u64 seed)
{
	fail_page_alloc.interval = interval;
	fail_page_alloc.probability = probability;
	fail_page_alloc.times = times;
	fail_page_alloc.seed = seed;
}

static void faults_at_intervals(void)
{
	begin();
	CHECK_EQ(failures_of(100), 0);
	set_faults(3, 100, ~(u64)0, 0);
	start_listening();
	CHECK_EQ(failures_of(100), 33);
	CHECK_EQ(times_told("fail_page_alloc: failure 33, at call 99, from some_function+0x12\n"),
		1);
	CHECK_EQ(times_told("fail_page_alloc: "), 33);
	CHECK_EQ(faults_injected(), 33);
	set_faults(3, 100, 5, 0);
	CHECK_EQ(failures_of(100), 5);
	set_faults(1, 100, ~(u64)0, 0);
	CHECK_EQ(failures_of(100), 100);
	CHECK(!page_alloc_node(2, GFP_KERNEL, 0) && !page_alloc(9, GFP_KERNEL));
	set_faults(1, 0, ~(u64)0, 0);
	CHECK_EQ(failures_of(100), 0);
	stage_now = STAGE_RUNNING;
	set_faults(1, 100, ~(u64)0, 0);
	CHECK_EQ(failures_of(100), 0);
	stage_now = STAGE_MOLTED;
	CHECK_EQ(zone_free_bytes(), SIZE);
}

/* By chance, but by the same one each time. */
static void faults_by_chance(void)
{
	u64 first, second;

	begin();
	set_faults(1, 25, ~(u64)0, 1);
	first = failures_of(10000);
	CHECK(first > 2300 && first < 2700);
	CHECK_EQ(failures_of(10000), first);
	set_faults(1, 25, ~(u64)0, 2);
	second = failures_of(10000);
	CHECK(second > 2300 && second < 2700 && second != first);
}

int main(void)
{
	memory = aligned_alloc(PAGE_SIZE, SIZE);
	linear_offset = (unsigned long)memory - RAM;
	stage_now = STAGE_MOLTED;
	TEST(free_memory_is_poison);
	TEST(write_after_free);
	TEST(who_freed);
	TEST(owner_of_each_order);
	TEST(owners_summed_up);
	TEST(many_callers);
	TEST(faults_at_intervals);
	TEST(faults_by_chance);
	forget_owners();
	world_end();
	free(memory);
	return check_report();
}
