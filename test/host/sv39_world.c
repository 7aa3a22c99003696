/* SPDX-License-Identifier: BSD-2-Clause */
/* sv39_world.h says what this is. */
#include "sv39_world.h"

#include <stdlib.h>

#define TABLES_BASE 0x123456000UL

u64 tables[TABLES][PTES_PER_TABLE];
unsigned long tables_used, tables_max;
static bool in_use[TABLES];

static u64 window[3][PTES_PER_TABLE];
static u64 *shown[3];

u64 random_state;

/* What must hold for a test to mean anything ends the program where it does not. */
static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

/* ---- The source ---- */

static void hide(unsigned int level)
{
	if (shown[level])
		memcpy(shown[level], window[level], sizeof(window[level]));
	shown[level] = NULL;
	memset(window[level], 0xff, sizeof(window[level]));
}

static void hide_all(void)
{
	for (unsigned int level = 0; level < 3; level++)
		hide(level);
}

static unsigned long index_of(phys_addr_t table)
{
	unsigned long index = (table - TABLES_BASE) / PAGE_SIZE;

	must(index < TABLES && in_use[index], "an access to what is no table, or no longer");
	return index;
}

static void *window_access(phys_addr_t table, unsigned int level)
{
	u64 *content = tables[index_of(table)];

	/* One table is never seen in two windows. */
	for (unsigned int other = 0; other < 3; other++) {
		if (other == level || shown[other] == content)
			hide(other);
	}
	shown[level] = content;
	memcpy(window[level], shown[level], sizeof(window[level]));
	return window[level];
}

static void *plain_access(phys_addr_t table, unsigned int level)
{
	(void)level;
	return tables[index_of(table)];
}

static phys_addr_t table_alloc(void)
{
	unsigned long index = 0;

	if (tables_used >= tables_max)
		return PHYS_ADDR_MAX;
	while (in_use[index])
		index++;
	in_use[index] = true;
	tables_used++;
	memset(tables[index], 0x5a, PAGE_SIZE);
	return TABLES_BASE + index * PAGE_SIZE;
}

static void table_free(phys_addr_t table)
{
	unsigned long index = index_of(table);

	for (unsigned int level = 0; level < 3; level++) {
		if (shown[level] == tables[index])
			shown[level] = NULL;
	}
	in_use[index] = false;
	tables_used--;
}

const struct page_source windows = {table_alloc, table_free, window_access};
const struct page_source plain = {table_alloc, table_free, plain_access};
struct address_space space;

void fresh(const struct page_source *source)
{
	tables_used = 0;
	tables_max = TABLES;
	memset(in_use, 0, sizeof(in_use));
	memset(shown, 0, sizeof(shown));
	space = (struct address_space){0, source};
	must(!paging_init(&space) && tables_used == 1, "no root table");
}

/* ---- A walk of its own ---- */

struct leaf walk(virt_addr_t va)
{
	phys_addr_t table = space.root;

	hide_all();
	for (int level = 2; level >= 0; level--) {
		unsigned int shift = 12 + 9 * (unsigned int)level;
		u64 pte = tables[index_of(table)][va >> shift & 511];

		if (!(pte & 1) || pte >> 54)
			break;
		table = (pte >> 10 & 0xfffffffffff) << 12;
		if (!(pte & 0xe))
			continue;
		if (table & ((1UL << shift) - 1))
			break;
		return (struct leaf){true, table | (va & ((1UL << shift) - 1)), pte & 0x3ff,
			(unsigned int)level};
	}
	return (struct leaf){.valid = false};
}

bool leaf_is(virt_addr_t va, phys_addr_t pa, unsigned int level)
{
	struct leaf leaf = walk(va);

	return leaf.valid && leaf.pa == pa && leaf.level == level;
}

/* Bits of a leaf: V, R, A and G always; dirty where it can be written. */
bool bits_are(virt_addr_t va, enum prot prot)
{
	u64 want = PTE_V | PTE_R | PTE_A | PTE_G;

	want |= prot & PROT_WRITE ? PTE_W | PTE_D : 0;
	want |= prot & PROT_EXEC ? PTE_X : 0;
	return walk(va).bits == want;
}

bool nothing_mapped(void)
{
	hide_all();
	for (unsigned long table = 0; table < TABLES; table++) {
		for (unsigned int i = 0; in_use[table] && i < PTES_PER_TABLE; i++) {
			if (tables[table][i] & PTE_LEAF)
				return false;
		}
	}
	return true;
}

static unsigned long reached_from(phys_addr_t table)
{
	unsigned long reached = 1;

	for (unsigned int i = 0; i < PTES_PER_TABLE; i++) {
		u64 pte = tables[index_of(table)][i];

		if ((pte & 0xf) == 1)
			reached += reached_from((pte >> 10 & 0xfffffffffff) << 12);
	}
	return reached;
}

unsigned long tables_reached(void)
{
	hide_all();
	return reached_from(space.root);
}

unsigned long pick(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}
