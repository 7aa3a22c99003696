// SPDX-License-Identifier: BSD-2-Clause
/* The arch record: CPUs that the kernel is built for. A port to others adds to it. [init] */
#include <arch/cpu.h>
#include <asm/cpu.h>
#include <lib/fdt.h>
#include <lib/string.h>

DECLARE_TABLE(cpu_records, cpu_record);

/* Hardware that can do more levels can do Sv39 too (privileged ISA, 4.1.11). */
TABLE_ENTRY(cpu_records, cpu_record, rv64imac) = {
	.base = "rv64", .extensions = "imac", .least_mmu = "riscv,sv39"};

/* Modulo 32: no name is of one character that is no letter. */
#define LETTER(c) (1U << (u8)(c) % 32)

/*
 * The letters of @text, up to what is none, or "z" or "x", which begin longer names;
 * "g" is imafd (unprivileged ISA, chapter 27).
 */
static u32 letters_of(const char *text)
{
	u32 letters = 0;

	for (; *text >= 'a' && *text < 'x'; text++)
		letters |= LETTER(*text);
	if (letters & LETTER('g'))
		letters |= letters_of("imafd");
	return letters;
}

/* The same of a list of names, of which those of one letter count. */
static u32 letters_listed(const char *names, u32 length)
{
	u32 letters = 0, at;

	for (at = 0; at + 1 < length; at++) {
		if (!names[at + 1] && (!at || !names[at - 1]))
			letters |= LETTER(names[at]);
	}
	return letters;
}

/* The letters of its extensions, behind the base of its riscv,isa; all where the tree is silent. */
static u32 letters_of_hart(const struct fdt_node *node, const char *isa)
{
	u32 length;
	const char *names = fdt_node_property(node, FDT_ISA_EXTENSIONS, &length);

	if (names)
		return letters_listed(names, length);
	return isa ? letters_of(isa) : ~0U;
}

static const char *missing_of(
	const struct cpu_record *record, const struct fdt_node *node, bool runs)
{
	const char *mmu = fdt_node_string(node, FDT_MMU_TYPE);
	const char *isa = fdt_node_string(node, FDT_ISA);

	/* riscv,none and riscv,sv32 are less than riscv,sv39 as texts, too. */
	if (!runs && (!mmu || strncmp(mmu, "riscv,", 6) || strcmp(mmu, record->least_mmu) < 0))
		return "an MMU that does Sv39";
	if (fdt_node_has(node, FDT_ISA)) {
		if (!isa || strncmp(isa, record->base, strlen(record->base)))
			return "the base ISA RV64";
		isa += strlen(record->base);
	}
	if (letters_of(record->extensions) & ~letters_of_hart(node, isa))
		return "extensions: it needs imac";
	return NULL;
}

const char *cpu_missing(const struct fdt_node *node, bool runs)
{
	const struct cpu_record *record;
	const char *missing = NULL;

	for_each_in_table(record, cpu_records) {
		missing = missing_of(record, node, runs);
		if (!missing)
			return NULL;
	}
	return missing;
}
