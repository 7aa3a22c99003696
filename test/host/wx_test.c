/* SPDX-License-Identifier: BSD-2-Clause */
/* The audit of page tables: a sound map is passed and counted, each planted fault is named. */
#include "sv39_world.h"

#include <arch/wx.h>
#include <molt/compiler.h>

/* An image of text, constants and data at IMAGE, linked at TOP; firmware below it. */
#define RAM   0x80000000UL
#define IMAGE (RAM + MIB2)
#define TEXT  IMAGE
#define CONST (TEXT + 3 * PAGE_SIZE)
#define DATA  (CONST + PAGE_SIZE)
#define END   (DATA + 2 * PAGE_SIZE)
#define GONE  (TOP + 0x100000)

static const struct wx_range image[] = {{TEXT, CONST, RX}, {CONST, DATA, PROT_READ}};
static const struct wx_range firmware[] = {
	{RAM, RAM + 0x80000, 0}, {RAM + 4 * GIB, RAM + 5 * GIB, 0}};
static const struct wx_rules rules = {.image = {image, 2},
	.firmware = {firmware, 2},
	.gone_from = GONE,
	.gone_to = GONE + PAGE_SIZE};

static struct wx_counts counts;
static struct wx_finding finding;

static bool audit(void)
{
	return wx_audit(space.root, space.source->access, &rules, &counts, &finding);
}

static void must_map(virt_addr_t va, phys_addr_t pa, unsigned long size, enum prot prot)
{
	CHECK_EQ(paging_map(&space, va, pa, size, prot), 0);
}

/* The image at TOP, and RAM from RAM on at HIGH but for the firmware's. */
static void sound(const struct page_source *source)
{
	fresh(source);
	must_map(TOP, TEXT, CONST - TEXT, RX);
	must_map(TOP + (CONST - TEXT), CONST, DATA - CONST, PROT_READ);
	must_map(TOP + (DATA - TEXT), DATA, END - DATA, RW);
	must_map(HIGH + 0x80000, RAM + 0x80000, TEXT - RAM - 0x80000, RW);
	must_map(HIGH + (TEXT - RAM), TEXT, DATA - TEXT, PROT_READ);
	must_map(HIGH + (DATA - RAM), DATA, GIB - (DATA - RAM), RW);
	must_map(HIGH + GIB, RAM + GIB, 3 * GIB, RW);
}

/* The entry that maps @va, or that would, at @level. */
static u64 *entry_of(virt_addr_t va, unsigned int level)
{
	phys_addr_t table = space.root;
	unsigned int at = SV39_ROOT_LEVEL;
	u64 *entry;

	for (;; at--) {
		entry = (u64 *)plain.access(table, at) + pte_index(va, at);
		if (at == level)
			return entry;
		table = pte_phys(*entry);
	}
}

static void passes(void)
{
	sound(&windows);
	CHECK(audit());
	CHECK_EQ(counts.tables, tables_used);
	CHECK_EQ(counts.leaves[2], 3);
	CHECK_EQ(counts.leaves[1], 510);
	CHECK_EQ(counts.executable, CONST - TEXT);
	CHECK_EQ(counts.constant, DATA - CONST + DATA - TEXT);
	CHECK_EQ(counts.writable, END - DATA + 4 * GIB - 0x80000 - (DATA - TEXT));
}

static void nothing_at_all(void)
{
	fresh(&plain);
	CHECK(audit());
	CHECK_EQ(counts.tables, 1);
	CHECK_EQ(counts.executable + counts.constant + counts.writable, 0);
}

/* As pte_make(), for initialisers. */
#define ENTRY(pa, bits) ((pa) >> (PAGE_SHIFT - PTE_PPN_SHIFT) | (bits))
#define LEAF(pa, bits)	ENTRY(pa, PTE_V | PTE_A | (bits))

/* One entry of a sound map is replaced. */
static const struct {
	const char *rule;
	virt_addr_t va;
	unsigned int level;
	u64 entry;
} planted[] = {
	{"writable and executable", TOP, 0, LEAF(TEXT, PTE_R | PTE_W | PTE_X | PTE_D)},
	{"writable and executable", TOP + MIB2, 1,
		LEAF(RAM + 2 * MIB2, PTE_R | PTE_W | PTE_X | PTE_D)},
	{"code is writable", TOP + MIB2, 1, LEAF(TEXT, PTE_R | PTE_W | PTE_D)},
	{"code is writable", HIGH + (TEXT - RAM), 0, LEAF(TEXT, PTE_R | PTE_W | PTE_D)},
	{"code is writable", HIGH, 2, LEAF(RAM, PTE_R | PTE_W | PTE_D)},
	{"constants are writable", TOP + 8 * PAGE_SIZE, 0, LEAF(CONST, PTE_R | PTE_W | PTE_D)},
	{"constants are writable", HIGH + (CONST - RAM), 0, LEAF(CONST, PTE_R | PTE_W | PTE_D)},
	{"executable, and no code", TOP + 8 * PAGE_SIZE, 0, LEAF(CONST, PTE_R | PTE_X)},
	{"executable, and no code", TOP + 8 * PAGE_SIZE, 0, LEAF(DATA, PTE_R | PTE_X)},
	{"executable, and no code", TOP + 8 * PAGE_SIZE, 0, LEAF(RAM + 2 * GIB, PTE_R | PTE_X)},
	/* Executable code, and what lies behind it. */
	{"executable, and no code", TOP + MIB2, 1, LEAF(TEXT, PTE_R | PTE_X)},
	{"memory that is not to be mapped", HIGH, 0, LEAF(RAM, PTE_R)},
	{"memory that is not to be mapped", HIGH + 0x7f000, 0, LEAF(RAM + 0x7f000, PTE_R)},
	{"memory that is not to be mapped", HIGH + 4 * GIB, 2, LEAF(RAM + 4 * GIB, PTE_R)},
	/* 1 GiB that begins elsewhere and reaches into it. */
	{"memory that is not to be mapped", HIGH + 5 * GIB, 2, LEAF(RAM, PTE_R)},
	{"mapped where nothing is any more", GONE, 0, LEAF(RAM + GIB, PTE_R)},
	{"open to user code", TOP, 0, LEAF(TEXT, PTE_R | PTE_X | PTE_U)},
	{"open to user code", HIGH + GIB, 2, LEAF(RAM + GIB, PTE_R | PTE_W | PTE_D | PTE_U)},
	{"mapped in the user's half", 0, 2, LEAF(RAM + GIB, PTE_R)},
	{"mapped in the user's half", 255 * GIB, 2, PTE_V},
	{"writable, not readable", HIGH + GIB, 2, LEAF(RAM + GIB, PTE_W | PTE_D)},
	{"executable, not readable", TOP, 0, LEAF(TEXT, PTE_X)},
	{"not aligned to its size", HIGH + GIB, 2, LEAF(RAM + GIB + MIB2, PTE_R)},
	{"not aligned to its size", HIGH + 2 * MIB2, 1, LEAF(RAM + MIB2 + PAGE_SIZE, PTE_R)},
	{"accessed or dirty is not set", HIGH + GIB, 2, ENTRY(RAM + GIB, PTE_V | PTE_R)},
	{"accessed or dirty is not set", HIGH + GIB, 2, LEAF(RAM + GIB, PTE_R | PTE_W)},
	{"reserved bits are set", HIGH + GIB, 2, LEAF(RAM + GIB, PTE_R | 1UL << 63)},
	{"reserved bits are set", HIGH + GIB, 2, LEAF(RAM + GIB, PTE_R | 1UL << 61)},
	{"reserved bits are set", HIGH + GIB, 2, LEAF(RAM + GIB, PTE_R | 1UL << 54)},
	{"reserved bits are set", HIGH, 2, 1UL << 60 | PTE_V},
	{"a table has the bits of a leaf", HIGH, 2, PTE_V | PTE_U},
	{"a table has the bits of a leaf", HIGH, 2, PTE_V | PTE_A},
	{"a table has the bits of a leaf", HIGH, 2, PTE_V | PTE_D},
	{"a table where there can only be a page", TOP, 0, PTE_V},
};

static void finds(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(planted); i++) {
		u64 *entry;

		sound(&plain);
		entry = entry_of(planted[i].va, planted[i].level);
		*entry = planted[i].entry;
		if (!CHECK(!audit()) || !CHECK(!strcmp(finding.rule, planted[i].rule)) ||
			!CHECK_EQ(finding.va, planted[i].va)) {
			printf("planted %u: %s at %lx\n", i, finding.rule, finding.va);
			continue;
		}
		CHECK_EQ(finding.level, planted[i].level);
		CHECK_EQ(finding.entry, planted[i].entry);
		CHECK_EQ(finding.pa, pte_phys(planted[i].entry));
	}
}

/* What has to be there for the next: without the fault the same map passes. */
static void all_kinds_of_leaves_pass(void)
{
	sound(&plain);
	*entry_of(TOP + 8 * PAGE_SIZE, 0) = LEAF(TEXT + PAGE_SIZE, PTE_R | PTE_X);
	*entry_of(TOP + 9 * PAGE_SIZE, 0) = LEAF(CONST, PTE_R);
	*entry_of(TOP + 10 * PAGE_SIZE, 0) = LEAF(RAM + 0x80000, PTE_R | PTE_W | PTE_D);
	*entry_of(GONE - PAGE_SIZE, 0) = LEAF(RAM + GIB, PTE_R);
	*entry_of(GONE + PAGE_SIZE, 0) = LEAF(RAM + GIB, PTE_R | PTE_D);
	*entry_of(HIGH + 5 * GIB, 2) = LEAF(RAM + 5 * GIB, PTE_R | PTE_W | PTE_D | PTE_G);
	/* An entry that is not valid says nothing, whatever else is in it. */
	*entry_of(HIGH + 6 * GIB, 2) = ~(u64)PTE_V;
	CHECK(audit());
	CHECK_EQ(counts.executable, CONST - TEXT + PAGE_SIZE);
}

int main(void)
{
	TEST(passes);
	TEST(nothing_at_all);
	TEST(finds);
	TEST(all_kinds_of_leaves_pass);
	return check_report();
}
