/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sv39 tables that shrink: empty tables go back, leaves are split and folded, and what it
 * costs is known before. By hand, then at random against a plain list of pages.
 *
 *	sv39_shrink_test [OPERATIONS [SEED]]
 */
#include "sv39_world.h"

#include <stdlib.h>
#include <time.h>

#include <molt/compiler.h>
#include <molt/err.h>

/* What a caller does that wants its tables back. */
static void prune(virt_addr_t va, unsigned long size)
{
	struct table_chain chain = {0};

	paging_prune(&space, va, size, &chain);
	paging_free_tables(&space, &chain);
	CHECK_EQ(chain.link, 0);
	CHECK_EQ(tables_reached(), tables_used);
}

static void fold(virt_addr_t va, phys_addr_t pa, unsigned long size, enum prot prot)
{
	struct table_chain chain = {0};

	paging_fold(&space, va, pa, size, prot, &chain);
	paging_free_tables(&space, &chain);
	CHECK_EQ(tables_reached(), tables_used);
}

static void lookup(void)
{
	unsigned long span = 0;

	fresh(&windows);
	CHECK_EQ(paging_lookup(&space, HIGH, &span), PHYS_ADDR_MAX);
	CHECK_EQ(span, GIB);
	CHECK_EQ(paging_map(&space, HIGH, 0x80000000, GIB + MIB2 + PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_lookup(&space, HIGH + 12345, &span), 0x80000000 + 12345);
	CHECK_EQ(span, GIB);
	CHECK_EQ(paging_lookup(&space, HIGH + GIB + 54321, &span), 0x80000000 + GIB + 54321);
	CHECK_EQ(span, MIB2);
	CHECK_EQ(paging_lookup(&space, HIGH + GIB + MIB2 + 1, &span), 0x80000001 + GIB + MIB2);
	CHECK_EQ(span, PAGE_SIZE);
	CHECK_EQ(paging_lookup(&space, HIGH + GIB + MIB2 + PAGE_SIZE, &span), PHYS_ADDR_MAX);
	CHECK_EQ(span, PAGE_SIZE);
	CHECK_EQ(paging_lookup(&space, HIGH + GIB + 2 * MIB2, &span), PHYS_ADDR_MAX);
	CHECK_EQ(span, MIB2);
	CHECK_EQ(paging_lookup(&space, ~0UL, &span), PHYS_ADDR_MAX);
	CHECK_EQ(span, GIB);
}

/* Tables go when the last page below them goes, and not before; the root stays. */
static void empty_tables(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH, 0x1000, PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_map(&space, HIGH + MIB2, 0x1000, PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_map(&space, HIGH + GIB, 0x1000, PAGE_SIZE, RW), 0);
	CHECK_EQ(tables_used, 6);
	prune(HIGH, 2 * GIB);
	CHECK_EQ(tables_used, 6);
	CHECK_EQ(paging_unmap(&space, HIGH, PAGE_SIZE), 0);
	prune(HIGH + PAGE_SIZE, 0);
	prune(HIGH + MIB2, 2 * GIB);
	CHECK_EQ(tables_used, 6);
	prune(HIGH, PAGE_SIZE);
	CHECK_EQ(tables_used, 5);
	CHECK(leaf_is(HIGH + MIB2, 0x1000, 0) && leaf_is(HIGH + GIB, 0x1000, 0));
	CHECK_EQ(paging_unmap(&space, HIGH + MIB2, PAGE_SIZE), 0);
	CHECK_EQ(paging_unmap(&space, HIGH + GIB, PAGE_SIZE), 0);
	prune(HIGH, 2 * GIB);
	CHECK_EQ(tables_used, 1);
	CHECK_EQ(paging_map(&space, HIGH, 0x1000, PAGE_SIZE, RW), 0);
	CHECK(leaf_is(HIGH, 0x1000, 0));
}

/* The whole half above, up to the last byte of all addresses. */
static void prune_at_the_top(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, 0 - PAGE_SIZE, 0x1000, PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_unmap(&space, 0 - PAGE_SIZE, PAGE_SIZE), 0);
	prune(HIGH, 0 - HIGH);
	CHECK_EQ(tables_used, 1);
}

/* What a failed paging_map() has drawn goes back the same way. */
static void prune_after_failure(void)
{
	const virt_addr_t va = HIGH + GIB - PAGE_SIZE;

	for (unsigned long max = 1; max < 5; max++) {
		fresh(&windows);
		tables_max = max;
		CHECK_EQ(paging_map(&space, va, 0x80000000, 2 * PAGE_SIZE, RW), -ENOMEM);
		prune(va, 2 * PAGE_SIZE);
		CHECK_EQ(tables_used, 1);
	}
}

/* A table that waits to be freed shows a hart that still walks it nothing that is valid. */
static void chain_is_not_valid(void)
{
	struct table_chain chain = {0};

	fresh(&plain);
	CHECK_EQ(paging_map(&space, HIGH, 0x1000, PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_map(&space, HIGH + GIB, 0x1000, PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_unmap(&space, HIGH, PAGE_SIZE), 0);
	CHECK_EQ(paging_unmap(&space, HIGH + GIB, PAGE_SIZE), 0);
	paging_prune(&space, HIGH, 2 * GIB, &chain);
	CHECK_EQ(tables_used, 5);
	for (unsigned int i = 0; i < 5; i++) {
		for (unsigned int j = 0; j < PTES_PER_TABLE; j++)
			CHECK(!(tables[i][j] & PTE_V));
	}
	paging_free_tables(&space, &chain);
	CHECK_EQ(tables_used, 1);
}

/* An edge and how many tables it takes to have leaves of 1 GiB and 2 MiB end there. */
static void split_edges(void)
{
	static const struct {
		unsigned long va, size, tables;
	} cases[] = {
		{0, GIB, 0}, {0, 2 * GIB, 0}, {0, MIB2, 1}, {MIB2, GIB - MIB2, 1}, {MIB2, MIB2, 1},
		{MIB2, GIB, 2}, {PAGE_SIZE, PAGE_SIZE, 2}, {0, PAGE_SIZE, 2}, {PAGE_SIZE, MIB2, 3},
		{MIB2 - PAGE_SIZE, 2 * PAGE_SIZE, 3}, {GIB - PAGE_SIZE, 2 * PAGE_SIZE, 4},
		{GIB - MIB2, 2 * MIB2, 2}, {2 * GIB, MIB2, 0}, /* of leaves of 2 MiB */
		{2 * GIB + PAGE_SIZE, MIB2, 2},
		{2 * GIB + 2 * MIB2, GIB, 0}, /* where nothing is mapped */
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		virt_addr_t va = HIGH + cases[i].va, at;
		unsigned long size = 2 * GIB + 2 * MIB2, before;

		for (unsigned long max = 0; max <= cases[i].tables; max++) {
			fresh(i % 2 ? &plain : &windows);
			CHECK_EQ(paging_map(&space, HIGH, 0x80000000, size, RX), 0);
			before = tables_used;
			tables_max = before + max;
			CHECK_EQ(paging_split(&space, va, cases[i].size),
				max < cases[i].tables ? -ENOMEM : 0);
			CHECK_EQ(tables_used, max < cases[i].tables ? before : before + max);
			CHECK_EQ(tables_reached(), tables_used);
		}
		/* The same is mapped as before, and the range can be changed alone. */
		for (at = HIGH; at < HIGH + size; at += MIB2 / 2 - PAGE_SIZE)
			CHECK(walk(at).pa == 0x80000000 + at - HIGH && bits_are(at, RX));
		CHECK(!walk(HIGH + size).valid);
		if (cases[i].va + cases[i].size > size)
			continue;
		CHECK_EQ(paging_protect(&space, va, cases[i].size, RW), 0);
		CHECK(bits_are(va, RW) && bits_are(va + cases[i].size - 1, RW));
		CHECK(cases[i].va == 0 || bits_are(va - 1, RX));
		CHECK(cases[i].va + cases[i].size == size || bits_are(va + cases[i].size, RX));
		CHECK_EQ(paging_protect(&space, va, cases[i].size, RX), 0);
		tables_max = TABLES;
		fold(HIGH, 0x80000000, size, RX);
		CHECK_EQ(tables_used, before);
		CHECK(leaf_is(HIGH, 0x80000000, 2));
	}
}

/* Pages one after the other become a leaf of 2 MiB, those a leaf of 1 GiB. */
static void fold_upwards(void)
{
	fresh(&windows);
	for (virt_addr_t at = 0; at < MIB2; at += PAGE_SIZE) {
		CHECK_EQ(paging_map(&space, HIGH + at, 0x80000000 + at, PAGE_SIZE, RW), 0);
		fold(HIGH + at, 0x80000000 + at, PAGE_SIZE, RW);
		CHECK_EQ(tables_used, at + PAGE_SIZE < MIB2 ? 3 : 2);
	}
	CHECK(leaf_is(HIGH, 0x80000000, 1));
	/* From the other end, to meet it. */
	for (virt_addr_t at = GIB - MIB2; at >= MIB2; at -= MIB2) {
		CHECK_EQ(tables_used, 2);
		CHECK_EQ(paging_map(&space, HIGH + at, 0x80000000 + at, MIB2, RW), 0);
		fold(HIGH + at, 0x80000000 + at, MIB2, RW);
	}
	CHECK_EQ(tables_used, 1);
	CHECK(leaf_is(HIGH, 0x80000000, 2) && bits_are(HIGH, RW));
}

/* Other rights, another distance, a hole, a bad alignment: no leaf can say it. */
static void not_folded(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH, 0x80000000, MIB2 - PAGE_SIZE, RW), 0);
	fold(HIGH, 0x80000000, MIB2 - PAGE_SIZE, RW);
	CHECK_EQ(tables_used, 3);
	CHECK_EQ(paging_map(&space, HIGH + MIB2 - PAGE_SIZE, 0x80000000, PAGE_SIZE, RW), 0);
	fold(HIGH, 0x80000000, MIB2, RW);
	CHECK_EQ(tables_used, 3);
	CHECK_EQ(paging_unmap(&space, HIGH + MIB2 - PAGE_SIZE, PAGE_SIZE), 0);
	CHECK_EQ(paging_map(&space, HIGH + MIB2 - PAGE_SIZE, 0x80000000 + MIB2 - PAGE_SIZE,
			 PAGE_SIZE, PROT_READ),
		0);
	fold(HIGH, 0x80000000, MIB2, RW);
	CHECK_EQ(tables_used, 3);
	CHECK_EQ(paging_protect(&space, HIGH + MIB2 - PAGE_SIZE, PAGE_SIZE, RW), 0);
	/* Only what the range goes through is looked at. */
	fold(HIGH + MIB2, 0x80000000 + MIB2, MIB2, RW);
	CHECK_EQ(tables_used, 3);
	fold(HIGH + MIB2 - PAGE_SIZE, 0x80000000 + MIB2 - PAGE_SIZE, PAGE_SIZE, RW);
	CHECK_EQ(tables_used, 2);

	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH, 0x80001000, MIB2, RW), 0);
	fold(HIGH, 0x80001000, MIB2, RW);
	CHECK_EQ(tables_used, 3);
}

static void fold_at_the_top(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, 0 - GIB, 0x80000000, GIB - PAGE_SIZE, RW), 0);
	CHECK_EQ(paging_map(&space, 0 - PAGE_SIZE, 0xbffff000, PAGE_SIZE, RW), 0);
	CHECK_EQ(tables_used, 3);
	fold(0 - PAGE_SIZE, 0xbffff000, PAGE_SIZE, RW);
	CHECK_EQ(tables_used, 1);
	CHECK(leaf_is(~0UL, 0xbfffffff, 2));
}

/* ---- At random: three GiB of a linear map, in pages ---- */

#define SPAN_PAGES (3 * GIB / PAGE_SIZE)
#define OFFSET	   (HIGH - 0x80000000)

/* 0: not mapped; 1: RW; 2: R. */
static u8 model[SPAN_PAGES];

static enum prot prot_of(u8 kind)
{
	return kind == 1 ? RW : PROT_READ;
}

/* The level of the leaf that holds page @page at best: what the model has around it. */
static unsigned int best_level(unsigned long page)
{
	for (unsigned int level = 2; level > 0; level--) {
		unsigned long pages = 1UL << (9 * level), first = page & ~(pages - 1), i = first;

		while (i < first + pages && model[i] == model[page])
			i++;
		if (i == first + pages)
			return level;
	}
	return 0;
}

/* At and around the edges of what changed. */
static bool agrees(unsigned long first, unsigned long count)
{
	const unsigned long around[] = {first - 1, first, first + count / 2, first + count - 1,
		first + count, first ^ 512, (first + count) ^ (1 << 18), pick(SPAN_PAGES)};

	for (unsigned int i = 0; i < ARRAY_SIZE(around); i++) {
		virt_addr_t va = HIGH + around[i] * PAGE_SIZE;
		struct leaf leaf;

		if (around[i] >= SPAN_PAGES)
			continue;
		leaf = walk(va);
		if (leaf.valid != (model[around[i]] != 0))
			return false;
		if (!leaf.valid)
			continue;
		if (leaf.pa != va - OFFSET || !bits_are(va, prot_of(model[around[i]])))
			return false;
		if (leaf.level != best_level(around[i]))
			return false;
	}
	return tables_reached() == tables_used;
}

/* A range that is all the same; mostly with edges on larger leaves. */
static unsigned long pick_range(unsigned long *first)
{
	static const unsigned int shifts[] = {0, 9, 9, 9, 18};
	unsigned int shift = shifts[pick(ARRAY_SIZE(shifts))];
	unsigned long limit = 1 + pick((SPAN_PAGES >> shift) < 600 ? SPAN_PAGES >> shift : 600);
	unsigned long count = 0;

	*first = pick(SPAN_PAGES >> shift) << shift;
	limit <<= shift;
	while (count < limit && *first + count < SPAN_PAGES &&
		model[*first + count] == model[*first])
		count++;
	return count;
}

static bool random_add(unsigned long first, unsigned long count, u8 kind)
{
	virt_addr_t va = HIGH + first * PAGE_SIZE;
	unsigned long size = count * PAGE_SIZE, before = tables_used;
	struct paging_cost cost = paging_map_cost(&space, va, va - OFFSET, size, prot_of(kind), 0);

	if (tables_used != before)
		return false;
	if (cost.drawn && !pick(4)) {
		tables_max = before + pick(cost.drawn);
		if (paging_map(&space, va, va - OFFSET, size, prot_of(kind)) != -ENOMEM)
			return false;
		prune(va, size);
		if (tables_used != before)
			return false;
	}
	tables_max = before + cost.drawn;
	if (paging_map(&space, va, va - OFFSET, size, prot_of(kind)) ||
		tables_used != before + cost.drawn)
		return false;
	fold(va, va - OFFSET, size, prot_of(kind));
	memset(model + first, kind, count);
	return tables_used == before + cost.drawn - cost.folded;
}

static bool random_remove(unsigned long first, unsigned long count)
{
	virt_addr_t va = HIGH + first * PAGE_SIZE;
	unsigned long size = count * PAGE_SIZE, before = tables_used;

	tables_max = before + pick(5);
	if (paging_split(&space, va, size))
		return tables_used == before;
	if (paging_unmap(&space, va, size))
		return false;
	prune(va, size);
	memset(model + first, 0, count);
	return true;
}

static unsigned long operation_count = 6000;

static void random_operations(void)
{
	for (unsigned long n = 0; n < operation_count; n++) {
		unsigned long first, count;
		bool good;

		if (n % 300 == 0) {
			fresh(n % 600 ? &plain : &windows);
			memset(model, 0, sizeof(model));
		}
		count = pick_range(&first);
		tables_max = TABLES;
		if (model[first])
			good = random_remove(first, count);
		else
			good = random_add(first, count, pick(6) ? 1 : 2);
		if (!CHECK(good) || !CHECK(agrees(first, count))) {
			printf("operation %lu: page %lu, %lu pages\n", n, first, count);
			return;
		}
	}
}

int main(int argc, char **argv)
{
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);

	if (argc > 1)
		operation_count = strtoul(argv[1], NULL, 0);
	printf("seed %llu, %lu operations\n", (unsigned long long)seed, operation_count);
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
	TEST(lookup);
	TEST(empty_tables);
	TEST(prune_at_the_top);
	TEST(prune_after_failure);
	TEST(chain_is_not_valid);
	TEST(split_edges);
	TEST(fold_upwards);
	TEST(not_folded);
	TEST(fold_at_the_top);
	TEST(random_operations);
	return check_report();
}
