// SPDX-License-Identifier: BSD-2-Clause
/* The arch record: CPUs that the kernel is built for. A port to others adds to it. [init] */
#include <arch/cpu.h>
#include <asm/cpu.h>
#include <lib/string.h>

DECLARE_TABLE(cpu_records, cpu_record);

/* Hardware that can do more levels can do Sv39 too (privileged ISA, 4.1.11). */
TABLE_ENTRY(cpu_records, cpu_record, rv64imac) = {
	.base = "rv64", .extensions = "imac", .least_mmu = "riscv,sv39"};

#define LETTER(c) (1U << ((c) - 'a'))

/*
 * The letters of @text: bit 0 is a. Up to what is none, or "z" or "x", which begin longer names;
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

static const char *missing_of(const struct cpu_record *record, const char *isa, const char *mmu)
{
	size_t base = strlen(record->base);

	/* riscv,none and riscv,sv32 are less than riscv,sv39 as texts, too. */
	if (strncmp(mmu, "riscv,", 6) || strcmp(mmu, record->least_mmu) < 0)
		return "an MMU that does Sv39";
	if (isa && strncmp(isa, record->base, base))
		return "the base ISA RV64";
	if (isa && letters_of(record->extensions) & ~letters_of(isa + base))
		return "extensions: it needs imac";
	return NULL;
}

const char *cpu_missing(const char *isa, const char *mmu)
{
	const struct cpu_record *record;
	const char *missing = NULL;

	for_each_in_table(record, cpu_records) {
		missing = missing_of(record, isa, mmu);
		if (!missing)
			return NULL;
	}
	return missing;
}
