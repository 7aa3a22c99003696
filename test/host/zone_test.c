/* SPDX-License-Identifier: BSD-2-Clause */
/* The zones, function by function: orders, boundaries, and each mistake that they catch. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include <arch/page.h>
#include <mm/ledger.h>
#include <mm/zone.h>
#include <mm/zone_grow.h>
#include <molt/compiler.h>
#include <molt/stage.h>

#include "../../mm/zone_internal.h"
#include "zone_world.h"

#define RAM   0x80000000UL
#define BLOCK BLOCK_SIZE

static const struct world one_gib = {"1 GiB", {{RAM, RAM + GIB, 0}}};
static const struct world small = {"16 MiB", {{RAM, RAM + 16 * MIB, 0}}};
static const struct world two_zones = {
	"around 4 GiB", {{0x100000000 - 64 * MIB, 0x100000000 + 64 * MIB, 0}}};

/* A world of whole blocks, all of it free but what comes late. */
static void begin_free(const struct world *world)
{
	const struct ram *ram = world->ram;

	world_begin(world);
	for (; ram->end; ram++) {
		if (ram->kind & LATE)
			continue;
		zone_release(ram->base, ram->end);
		for (phys_addr_t pa = ram->base; pa < ram->end; pa += BLOCK)
			model_move(pa, BLOCK / PAGE_SIZE, PAGE_HELD, PAGE_FREE);
	}
}

/* ---- What is handed out ---- */

static void gib_round_trip(void)
{
	void *gib;

	begin_free(&one_gib);
	CHECK(world_agrees());
	gib = page_alloc(18, GFP_KERNEL);
	CHECK_EQ(__pa(gib), RAM);
	CHECK_EQ(zone_free_bytes(), 0);
	CHECK(!page_alloc(0, GFP_KERNEL));
	page_free(gib, 18);
	CHECK(world_agrees());
}

/* The whole GiB in runs of one order; each alignment; then in another order back to one run. */
static void every_order(void)
{
	for (unsigned int order = 0; order <= ZONE_ORDER_MAX; order++) {
		unsigned long count = 1UL << (ZONE_ORDER_MAX - order), n;
		void **runs = malloc(count * sizeof(*runs));

		begin_free(&one_gib);
		for (n = 0; n < count; n++) {
			runs[n] = page_alloc(order, GFP_DMA32);
			if (!CHECK(runs[n]) ||
				!CHECK(IS_ALIGNED(__pa(runs[n]), PAGE_SIZE << order)) ||
				!CHECK(model_move(
					__pa(runs[n]), 1UL << order, PAGE_FREE, PAGE_TAKEN)))
				break;
		}
		CHECK(n == count && !page_alloc(0, GFP_MOVABLE));
		CHECK(world_agrees());
		for (unsigned long i = 0; i < n; i++) {
			/* An odd factor visits each once. */
			void *run = runs[i * 40503 % count];

			page_free(run, order);
			model_move(__pa(run), 1UL << order, PAGE_TAKEN, PAGE_FREE);
		}
		CHECK(world_agrees());
		free(runs);
	}
}

static void an_order_too_large(void)
{
	begin_free(&one_gib);
	CHECK(!page_alloc(19, GFP_KERNEL));
	CHECK(!page_alloc(~0U, GFP_KERNEL));
	CHECK(world_agrees());
}

static void an_order_larger_than_ram(void)
{
	begin_free(&small);
	CHECK(!page_alloc(13, GFP_KERNEL));
	CHECK(page_alloc(12, GFP_KERNEL));
	CHECK_EQ(zone_free_bytes(), 0);
}

static void zones_fall_back_downwards(void)
{
	begin_free(&two_zones);
	CHECK_EQ(zone_type_of(0xffffffff), ZONE_DMA32);
	CHECK_EQ(zone_type_of(0x100000000), ZONE_NORMAL);
	for (int i = 0; i < 32; i++)
		CHECK(__pa(page_alloc(9, GFP_MOVABLE)) >= 0x100000000);
	for (int i = 0; i < 32; i++)
		CHECK(__pa(page_alloc(9, GFP_KERNEL)) < 0x100000000);
	CHECK(!page_alloc(0, GFP_KERNEL));

	begin_free(&two_zones);
	for (int i = 0; i < 32; i++)
		CHECK(__pa(page_alloc(9, GFP_DMA32)) < 0x100000000);
	CHECK(!page_alloc(0, GFP_DMA32));
	CHECK(page_alloc(0, GFP_KERNEL));
}

/* Two zones meet at 4 GiB: blocks on both sides never become one run. */
static void zones_do_not_merge(void)
{
	void *low, *high;

	begin_free(&two_zones);
	low = page_alloc(14, GFP_DMA32);
	high = page_alloc(14, GFP_KERNEL);
	CHECK_EQ(zone_free_bytes(), 0);
	page_free(low, 14);
	page_free(high, 14);
	CHECK(!page_alloc(15, GFP_KERNEL));
	CHECK(world_agrees());
}

/* One block of each node, so that one allocation empties it. */
static const struct world four_nodes = {"a block for each node",
	{{RAM, RAM + BLOCK, 0}, {RAM + BLOCK, RAM + 2 * BLOCK, 1},
		{RAM + 2 * BLOCK, RAM + 3 * BLOCK, 2}, {RAM + 3 * BLOCK, RAM + 4 * BLOCK, 3}}};

/* By distance from the hart's node, not to it; of two as near, the next above it. */
static void nodes_by_distance(void)
{
	static const unsigned int order[4][4] = {
		{0, 1, 3, 2}, {1, 2, 3, 0}, {2, 3, 1, 0}, {3, 1, 2, 0}};

	for (unsigned int home = 0; home < 4; home++) {
		begin_free(&four_nodes);
		host_hart_node = home;
		for (unsigned int i = 0; i < 4; i++) {
			void *block = page_alloc(9, GFP_KERNEL);

			CHECK_EQ(__pa(block), RAM + order[home][i] * BLOCK);
			CHECK_EQ(page_node(block), order[home][i]);
		}
		CHECK(!page_alloc(0, GFP_KERNEL));

		begin_free(&four_nodes);
		for (unsigned int i = 0; i < 4; i++)
			CHECK_EQ(__pa(page_alloc_node(9, GFP_KERNEL, home)),
				RAM + order[home][i] * BLOCK);
		CHECK(!page_alloc_node(0, GFP_KERNEL, home));
	}
}

/* A free run of one node is not the buddy of one of another. */
static void nodes_do_not_merge(void)
{
	begin_free(&four_nodes);
	CHECK(!page_alloc(10, GFP_MOVABLE));
	CHECK(world_agrees());
}

static const struct world with_area = {
	"an area and a late range", {{RAM, RAM + BLOCK, 0}, {RAM + BLOCK, RAM + 2 * BLOCK, AREA},
					    {RAM + 2 * BLOCK, RAM + 3 * BLOCK, LATE}}};

/* Only what can be moved borrows of an area, before it takes what others need. */
static void areas_are_lent(void)
{
	begin_free(&with_area);
	world_hotplug(&with_area);
	zone_release(RAM + 2 * BLOCK, RAM + 3 * BLOCK);
	CHECK_EQ(__pa(page_alloc(9, GFP_MOVABLE)), RAM + 2 * BLOCK);
	CHECK_EQ(zone_free_bytes(), BLOCK);
	CHECK_EQ(zone_free_in(1U << ZONE_CMA), BLOCK);
	CHECK_EQ(__pa(page_alloc(9, GFP_MOVABLE)), RAM + BLOCK);
	CHECK_EQ(zone_free_in(1U << ZONE_CMA), 0);
	CHECK_EQ(__pa(page_alloc(9, GFP_MOVABLE)), RAM);
	CHECK(!page_alloc(0, GFP_MOVABLE));

	begin_free(&with_area);
	CHECK_EQ(__pa(page_alloc(9, GFP_KERNEL)), RAM);
	CHECK(!page_alloc(0, GFP_KERNEL));
	CHECK(!page_alloc(0, GFP_DMA32));
	CHECK_EQ(zone_free_in(1U << ZONE_CMA), BLOCK);
}

/* What is lent of an area is the borrower's; what is not stays the area's own. */
static void ledger_counts_areas(void)
{
	void *page;

	begin_free(&with_area);
	stage_now = STAGE_ZONES;
	ledger_ram = 2 * BLOCK;
	CHECK_EQ(ledger_bytes(OWNER_CMA), BLOCK);
	CHECK_EQ(ledger_bytes(OWNER_FREE), BLOCK);
	CHECK_EQ(ledger_difference(), 0);
	page = page_alloc(0, GFP_MOVABLE);
	ledger_add(OWNER_USER, (s64)PAGE_SIZE);
	CHECK_EQ(ledger_bytes(OWNER_CMA), BLOCK - PAGE_SIZE);
	CHECK_EQ(ledger_bytes(OWNER_FREE), BLOCK);
	CHECK_EQ(ledger_difference(), 0);
	page_free(page, 0);
	ledger_add(OWNER_USER, -(s64)PAGE_SIZE);
	CHECK_EQ(ledger_bytes(OWNER_CMA), BLOCK);
	CHECK_EQ(ledger_difference(), 0);
}

/* A zone is told of once, ascending, and none behind the last. */
static void zones_tell_of_themselves(void)
{
	struct zone_info none;
	static const struct zone_info wanted[] = {{512, 511, 0, ZONE_DMA32, 0},
		{512, 512, 0, ZONE_CMA, 0}, {0, 0, 0, ZONE_MOVABLE, 0}};

	begin_free(&with_area);
	page_alloc(0, GFP_KERNEL);
	for (unsigned int i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct zone_info info;

		CHECK(zone_info(i, &info));

		CHECK_EQ(info.pages, wanted[i].pages);
		CHECK_EQ(info.free_pages, wanted[i].free_pages);
		CHECK_EQ(info.node, 0);
		CHECK_EQ(info.type, wanted[i].type);
	}
	CHECK(!zone_info(ARRAY_SIZE(wanted), &none));
	CHECK(!zone_info(~0U, &none));
}

static void ledger_counts_zones(void)
{
	begin_free(&small);
	stage_now = STAGE_ZONES;
	ledger_ram = 16 * MIB;
	CHECK_EQ(ledger_bytes(OWNER_FREE), 16 * MIB);
	CHECK_EQ(ledger_difference(), 0);
	CHECK(page_alloc(3, GFP_KERNEL));
	CHECK_EQ(ledger_difference(), -0x8000);
	ledger_add(OWNER_SLAB, 0x8000);
	CHECK_EQ(ledger_difference(), 0);
	ledger_add(OWNER_SLAB, -0x7000);
	ledger_add(OWNER_USER, 0x8000);
	CHECK_EQ(ledger_difference(), 0x1000);
	CHECK_EQ(ledger_bytes(OWNER_SLAB), 0x1000);
}

/* ---- Mistakes ---- */

/* The callers that a panic must name. */
static void __noinline free_it(phys_addr_t pa, u64 order)
{
	page_free(__va(pa), (unsigned int)order);
	__asm__ volatile("");
}

static void __noinline release_it(phys_addr_t base, u64 end)
{
	zone_release(base, end);
	__asm__ volatile("");
}

typedef void mistake(phys_addr_t a, u64 b);

static bool __noinline panics(mistake *make, phys_addr_t a, u64 b)
{
	jmp_buf jump;

	panic_text[0] = '\0';
	panic_jump = &jump;
	if (!setjmp(jump)) {
		make(a, b);
		panic_jump = NULL;
		return false;
	}
	panic_jump = NULL;
	return true;
}

/* Whether @make panics, says @what and names the place in @make that made the mistake. */
static bool panics_saying(mistake *make, phys_addr_t a, u64 b, const char *what)
{
	const char *from;
	unsigned long address;

	if (!panics(make, a, b)) {
		printf("no panic: 0x%lx, 0x%lx should be: %s\n", a, b, what);
		return false;
	}
	from = strstr(panic_text, " from ");
	address = from ? strtoul(from + 6, NULL, 16) : 0;
	if (!strstr(panic_text, what) || address - (unsigned long)make > 512) {
		printf("panic: %s; should be: %s, from %p\n", panic_text, what, (void *)make);
		return false;
	}
	return true;
}

static void __noinline alloc_it(phys_addr_t gfp, u64 order)
{
	page_alloc((unsigned int)order, (gfp_t)gfp);
	__asm__ volatile("");
}

static void a_gfp_that_is_none(void)
{
	begin_free(&one_gib);
	CHECK(panics_saying(alloc_it, 0x40, 0, "gfp 40 is none"));
	CHECK(panics_saying(alloc_it, GFP_KERNEL | 0x80, BLOCK_ORDER, "gfp a0 is none"));
	CHECK(world_agrees());
}

/* As panics_saying(), and nothing has changed. */
static void refused(mistake *make, phys_addr_t a, u64 b, const char *what, int line)
{
	u64 before = world_digest();

	check_that(panics_saying(make, a, b, what), "refused", __FILE__, line);
	check_that(world_digest() == before, "nothing changed", __FILE__, line);
}

#define REFUSED_FREE(pa, order, what)	 refused(free_it, pa, order, what, __LINE__)
#define REFUSED_RELEASE(base, end, what) refused(release_it, base, end, what, __LINE__)

static const char already_free[] = "memory that is free already";
static const char another_order[] = "an allocation of another order";
static const char middle[] = "the middle of an allocation";
static const char never[] = "memory that was never handed out";
static const char not_aligned[] = "not aligned to its order";
static const char no_zone[] = "memory that no zone has";
static const char in_already[] = "memory that is in the zones already";

/* Every wrong order for an allocation of each order, and every wrong address in it. */
static void wrong_orders(void)
{
	for (unsigned int order = 0; order <= ZONE_ORDER_MAX; order++) {
		phys_addr_t pa;

		begin_free(&one_gib);
		pa = __pa(page_alloc(order, GFP_KERNEL));
		for (unsigned int wrong = 0; wrong <= ZONE_ORDER_MAX; wrong++) {
			if (wrong != order)
				REFUSED_FREE(pa, wrong, another_order);
		}
		REFUSED_FREE(pa, ZONE_ORDER_MAX + 1, not_aligned);
		REFUSED_FREE(pa, ~0U, not_aligned);
		REFUSED_FREE(pa + 1, order, not_aligned);
		if (order) {
			REFUSED_FREE(pa + PAGE_SIZE, order, not_aligned);
			REFUSED_FREE(pa + (PAGE_SIZE << (order - 1)), order - 1, middle);
			REFUSED_FREE(pa + (PAGE_SIZE << order) - PAGE_SIZE, 0, middle);
		}
		page_free(__va(pa), order);
		REFUSED_FREE(pa, order, already_free);
		CHECK(world_agrees());
	}
}

/* Two neighbours are not one allocation of the next order. */
static void neighbours(void)
{
	for (unsigned int order = 0; order < ZONE_ORDER_MAX; order++) {
		phys_addr_t a, b, pa;

		begin_free(&one_gib);
		a = __pa(page_alloc(order, GFP_KERNEL));
		b = __pa(page_alloc(order, GFP_KERNEL));
		pa = a < b ? a : b;
		CHECK_EQ(a ^ b, PAGE_SIZE << order);
		REFUSED_FREE(pa, order + 1, another_order);
	}
}

/* A free page in a block that is in use otherwise; a free run; the rest of a broken one. */
static void double_free(void)
{
	for (unsigned int order = 0; order <= ZONE_ORDER_MAX; order++) {
		void *first, *second;

		begin_free(&one_gib);
		first = page_alloc(order, GFP_KERNEL);
		second = page_alloc(order, GFP_KERNEL);
		page_free(first, order);
		REFUSED_FREE(__pa(first), order, already_free);
		if (!second)
			continue;
		page_free(second, order);
		REFUSED_FREE(__pa(first), order, already_free);
		REFUSED_FREE(__pa(second), order, already_free);
		CHECK(world_agrees());
	}
}

static void never_handed_out(void)
{
	world_begin(&small);
	REFUSED_FREE(RAM, 0, never);
	REFUSED_FREE(RAM, 9, never);
	REFUSED_FREE(RAM, 12, never);
	zone_release(RAM + 5 * PAGE_SIZE, RAM + BLOCK);
	REFUSED_FREE(RAM, 0, never);
	REFUSED_FREE(RAM + 4 * PAGE_SIZE, 0, never);
	REFUSED_FREE(RAM + BLOCK, 0, never);
	REFUSED_FREE(RAM, 9, another_order);

	/* In use up to the edge of what was never there. */
	while (page_alloc(0, GFP_KERNEL))
		;
	REFUSED_FREE(RAM + 4 * PAGE_SIZE, 0, never);
	REFUSED_FREE(RAM + 4 * PAGE_SIZE, 1, never);
}

static void outside_every_zone(void)
{
	begin_free(&small);
	REFUSED_FREE(RAM - PAGE_SIZE, 0, no_zone);
	REFUSED_FREE(RAM + 16 * MIB, 0, no_zone);
	REFUSED_FREE(RAM + GIB, 0, no_zone);
	REFUSED_FREE(0, 0, no_zone);
	REFUSED_FREE(0, ZONE_ORDER_MAX, no_zone);
	REFUSED_FREE(~0UL << 12, 0, no_zone);
	REFUSED_RELEASE(RAM - BLOCK, RAM, no_zone);
	REFUSED_RELEASE(RAM + 16 * MIB, RAM + 16 * MIB + PAGE_SIZE, no_zone);
	REFUSED_RELEASE(RAM + GIB, RAM + 2 * GIB, no_zone);
}

static void a_release_of_part_pages(void)
{
	world_begin(&small);
	REFUSED_RELEASE(RAM + 1, RAM + PAGE_SIZE, "not of whole pages");
	REFUSED_RELEASE(RAM, RAM + PAGE_SIZE + 1, "not of whole pages");
	zone_release(RAM, RAM);
	zone_release(RAM + 16 * MIB, RAM + 16 * MIB);
	CHECK_EQ(zone_free_bytes(), 0);
}

/* What is in the zones, free or taken, cannot come a second time. */
static void release_twice(void)
{
	static const unsigned int sizes[] = {1, 3, 511, 512, 513, 1024, 2048, 4096};
	void *page;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		phys_addr_t end = RAM + sizes[i] * PAGE_SIZE;

		world_begin(&small);
		zone_release(RAM, end);
		REFUSED_RELEASE(RAM, end, in_already);
		REFUSED_RELEASE(RAM, RAM + PAGE_SIZE, in_already);
		REFUSED_RELEASE(end - PAGE_SIZE, end, in_already);
		page = page_alloc(0, GFP_KERNEL);
		REFUSED_RELEASE(__pa(page), __pa(page) + PAGE_SIZE, in_already);
		REFUSED_RELEASE(RAM, end, in_already);
	}
}

static void release_of_a_gib_twice(void)
{
	void *gib;

	begin_free(&one_gib);
	REFUSED_RELEASE(RAM, RAM + GIB, in_already);
	REFUSED_RELEASE(RAM, RAM + BLOCK, in_already);
	REFUSED_RELEASE(RAM + 2 * BLOCK, RAM + 4 * BLOCK, in_already);
	gib = page_alloc(18, GFP_KERNEL);
	REFUSED_RELEASE(RAM, RAM + GIB, in_already);
	REFUSED_RELEASE(RAM + 5 * BLOCK, RAM + 6 * BLOCK, in_already);
	page_free(gib, 18);
	CHECK(world_agrees());
}

/* One page of a GiB that is a single run, free or taken. */
static void release_of_a_page_in_a_free_gib(void)
{
	begin_free(&one_gib);
	REFUSED_RELEASE(RAM + BLOCK, RAM + BLOCK + PAGE_SIZE, in_already);
	REFUSED_RELEASE(RAM, RAM + PAGE_SIZE, in_already);
}

static void release_of_a_page_in_a_taken_gib(void)
{
	begin_free(&one_gib);
	page_alloc(18, GFP_KERNEL);
	REFUSED_RELEASE(RAM + 3 * PAGE_SIZE, RAM + 4 * PAGE_SIZE, in_already);
}

/* The first block of what is released is new; one behind it is not. */
static void release_of_what_is_partly_in(void)
{
	static const struct part {
		phys_addr_t base, end;
	} parts[] = {
		{RAM + BLOCK, RAM + 2 * BLOCK},
		{RAM + 3 * BLOCK, RAM + 4 * BLOCK},
		{RAM + 2 * BLOCK, RAM + 4 * BLOCK},
		{RAM + BLOCK, RAM + BLOCK + PAGE_SIZE},
		{RAM + 4 * BLOCK - PAGE_SIZE, RAM + 4 * BLOCK},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(parts); i++) {
		world_begin(&small);
		zone_release(parts[i].base, parts[i].end);
		CHECK(panics_saying(release_it, RAM, RAM + 4 * BLOCK, in_already));
		world_begin(&small);
		zone_release(parts[i].base, parts[i].end);
		page_alloc(0, GFP_KERNEL);
		CHECK(panics_saying(release_it, RAM, RAM + 4 * BLOCK, in_already));
	}
}

/* A run that begins in RAM and ends behind it. */
static void release_beyond_ram(void)
{
	static const struct world three_blocks = {"6 MiB", {{RAM, RAM + 3 * BLOCK, 0}}};

	world_begin(&three_blocks);
	CHECK(panics_saying(release_it, RAM, RAM + 4 * BLOCK, no_zone));
	CHECK(zone_free_bytes() <= 3 * BLOCK);
}

/* ---- How ranges join ---- */

/* Pages come one by one, in any order, and end as whole runs. */
static void release_page_by_page(void)
{
	world_begin(&small);
	for (unsigned long n = 0; n < 4096; n++) {
		phys_addr_t pa = RAM + n * 1103 % 4096 * PAGE_SIZE;

		zone_release(pa, pa + PAGE_SIZE);
		model_move(pa, 1, PAGE_HELD, PAGE_FREE);
	}
	CHECK(world_agrees());
	CHECK(page_alloc(12, GFP_KERNEL));
}

/* A GiB whose blocks are of two zones, the edge between them inside a block. */
static const struct world shared_block = {"hotplug inside a block",
	{{RAM, RAM + 8 * MIB + 64 * KIB, 0}, {RAM + 8 * MIB + 64 * KIB, RAM + 32 * MIB, LATE}}};

static void late_memory_is_movable(void)
{
	static const struct world later = {"a late range in boot's GiB",
		{{RAM, RAM + 8 * MIB, 0}, {RAM + 8 * MIB, RAM + 16 * MIB, LATE}}};

	world_begin(&later);
	zone_release(RAM, RAM + 8 * MIB);
	world_hotplug(&later);
	zone_release(RAM + 8 * MIB, RAM + 16 * MIB);
	CHECK(!page_alloc(12, GFP_MOVABLE));
	CHECK(__pa(page_alloc(11, GFP_MOVABLE)) == RAM + 8 * MIB);
	CHECK(__pa(page_alloc(11, GFP_KERNEL)) == RAM);
	CHECK(!page_alloc(0, GFP_MOVABLE));
}

/* "Blocks that the range touches only in part belong to the zone that came first." */
static void a_shared_block_keeps_its_zone(void)
{
	world_begin(&shared_block);
	zone_release(RAM, RAM + 8 * MIB + 64 * KIB);
	world_hotplug(&shared_block);
	CHECK(page_alloc(11, GFP_DMA32));
	CHECK_EQ(__pa(page_alloc(0, GFP_DMA32)), RAM + 8 * MIB);
}

/* As above, where nothing of the block was free when the late range came. */
static void a_shared_block_that_was_held_keeps_its_zone(void)
{
	world_begin(&shared_block);
	world_hotplug(&shared_block);
	zone_release(RAM + 8 * MIB, RAM + 8 * MIB + 64 * KIB);
	CHECK(page_alloc(0, GFP_DMA32));
}

/* A pair of pages is free in each word of each block, among pairs that are not. */
static void fragment_by_pairs(void)
{
	unsigned long page, pages = 8 * MIB / PAGE_SIZE;

	for (page = 0; page < pages; page += 2)
		CHECK(page_alloc(1, GFP_KERNEL));
	for (page = 0; page < pages; page += 64)
		page_free(__va(RAM + page * PAGE_SIZE), 1);
}

/* What claims have left aside is found by its order, and not walked through for a larger. */
static void the_rest_is_listed_by_order(void)
{
	static const struct world world = {"16 MiB", {{RAM, RAM + 16 * MIB, 0}}};

	world_begin(&world);
	zone_release(RAM, RAM + 16 * MIB);
	fragment_by_pairs();
	/* The claim tries all of these, and then a new block. */
	CHECK(__pa(page_alloc(0, GFP_KERNEL)) >= RAM + 8 * MIB);
	CHECK_EQ(zones[0].page_mask, 1U << (BROKEN_REST + 1));
	CHECK(__pa(page_alloc(1, GFP_KERNEL)) < RAM + 8 * MIB);
	CHECK(__pa(page_alloc(2, GFP_KERNEL)) >= RAM + 8 * MIB);
}

int main(void)
{
	TEST(gib_round_trip);
	TEST(every_order);
	TEST(an_order_too_large);
	TEST(a_gfp_that_is_none);
	TEST(an_order_larger_than_ram);
	TEST(zones_fall_back_downwards);
	TEST(zones_do_not_merge);
	TEST(nodes_by_distance);
	TEST(nodes_do_not_merge);
	TEST(areas_are_lent);
	TEST(ledger_counts_areas);
	TEST(zones_tell_of_themselves);
	TEST(ledger_counts_zones);
	TEST(wrong_orders);
	TEST(neighbours);
	TEST(double_free);
	TEST(never_handed_out);
	TEST(outside_every_zone);
	TEST(a_release_of_part_pages);
	TEST(release_twice);
	TEST(release_of_a_gib_twice);
	TEST(release_of_a_page_in_a_free_gib);
	TEST(release_of_a_page_in_a_taken_gib);
	TEST(release_of_what_is_partly_in);
	TEST(release_beyond_ram);
	TEST(release_page_by_page);
	TEST(late_memory_is_movable);
	TEST(a_shared_block_keeps_its_zone);
	TEST(a_shared_block_that_was_held_keeps_its_zone);
	TEST(the_rest_is_listed_by_order);
	world_end();
	return check_report();
}
