/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sv39 tables: by hand, then at random against a plain list of pages.
 *
 *	sv39_test [OPERATIONS [SEED]]
 */
#include "sv39_world.h"

#include <stdlib.h>
#include <time.h>

#include <molt/compiler.h>
#include <molt/err.h>

/* ---- By hand ---- */

static void largest_leaves(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH, 0x80000000, 3 * GIB, RW), 0);
	CHECK(leaf_is(HIGH, 0x80000000, 2) && leaf_is(HIGH + 3 * GIB - 1, 0x13fffffff, 2));
	CHECK(!walk(HIGH + 3 * GIB).valid);
	CHECK_EQ(tables_used, 1);

	/* The page, the 2 MiB and the 1 GiB to both sides of a middle. */
	fresh(&windows);
	CHECK_EQ(paging_map(&space, GIB - MIB2 - PAGE_SIZE, 3 * GIB - MIB2 - PAGE_SIZE,
			 GIB + 2 * MIB2 + 2 * PAGE_SIZE, RW),
		0);
	CHECK(!walk(GIB - MIB2 - PAGE_SIZE - 1).valid);
	CHECK(leaf_is(GIB - MIB2 - PAGE_SIZE, 3 * GIB - MIB2 - PAGE_SIZE, 0));
	CHECK(leaf_is(GIB - MIB2, 3 * GIB - MIB2, 1));
	CHECK(leaf_is(GIB, 3 * GIB, 2));
	CHECK(leaf_is(2 * GIB, 4 * GIB, 1));
	CHECK(leaf_is(2 * GIB + MIB2, 4 * GIB + MIB2, 0));
	CHECK(!walk(2 * GIB + MIB2 + PAGE_SIZE).valid);
	CHECK_EQ(tables_used, 5);
}

/* Where virtual and physical differ in alignment, the smaller decides. */
static void alignment_of_both(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH, 0x80000000 + MIB2, GIB, PROT_READ), 0);
	CHECK(leaf_is(HIGH, 0x80000000 + MIB2, 1));
	CHECK(leaf_is(HIGH + GIB - 1, 0x80000000 + MIB2 + GIB - 1, 1));
	CHECK_EQ(paging_map(&space, HIGH + 2 * GIB, 0x80001000, 2 * MIB2, PROT_READ), 0);
	CHECK(leaf_is(HIGH + 2 * GIB, 0x80001000, 0));
	CHECK(leaf_is(HIGH + 2 * GIB + MIB2, 0x80001000 + MIB2, 0));
}

static void rights(void)
{
	static const enum prot good[] = {PROT_READ, RW, RX};

	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		fresh(&windows);
		CHECK_EQ(paging_map(&space, HIGH, 0x80000000, PAGE_SIZE, good[i]), 0);
		CHECK(bits_are(HIGH, good[i]));
		for (unsigned int j = 0; j < ARRAY_SIZE(good); j++) {
			CHECK_EQ(paging_protect(&space, HIGH, PAGE_SIZE, good[j]), 0);
			CHECK(bits_are(HIGH, good[j]) && leaf_is(HIGH, 0x80000000, 0));
		}
	}
}

static void refused_rights(void)
{
	static const int bad[] = {0, PROT_WRITE, PROT_EXEC, PROT_WRITE | PROT_EXEC, RW | PROT_EXEC};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		fresh(&windows);
		CHECK_EQ(paging_map(&space, HIGH, 0, PAGE_SIZE, (enum prot)bad[i]), -EINVAL);
		CHECK(nothing_mapped() && tables_used == 1);
		CHECK_EQ(paging_map(&space, HIGH, 0, PAGE_SIZE, RX), 0);
		CHECK_EQ(paging_protect(&space, HIGH, PAGE_SIZE, (enum prot)bad[i]), -EINVAL);
		CHECK(bits_are(HIGH, RX));
	}
}

static void refused_addresses(void)
{
	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH + 1, 0, PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, HIGH, 0x800, PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, HIGH, 0, PAGE_SIZE + 8, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, TOP, 0, GIB + PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, HIGH, 0, 0, RW), -EINVAL);
	/* Between the two halves that 39 bits and a sign can name; across their edges. */
	CHECK_EQ(paging_map(&space, 1UL << 40, 0, PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, (1UL << 38) - PAGE_SIZE, 0, 2 * PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, -(1UL << 38) - PAGE_SIZE, 0, 2 * PAGE_SIZE, RW), -EINVAL);
	/* Physical addresses have 56 bits. */
	CHECK_EQ(paging_map(&space, HIGH, 1UL << 56, PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_map(&space, HIGH, (1UL << 56) - PAGE_SIZE, 2 * PAGE_SIZE, RW), -EINVAL);
	CHECK(nothing_mapped());
	CHECK_EQ(paging_map(&space, HIGH, 0, MIB2, RW), 0);
	CHECK_EQ(paging_protect(&space, HIGH + 1, PAGE_SIZE, RW), -EINVAL);
	CHECK_EQ(paging_unmap(&space, HIGH, 1), -EINVAL);
	CHECK_EQ(paging_unmap(&space, HIGH, 0), -EINVAL);
	CHECK_EQ(paging_unmap(&space, TOP, GIB + PAGE_SIZE), -EINVAL);
	CHECK(leaf_is(HIGH, 0, 1));
}

/* What is there already stays, and what came before it in the same call goes again. */
static void existing(void)
{
	static const unsigned long at[] = {0, PAGE_SIZE, MIB2 - PAGE_SIZE, MIB2, 5 * MIB2,
		GIB - MIB2, GIB - PAGE_SIZE, GIB, GIB + MIB2, 2 * GIB - PAGE_SIZE};

	for (unsigned int i = 0; i < ARRAY_SIZE(at); i++) {
		fresh(&windows);
		CHECK_EQ(paging_map(&space, HIGH + at[i], 0x1000, PAGE_SIZE, RX), 0);
		CHECK_EQ(paging_map(&space, HIGH, 0x80000000, 2 * GIB, RW), -EEXIST);
		CHECK(leaf_is(HIGH + at[i], 0x1000, 0) && bits_are(HIGH + at[i], RX));
		CHECK_EQ(paging_unmap(&space, HIGH + at[i], PAGE_SIZE), 0);
		CHECK(nothing_mapped());
	}
	/* A page in the middle of each size of leaf. */
	fresh(&windows);
	CHECK_EQ(paging_map(&space, HIGH, 0, 2 * GIB + MIB2, RW), 0);
	CHECK_EQ(paging_map(&space, HIGH + 5 * PAGE_SIZE, 0, PAGE_SIZE, RW), -EEXIST);
	CHECK_EQ(paging_map(&space, HIGH + GIB + MIB2, 0, MIB2, RW), -EEXIST);
	CHECK_EQ(paging_map(&space, HIGH + 2 * GIB + PAGE_SIZE, 0, PAGE_SIZE, RW), -EEXIST);
	CHECK_EQ(paging_map(&space, HIGH + GIB, 0, GIB, RW), -EEXIST);
}

/* -EEXIST is for pages that are mapped: a table left empty by an unmap is none. */
static void empty_tables_are_no_mapping(void)
{
	static const unsigned long leaf[] = {MIB2, GIB};

	for (unsigned int i = 0; i < ARRAY_SIZE(leaf); i++) {
		fresh(&windows);
		CHECK_EQ(paging_map(&space, HIGH, 0x1000, PAGE_SIZE, RW), 0);
		CHECK_EQ(paging_unmap(&space, HIGH, PAGE_SIZE), 0);
		CHECK_EQ(paging_map(&space, HIGH, 0x80000000, leaf[i], RW), 0);
		CHECK(walk(HIGH).valid && walk(HIGH).pa == 0x80000000);
		CHECK(walk(HIGH + leaf[i] - 1).pa == 0x80000000 + leaf[i] - 1);
	}
}

/* The source runs dry at each step in turn; with one more page each time, it succeeds. */
static void out_of_memory(void)
{
	const virt_addr_t va = HIGH + GIB - MIB2 - PAGE_SIZE;
	const phys_addr_t pa = 3 * GIB - MIB2 - PAGE_SIZE;
	const unsigned long size = GIB + 2 * MIB2 + 2 * PAGE_SIZE;
	int err = -ENOMEM;

	tables_used = tables_max = 0;
	space.source = &windows;
	CHECK_EQ(paging_init(&space), -ENOMEM);
	for (unsigned long max = 1; max < 5; max++) {
		fresh(&windows);
		tables_max = max;
		CHECK_EQ(paging_map(&space, va, pa, size, RW), -ENOMEM);
		CHECK(nothing_mapped() && tables_used == max);
	}
	/* Tables stay: the next attempts go on with them, and draw five in all. */
	fresh(&windows);
	for (tables_max = 1; err == -ENOMEM && tables_max < 20; tables_max++) {
		err = paging_map(&space, va, pa, size, RW);
		CHECK(err == 0 || nothing_mapped());
	}
	CHECK_EQ(err, 0);
	CHECK_EQ(tables_used, 5);
	CHECK(leaf_is(va, pa, 0) && leaf_is(HIGH + GIB, 3 * GIB, 2));
}

/* A leaf across an edge, or a page that is not there: nothing at all changes. */
static void partial_changes(void)
{
	static const struct {
		virt_addr_t va;
		unsigned long size;
	} bad[] = {
		{HIGH, PAGE_SIZE},
		{HIGH, GIB - PAGE_SIZE},
		{HIGH + PAGE_SIZE, GIB - PAGE_SIZE},
		{HIGH, GIB + PAGE_SIZE},
		{HIGH + GIB, MIB2 - PAGE_SIZE},
		{HIGH + GIB + PAGE_SIZE, MIB2},
		{HIGH, GIB + MIB2 + 2 * PAGE_SIZE},
		{HIGH - PAGE_SIZE, GIB + PAGE_SIZE},
		{HIGH, 2 * GIB},
		{HIGH + GIB + MIB2 + PAGE_SIZE, PAGE_SIZE},
		{HIGH, 0xffffffffffffffff - HIGH + 1},
		{0, PAGE_SIZE},
		{HIGH + 2 * GIB, GIB},
	};
	static u64 before[TABLES][PTES_PER_TABLE];

	fresh(&plain);
	CHECK_EQ(paging_map(&space, HIGH, 0x80000000, GIB + MIB2 + PAGE_SIZE, RW), 0);
	memcpy(before, tables, sizeof(before));
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK_EQ(paging_unmap(&space, bad[i].va, bad[i].size), -EINVAL);
		CHECK_EQ(paging_protect(&space, bad[i].va, bad[i].size, PROT_READ), -EINVAL);
		CHECK(!memcmp(before, tables, sizeof(before)));
	}
	CHECK_EQ(paging_protect(&space, HIGH, GIB + MIB2 + PAGE_SIZE, PROT_READ), 0);
	CHECK(bits_are(HIGH, PROT_READ) && bits_are(HIGH + GIB + MIB2, PROT_READ));
	CHECK_EQ(paging_unmap(&space, HIGH + GIB, MIB2), 0);
	CHECK(walk(HIGH + GIB - 1).valid && !walk(HIGH + GIB).valid &&
		walk(HIGH + GIB + MIB2).valid);
	CHECK_EQ(paging_unmap(&space, HIGH, GIB), 0);
	CHECK_EQ(paging_unmap(&space, HIGH + GIB + MIB2, PAGE_SIZE), 0);
	CHECK(nothing_mapped());
}

/* The last page, block and GiB, whose end is 0; and the same just below. */
static void top_of_the_address_space(void)
{
	static const unsigned long sizes[] = {
		PAGE_SIZE, MIB2, GIB, MIB2 + PAGE_SIZE, GIB + MIB2 + PAGE_SIZE, 2 * GIB};

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		virt_addr_t va = 0 - sizes[i];
		phys_addr_t pa = 0x200000000 - sizes[i];

		fresh(&windows);
		CHECK_EQ(paging_map(&space, va, pa, sizes[i], RW), 0);
		CHECK(walk(~0UL).valid && walk(~0UL).pa == 0x1ffffffff);
		CHECK(walk(va).valid && walk(va).pa == pa && !walk(va - 1).valid && !walk(0).valid);
		CHECK_EQ(paging_map(&space, va, pa, sizes[i], RW), -EEXIST);
		CHECK_EQ(paging_protect(&space, va, sizes[i], RX), 0);
		CHECK(bits_are(va, RX) && bits_are(~0UL, RX));
		CHECK_EQ(paging_unmap(&space, va, sizes[i]), 0);
		CHECK(nothing_mapped());
	}
}

/* ---- At random, against a list of pages ---- */

/*
 * Four stretches of 512 + 8 pages about a boundary: of a GiB, of 2 MiB, at 0 and at the top.
 * A page of the model: its physical address and rights, or 0.
 */
#define STRETCH 520

static const virt_addr_t stretches[] = {
	HIGH + GIB - 260 * PAGE_SIZE, HIGH + 4 * MIB2 - 4 * PAGE_SIZE, 0, 0 - STRETCH *PAGE_SIZE};
static u64 pages[ARRAY_SIZE(stretches)][STRETCH];
static unsigned int leaf_pages[ARRAY_SIZE(stretches)][STRETCH]; /* in the page's leaf */

static bool stretch_agrees(unsigned int s)
{
	for (unsigned int i = 0; i < STRETCH; i++) {
		struct leaf leaf = walk(stretches[s] + i * PAGE_SIZE);

		if (leaf.valid != (pages[s][i] != 0))
			return false;
		if (leaf.valid && (leaf.pa | (leaf.bits & PTE_LEAF)) != pages[s][i])
			return false;
	}
	return true;
}

/* The rights of a random request as bits, and as prot. */
static enum prot pick_prot(u64 *bits)
{
	static const enum prot all[] = {PROT_READ, RW, RX};
	enum prot prot = all[pick(3)];

	*bits = PTE_R | (prot & PROT_WRITE ? PTE_W : 0) | (prot & PROT_EXEC ? PTE_X : 0);
	return prot;
}

static bool random_map(unsigned int s, unsigned int first, unsigned int count)
{
	virt_addr_t va = stretches[s] + first * PAGE_SIZE;
	/* Mostly with the alignment of the virtual address, so that large leaves come. */
	phys_addr_t pa = 0x80000000 + va % GIB + (pick(3) ? 0 : PAGE_SIZE * pick(4));
	int want = 0, err;
	u64 bits;
	enum prot prot = pick_prot(&bits);

	for (unsigned int i = first; i < first + count; i++)
		want = pages[s][i] ? -EEXIST : want;
	if (!pick(8))
		tables_max = tables_used + pick(2);
	err = paging_map(&space, va, pa, count * PAGE_SIZE, prot);
	/* Out of memory may come before what exists. */
	if (err == -ENOMEM && tables_used == tables_max)
		want = err;
	tables_max = TABLES;
	for (unsigned int i = 0; !err && i < count; i++) {
		pages[s][first + i] = (pa + i * PAGE_SIZE) | bits;
		leaf_pages[s][first + i] = 1U << (9 * walk(va + i * PAGE_SIZE).level);
	}
	return err == want;
}

/* What paging_protect() and paging_unmap() are to say: pages are there, and leaves whole. */
static int change_result(unsigned int s, unsigned int first, unsigned int count)
{
	for (unsigned int i = first; i < first + count; i++) {
		u64 start = (stretches[s] / PAGE_SIZE + i) & ~(u64)(leaf_pages[s][i] - 1);

		if (!pages[s][i])
			return -EINVAL;
		start -= stretches[s] / PAGE_SIZE;
		if (start < first || start + leaf_pages[s][i] > first + count)
			return -EINVAL;
	}
	return 0;
}

static bool random_change(unsigned int s, unsigned int first, unsigned int count, bool unmap)
{
	virt_addr_t va = stretches[s] + first * PAGE_SIZE;
	int want = change_result(s, first, count), err;
	u64 bits;
	enum prot prot = pick_prot(&bits);

	err = unmap ? paging_unmap(&space, va, count * PAGE_SIZE)
		    : paging_protect(&space, va, count * PAGE_SIZE, prot);
	for (unsigned int i = first; !err && i < first + count; i++)
		pages[s][i] = unmap ? 0 : (pages[s][i] & ~(u64)(PAGE_SIZE - 1)) | bits;
	return err == want;
}

struct request {
	unsigned int stretch, first, count;
};

/* A page or few, all that is left, or the 512 pages of a whole leaf of 2 MiB. */
static struct request pick_request(void)
{
	unsigned int s = (unsigned int)pick(ARRAY_SIZE(stretches));
	unsigned int first = (unsigned int)pick(STRETCH), left;

	if (!pick(3))
		return (struct request){s, (unsigned int)(0 - stretches[s] / PAGE_SIZE) & 511, 512};
	left = STRETCH - first;
	return (struct request){s, first, 1 + (unsigned int)pick(pick(2) && left > 4 ? 4 : left)};
}

/* Mostly what was asked for lately: else pages would soon be everywhere, and stay. */
static bool random_operation(void)
{
	static struct request recent[8];
	struct request *slot = &recent[pick(ARRAY_SIZE(recent))], r = pick_request();

	if (pick(2)) {
		if (r.first + r.count > STRETCH)
			r.count = STRETCH - r.first;
		*slot = r;
		return random_map(r.stretch, r.first, r.count) && stretch_agrees(r.stretch);
	}
	if (pick(4))
		r = *slot;
	if (!r.count || r.first + r.count > STRETCH)
		return true;
	return random_change(r.stretch, r.first, r.count, pick(4)) && stretch_agrees(r.stretch);
}

static unsigned long operation_count = 40000;

static void random_operations(void)
{
	for (unsigned long n = 0; n < operation_count; n++) {
		if (n % 500 == 0) {
			fresh(n % 1000 ? &plain : &windows);
			memset(pages, 0, sizeof(pages));
		}
		if (!CHECK(random_operation())) {
			printf("operation %lu\n", n);
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
	TEST(largest_leaves);
	TEST(alignment_of_both);
	TEST(rights);
	TEST(refused_rights);
	TEST(refused_addresses);
	TEST(existing);
	TEST(empty_tables_are_no_mapping);
	TEST(out_of_memory);
	TEST(partial_changes);
	TEST(top_of_the_address_space);
	TEST(random_operations);
	return check_report();
}
