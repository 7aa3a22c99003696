/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges, contiguous memory and contiguous areas, one subject after the other. */
#include "check.h"

#include <string.h>

#include <arch/page.h>
#include <mm/contig.h>
#include <molt/compiler.h>
#include <molt/err.h>

#include "../../mm/cma_internal.h"
#include "range_world.h"

#define RAM   0x80000000UL
#define BLOCK BLOCK_SIZE

static const struct world small = {"16 MiB", {{RAM, RAM + 16 * MIB, 0}}};
static const struct world one_gib = {"1 GiB", {{RAM, RAM + GIB, 0}}};
static const struct world three_gib = {"3 GiB", {{RAM - GIB, RAM + 2 * GIB, 0}}};
static const struct world ragged = {
	"a hole", {{RAM, RAM + MIB, 0}, {RAM + 3 * MIB, RAM + 8 * MIB, 0}}};
static const struct world with_area = {
	"an area", {{RAM, RAM + 4 * MIB, 0}, {RAM + 4 * MIB, RAM + 8 * MIB, AREA}}};

static struct range_pin pin;

/* An allocation of owner 0 at @pa, which is free: others are had, and dropped again. */
static struct held *movable_at(phys_addr_t pa, unsigned int order)
{
	unsigned long first = held_total;
	struct held *held;

	while ((held = hold_pages(order, 0, GFP_MOVABLE)) && held->pa != pa)
		held->owner = 1;
	if (!held)
		return NULL;
	for (unsigned long index = held_total; index-- > first;) {
		if (helds[index].pa != pa)
			drop(index);
	}
	return held_at(pa);
}

/* ---- range_take(), range_put() ---- */

static void pieces_of_any_size(void)
{
	static const struct {
		unsigned long first, pages;
	} parts[] = {{0, 1}, {1, 1}, {511, 2}, {3, 700}, {512, 512}, {0, 4096}, {1000, 3000}};

	range_world_begin(&small, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(parts); i++) {
		phys_addr_t base = RAM + parts[i].first * PAGE_SIZE;

		CHECK_EQ(take_range(base, base + parts[i].pages * PAGE_SIZE, false, &pin), 0);
		CHECK(world_agrees());
		drop(0);
		CHECK(world_agrees());
	}
}

static void no_memory_of_the_zones(void)
{
	range_world_begin(&ragged, 0);
	CHECK_EQ(take_range(RAM, RAM + 4 * MIB, true, &pin), -EINVAL);
	CHECK_EQ(take_range(RAM + 2 * MIB, RAM + 4 * MIB, true, &pin), -EINVAL);
	CHECK_EQ(pin.base, RAM + 2 * MIB);
	CHECK_EQ(range_take(RAM - MIB, RAM + MIB, true, &pin), -EINVAL);
	CHECK_EQ(range_take(RAM + 7 * MIB, RAM + 9 * MIB, true, &pin), -EINVAL);
	CHECK_EQ(range_take(RAM, RAM, true, &pin), -EINVAL);
	CHECK_EQ(range_take(RAM + 1, RAM + PAGE_SIZE, true, NULL), -EINVAL);
	CHECK_EQ(range_take(RAM + PAGE_SIZE, RAM, true, NULL), -EINVAL);
	CHECK(world_agrees());
	/* The rest of a block with a hole can be had. */
	CHECK_EQ(take_range(RAM + 3 * MIB, RAM + 5 * MIB, true, &pin), 0);
	drop(0);
	CHECK(world_agrees());
}

static void what_is_moved(void)
{
	for (unsigned int order = 0; order <= 11; order++) {
		phys_addr_t size = PAGE_SIZE << order, base = RAM + 8 * MIB;

		range_world_begin(&small, 0);
		if (!CHECK(movable_at(base, order)))
			continue;
		/* Without leave, or its last page alone, or with some to each side. */
		CHECK_EQ(take_range(base, base + size, false, &pin), -EBUSY);
		CHECK(pin.base == base && pin.order == order);
		CHECK_EQ(take_range(base + size - PAGE_SIZE, base + size, true, &pin), 0);
		CHECK(world_agrees());
		drop(1);
		CHECK(helds[0].pa != base);
		base = helds[0].pa;
		CHECK_EQ(take_range(base, base + 3 * PAGE_SIZE, true, &pin), 0);
		CHECK(world_agrees());
	}
}

static void what_is_pinned(void)
{
	struct held *held;

	range_world_begin(&small, 0);
	held = movable_at(RAM + 4 * MIB, 3);
	held->pinned = true;
	CHECK_EQ(take_range(RAM + 2 * MIB, RAM + 6 * MIB, true, &pin), -EBUSY);
	CHECK(pin.base == RAM + 4 * MIB && pin.order == 3 && pin.holder == owners[0].name);
	CHECK(world_agrees());
	range_pinned("it", -EBUSY, &pin);
	CHECK(strstr(printk_text, "it: 32 KiB at 80400000: first\n"));
	held->pinned = false;
	held->owner = FIXED;
	CHECK_EQ(take_range(RAM + 2 * MIB, RAM + 6 * MIB, true, &pin), -EBUSY);
	CHECK(!strcmp(pin.holder, "not movable"));
	CHECK(world_agrees());
}

static void nowhere_to_move_to(void)
{
	range_world_begin(&small, 0);
	CHECK(hold_pages(12, 0, GFP_MOVABLE));
	CHECK_EQ(take_range(RAM, RAM + PAGE_SIZE, true, &pin), -ENOMEM);
	range_pinned("it", -ENOMEM, &pin);
	CHECK(strstr(printk_text, "it: 16384 KiB at 80000000: first: nowhere to move it to"));
	CHECK(world_agrees());
}

/* A GiB that was one allocation is taken in part: what is left of it is free, block by block. */
static void part_of_a_gib(void)
{
	phys_addr_t other;

	range_world_begin(&three_gib, 0);
	CHECK(movable_at(RAM, 18));
	CHECK_EQ(take_range(RAM + 64 * MIB + PAGE_SIZE, RAM + 96 * MIB, true, &pin), 0);
	CHECK(world_agrees());
	CHECK_PANICS(zone_release(RAM + 512 * MIB, RAM + 514 * MIB));
	CHECK_PANICS(zone_release(RAM + 80 * MIB, RAM + 82 * MIB));
	/* So of one that was free: neither this one nor where the allocation has gone. */
	other = 2 * RAM - helds[0].pa;
	CHECK_EQ(take_range(other + 4 * MIB, other + 6 * MIB, false, &pin), 0);
	CHECK_PANICS(zone_release(other + 512 * MIB, other + 514 * MIB));
	CHECK(strstr(panic_text, "in the zones already"));
}

static void wrong_ends(void)
{
	range_world_begin(&small, 0);
	CHECK_EQ(range_take(RAM + MIB, RAM + 5 * MIB, false, &pin), 0);
	CHECK_PANICS(range_put(RAM + MIB, RAM + 5 * MIB + PAGE_SIZE));
	CHECK(strstr(panic_text, "range_put(80100000, 80501000)"));
	CHECK(strstr(panic_text, "not a range that was taken, at 80500000"));
	CHECK_PANICS(range_put(RAM + MIB - PAGE_SIZE, RAM + 5 * MIB));
	CHECK_PANICS(range_put(RAM + MIB + 1, RAM + 5 * MIB));
	CHECK_PANICS(range_put(RAM + MIB, RAM + MIB));
	CHECK_PANICS(range_put(RAM - GIB, RAM - GIB + PAGE_SIZE));
	range_put(RAM + MIB, RAM + 5 * MIB);
	CHECK(world_agrees());
	CHECK_PANICS(range_put(RAM + MIB, RAM + 5 * MIB));
}

/* ---- Owners ---- */

static phys_addr_t low, high; /* the range that is being taken */
static void *beside;	      /* what the owner frees beside what it is asked for, once */
static unsigned int beside_order, asked_order, inside;

static bool has_all(
	struct movable_owner *owner, phys_addr_t base, phys_addr_t end, struct movable_run *run)
{
	(void)owner;
	(void)end;
	*run = (struct movable_run){base, 0};
	return page_order(__va(base)) == 0;
}

static void is_outside(const void *page)
{
	inside += __pa(page) >= low && __pa(page) < high;
}

static int moves(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	(void)owner;
	(void)from;
	(void)order;
	is_outside(to);
	return 0;
}

/* The first time it frees what it is asked to move, and more; and is given another page. */
static int frees(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	void *page;

	if (!beside)
		return moves(owner, from, to, order);
	page_free(from, order);
	page_free(beside, beside_order);
	beside = NULL;
	page = page_alloc(asked_order, GFP_MOVABLE | __GFP_ATOMIC);
	if (page) {
		is_outside(page);
		page_free(page, asked_order);
	}
	return -ENOENT;
}

static struct movable_owner freeing = {"freeing", has_all, frees, NULL};

/* @pages pages at once, the first of the block at RAM. */
static void take_pages(void **pages, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		pages[i] = page_alloc(0, GFP_MOVABLE);
	CHECK_EQ(__pa(pages[count - 1]), RAM + (count - 1) * PAGE_SIZE);
}

/* Pages that are freed meanwhile, in the block that is being emptied, nobody gets but us. */
static void pages_freed_meanwhile(void)
{
	void *pages[200];

	range_world_begin(&small, 0);
	take_pages(pages, 200);
	low = RAM;
	high = RAM + 2 * BLOCK;
	beside = pages[199]; /* of another word */
	beside_order = asked_order = inside = 0;
	movable_register(&freeing);
	CHECK_EQ(range_take(low, high, true, &pin), 0);
	CHECK_EQ(inside, 0);
	range_put(low, high);
	movable_unregister(&freeing);
	CHECK_EQ(zone_free_bytes(), 16 * MIB - 198 * PAGE_SIZE);
}

/* A block whose last page is freed stays with the range. */
static void last_page_freed_meanwhile(void)
{
	void *pages[513];

	range_world_begin(&small, 0);
	take_pages(pages, 513);
	for (unsigned int i = 1; i < 512; i++)
		page_free(pages[i], 0);
	low = RAM;
	high = RAM + 2 * BLOCK;
	beside = pages[512];
	beside_order = inside = 0;
	asked_order = 9;
	movable_register(&freeing);
	CHECK_EQ(range_take(low, high, true, &pin), 0);
	CHECK_EQ(inside, 0);
	movable_unregister(&freeing);
	CHECK_EQ(zone_free_bytes(), 12 * MIB);
}

/* So for a block: nothing is moved into it, though nothing else is free. */
static void a_block_freed_meanwhile(void)
{
	void *pages[3];

	range_world_begin(&small, 0);
	take_pages(pages, 3);
	beside = page_alloc(9, GFP_MOVABLE);
	beside_order = 9;
	low = RAM;
	high = RAM + 2 * BLOCK;
	CHECK(__pa(beside) == RAM + BLOCK);
	while (page_alloc(9, GFP_KERNEL))
		;
	CHECK_EQ(zone_free_bytes(), BLOCK - 3 * PAGE_SIZE);
	page_free(__va(RAM + 14 * MIB), 9);
	for (unsigned int i = 0; i < 511; i++)
		page_alloc_node(0, GFP_KERNEL, 0);
	inside = 0;
	asked_order = ZONE_ORDER_MAX; /* there is none */
	movable_register(&freeing);
	CHECK(range_take(low, high, true, &pin) == -ENOMEM && pin.holder == freeing.name);
	CHECK_EQ(inside, 0);
	movable_unregister(&freeing);
}

static void owners_come_and_go(void)
{
	struct movable_owner owner = {"stranger", has_all, moves, NULL};

	range_world_begin(&small, 0);
	CHECK_PANICS(movable_unregister(&owner));
	CHECK(strstr(panic_text, "not registered"));
}

/* ---- contig_alloc() ---- */

static void contiguous(void)
{
	void *pages;

	range_world_begin(&one_gib, 0);
	pages = contig_alloc(3 * MIB + 5, MIB, CONTIG_NO_LIMIT, GFP_KERNEL, NULL);
	CHECK_EQ(__pa(pages), RAM);
	CHECK_PANICS(contig_free(pages, 2 * MIB + PAGE_SIZE));
	CHECK(strstr(panic_text, "contig_free(80000000, 80201000)"));
	contig_free(pages, 3 * MIB + 5);
	CHECK_PANICS(contig_free(pages, 3 * MIB + 5));
	CHECK(world_agrees());
	CHECK(!contig_alloc(0, 1, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(MIB, 0, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(MIB, 3 * PAGE_SIZE, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(~0UL, 1, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(~0UL - PAGE_SIZE, 1, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(2 * GIB, 1, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	CHECK(!pin.holder);
	range_pinned("it", -ENOMEM, &pin);
	CHECK(strstr(printk_text, "it: there is no such range"));
	CHECK(!contig_alloc(MIB, 1, RAM + MIB - 1, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(MIB, 1, 0, GFP_KERNEL, &pin));
	CHECK(!contig_alloc(MIB, 1UL << 63, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	pages = contig_alloc(GIB, GIB, RAM + GIB, GFP_KERNEL, &pin);
	CHECK_EQ(__pa(pages), RAM);
	contig_free(pages, GIB);
	CHECK(world_agrees());
}

/* What is free before what can be emptied; and nothing is moved for who cannot wait. */
static void free_first(void)
{
	void *pages;

	range_world_begin(&small, 0);
	CHECK(movable_at(RAM, 0));
	pages = contig_alloc(8 * MIB, PAGE_SIZE, CONTIG_NO_LIMIT, GFP_KERNEL, &pin);
	CHECK_EQ(__pa(pages), RAM + PAGE_SIZE);
	CHECK_EQ(helds[0].pa, RAM);
	contig_free(pages, 8 * MIB);
	CHECK(!contig_alloc(8 * MIB, PAGE_SIZE, RAM + 8 * MIB, GFP_ATOMIC, &pin));
	CHECK(pin.base == RAM && !strcmp(pin.holder, "in use"));
	pages = contig_alloc(8 * MIB, PAGE_SIZE, RAM + 8 * MIB, GFP_KERNEL, &pin);
	CHECK_EQ(__pa(pages), RAM);
	CHECK(helds[0].pa >= RAM + 8 * MIB);
	contig_free(pages, 8 * MIB);
}

/* The area only where it is asked for. */
static void areas_apart(void)
{
	void *pages;

	range_world_begin(&with_area, 0);
	CHECK(!contig_alloc(5 * MIB, PAGE_SIZE, CONTIG_NO_LIMIT, GFP_KERNEL, &pin));
	pages = contig_alloc(5 * MIB, PAGE_SIZE, CONTIG_NO_LIMIT, GFP_MOVABLE, &pin);
	CHECK_EQ(__pa(pages), RAM);
	contig_free(pages, 5 * MIB);
}

/* ---- Contiguous areas ---- */

static struct cma_area areas[] = {
	{RAM + 4 * MIB, RAM + 6 * MIB, "camera@80400000", 7, false},
	{RAM + 6 * MIB, RAM + 8 * MIB, "pool@80600000", 0, true},
};

static void areas_by_name(void)
{
	cma_areas = areas;
	cma_count = ARRAY_SIZE(areas);
	CHECK(cma_area(1) == &areas[1] && !cma_area(2));
	CHECK(cma_area_by_name("camera@80400000") == &areas[0]);
	CHECK(cma_area_by_name(NULL) == &areas[1]);
	CHECK(!cma_area_by_name("camera"));
	CHECK(cma_area_by_phandle(7) == &areas[0]);
	CHECK(!cma_area_by_phandle(0) && !cma_area_by_phandle(8));
	cma_count = 1;
	CHECK(!cma_area_by_name(NULL));
	cma_count = 0;
	CHECK(!cma_area(0));
}

static void lent_and_reclaimed(void)
{
	void *pages;

	range_world_begin(&with_area, 0);
	for (int i = 0; i < 700; i++)
		CHECK(hold_pages(0, 1, GFP_MOVABLE)->pa >= areas[0].base);
	pages = cma_alloc(&areas[0], 2 * MIB, 2 * MIB, GFP_KERNEL, &pin);
	CHECK_EQ(__pa(pages), areas[0].base);
	CHECK(!cma_alloc(&areas[0], PAGE_SIZE, 1, GFP_KERNEL, &pin));
	CHECK(!strcmp(pin.holder, "not movable"));
	CHECK_PANICS(cma_free(&areas[1], pages, 2 * MIB));
	CHECK(strstr(panic_text, "not of pool@80600000"));
	cma_free(&areas[0], pages, 2 * MIB);
	CHECK_PANICS(cma_free(&areas[0], pages, 2 * MIB));
	CHECK(model_took(0, 0, false) && world_agrees());
	held_at(helds[0].pa)->pinned = true;
	pages = cma_alloc(
		helds[0].pa < areas[0].end ? &areas[0] : &areas[1], 2 * MIB, 1, GFP_KERNEL, &pin);
	CHECK(!pages && pin.base == helds[0].pa && pin.holder == owners[1].name);
	CHECK(!cma_alloc(&areas[0], 4 * MIB, 1, GFP_KERNEL, &pin) && !pin.holder);
	CHECK(model_took(0, 0, false) && world_agrees());
}

int main(void)
{
	TEST(pieces_of_any_size);
	TEST(no_memory_of_the_zones);
	TEST(what_is_moved);
	TEST(what_is_pinned);
	TEST(nowhere_to_move_to);
	TEST(part_of_a_gib);
	TEST(wrong_ends);
	TEST(pages_freed_meanwhile);
	TEST(last_page_freed_meanwhile);
	TEST(a_block_freed_meanwhile);
	TEST(owners_come_and_go);
	TEST(contiguous);
	TEST(free_first);
	TEST(areas_apart);
	TEST(areas_by_name);
	TEST(lent_and_reclaimed);
	range_world_end();
	return check_report();
}
