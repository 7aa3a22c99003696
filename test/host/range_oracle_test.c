/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges are taken from zones that are full of what can and what cannot be moved, and given
 * back. What is taken, what is refused and why, and every count must be what a plain model
 * says.
 *
 *	range_oracle_test [OPERATIONS [SEED]]
 */
#include "check.h"

#include <stdlib.h>
#include <time.h>

#include <arch/page.h>
#include <mm/contig.h>
#include <molt/compiler.h>
#include <molt/err.h>

#include "range_world.h"

#define EPISODE	 2000
#define COMPARE	 200
#define FOUR_GIB 0x100000000UL

static const struct world worlds[] = {
	{"16 MiB", {{0x80000000, 0x80000000 + 16 * MIB, 0}}},
	{"holes of pages", {{0x80001000, 0x80003000, 0}, {0x80200000, 0x802ff000, 0},
				   {0x80300000, 0x80a01000, 0}}},
	{"around 4 GiB", {{FOUR_GIB - 8 * MIB, FOUR_GIB, 0}, {FOUR_GIB, FOUR_GIB + 8 * MIB, 0}}},
	{"two nodes by turns, an area in each",
		{{0x80000000, 0x81000000, 0}, {0x81000000, 0x81800000, 0 | AREA},
			{0x81800000, 0x82000000, 0}, {0x82000000, 0x83400000, 1},
			{0x83400000, 0x84000000, 1 | AREA}, {0x84000000, 0x85000000, 0}}},
	{"2 GiB", {{0x40000000, 0xc0000000, 0}}},
	{"an area of a GiB", {{0x80000000, 0x84000000, 0}, {0xc0000000, FOUR_GIB, 0 | AREA}}},
};

static const struct world *world;

static u64 random_state;

static unsigned long pick(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

static bool large; /* a world whose pages would take long to fill singly */

static unsigned int pick_order(void)
{
	if (large)
		return 5 + (unsigned int)pick(14);
	return pick(16) ? (unsigned int)pick(4) : (unsigned int)pick(12);
}

static bool allocate(void)
{
	static const gfp_t gfps[] = {GFP_DMA32, GFP_KERNEL};
	unsigned int owner = pick(12) ? (unsigned int)pick(OWNERS) : FIXED;
	struct held *held =
		hold_pages(pick_order(), owner, owner == FIXED ? gfps[pick(2)] : GFP_MOVABLE);

	if (held)
		held->pinned = !pick(50);
	return true;
}

static phys_addr_t pick_page(void)
{
	unsigned int count = 0;

	while (world->ram[count].end)
		count++;
	const struct ram *ram = &world->ram[pick(count)];

	return ram->base + pick((ram->end - ram->base) / PAGE_SIZE) * PAGE_SIZE;
}

static bool take(void)
{
	phys_addr_t base = pick_page();
	unsigned long pages = 1 + pick(pick(2) ? 8 : pick(2) ? 512 : 2048);
	struct range_pin pin;

	if (!pick(3)) {
		base = ALIGN_DOWN(base, BLOCK_SIZE);
		pages = 512UL << pick(large ? 11 : 3);
	}
	return take_range(base, base + pages * PAGE_SIZE, pick(8), &pin) != -1;
}

/* Whether such a range is free in the model. */
static bool has_free(unsigned long size, unsigned long align, phys_addr_t limit, unsigned int type)
{
	unsigned long run = 0;

	for (unsigned long page = 0; page < model_pages; page++) {
		phys_addr_t end = model_phys(page + 1);
		phys_addr_t base = ALIGN_DOWN(end - size, align);

		if (end > limit)
			return false;
		if ((model[page] & PAGE_STATE) == PAGE_FREE && (model[page] & 3) <= type)
			run++;
		else
			run = 0;
		if (end - base <= run * PAGE_SIZE)
			return true;
	}
	return false;
}

static bool contiguous(void)
{
	static const gfp_t gfps[] = {GFP_DMA32, GFP_KERNEL, GFP_MOVABLE};
	unsigned int kind = (unsigned int)pick(3);
	unsigned long size = (1 + pick(pick(2) ? 20 : 1500)) * PAGE_SIZE - pick(PAGE_SIZE);
	unsigned long align = 1UL << pick(23), up = ALIGN_UP(size, PAGE_SIZE);
	phys_addr_t limit = pick(2) ? CONTIG_NO_LIMIT : pick_page();
	gfp_t gfp = gfps[kind] | (pick(2) ? __GFP_ATOMIC : 0);
	unsigned int type = gfp >> GFP_ZONE_SHIFT;
	bool free = has_free(up, align < PAGE_SIZE ? PAGE_SIZE : align, limit, type);
	struct range_pin pin;
	void *pages = contig_alloc(size, align, limit, gfp, &pin);
	phys_addr_t base = __pa(pages);

	if (!pages)
		return !free && model_took(0, 0, false);
	if (!free && gfp & __GFP_ATOMIC)
		return false;
	for (phys_addr_t pa = base; pa < base + up; pa += PAGE_SIZE) {
		if ((model[model_page(pa)] & 3) > type)
			return false;
	}
	return IS_ALIGNED(base, align) && base + up <= limit && model_took(base, base + up, true);
}

static bool operate(unsigned long n)
{
	static unsigned int growth;

	if (n % 100 == 0)
		growth = 35 + (unsigned int)pick(60);
	if (!pick(6))
		return pick(2) ? take() : contiguous();
	if (held_total && !pick(40))
		helds[pick(held_total)].pinned ^= 1;
	if (held_total && pick(100) >= growth) {
		drop(pick(held_total));
		return true;
	}
	return allocate();
}

static bool episode(unsigned long operations)
{
	world = &worlds[pick(ARRAY_SIZE(worlds))];
	large = world->ram[0].end - world->ram[0].base > GIB || world->ram[1].end == FOUR_GIB;
	range_world_begin(world, pick(3) ? 0 : 1000);
	for (unsigned long n = 0; n < operations; n++) {
		if (!operate(n) || (n % COMPARE == 0 && !world_agrees())) {
			printf("operation %lu of this world\n", n);
			return false;
		}
	}
	while (held_total)
		drop(pick(held_total));
	return world_agrees();
}

static unsigned long operation_count = 60000;

static void random_operations(void)
{
	unsigned long n;

	for (n = 0; n < operation_count; n += EPISODE) {
		if (!CHECK(episode(EPISODE))) {
			printf("in: %s, from operation %lu on\n", world->name, n);
			break;
		}
	}
	range_world_end();
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	TEST(random_operations);
	return check_report();
}
