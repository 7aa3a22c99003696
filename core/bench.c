// SPDX-License-Identifier: BSD-2-Clause
/* CONFIG_BENCH: measures what bench= asks for, and says it in `@molt` lines. */
#include "bench.h"
#include <arch/page.h>
#include <core/bench.h>
#include <lib/printf.h>
#include <mm/zone.h>
#include <molt/init.h>
#include <molt/printk.h>

/* The samples' own pages. */
#define SAMPLES_ORDER 5
_Static_assert(BENCH_SAMPLES_MAX * sizeof(struct bench_sample) == PAGE_SIZE << SAMPLES_ORDER,
	"the samples fill their pages");

unsigned int bench_wanted;
struct bench_sample *bench_samples;

unsigned int bench_measure(const struct bench_pair *pair, unsigned int count)
{
	unsigned int round, i, end = 0;

	for (round = 0; round < 2; round++) {
		for (end = 0; end < count; end++) {
			struct bench_sample *sample = &bench_samples[end];
			struct counted call = count_call(
				pair->size, GFP_KERNEL | __GFP_NOWARN, 0, 0, 0, pair->alloc);

			if (!call.result)
				break;
			sample->object = call.result;
			sample->alloc = (u32)call.instructions;
		}
		for (i = 0; i < end; i++) {
			struct bench_sample *sample = &bench_samples[i];
			struct counted call =
				count_call(sample->object, pair->size, 0, 0, 0, pair->free);

			sample->free = (u32)call.instructions;
		}
	}
	return end;
}

static u32 cost_of(const struct bench_sample *sample, enum bench_cost cost)
{
	return (cost != COST_FREE ? sample->alloc : 0) + (cost != COST_ALLOC ? sample->free : 0);
}

u32 bench_median(enum bench_cost cost, unsigned int count)
{
	static u32 sorted[BENCH_SAMPLES];
	unsigned int i, at;

	for (i = 0; i < count; i++) {
		u32 value = cost_of(&bench_samples[i], cost);

		for (at = i; at && sorted[at - 1] > value; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = value;
	}
	return sorted[count / 2];
}

void bench_report(const char *name, unsigned int calls, u64 instructions)
{
	printk(LOGLEVEL_EMERG,
		"@molt {\"type\":\"bench\",\"name\":\"%s\",\"calls\":%u,\"instructions\":%lu}\n",
		name, calls, instructions);
}

void bench_report_pair(const char *kind, const char *variant, unsigned int count)
{
	static const char names[][12] = {
		[COST_ALLOC] = "alloc", [COST_FREE] = "free", [COST_PAIR] = "alloc_free"};
	enum bench_cost cost;
	char name[48];

	for (cost = COST_ALLOC; cost <= COST_PAIR; cost++) {
		snprintf(name, sizeof(name), "%s.%s.%s", kind, names[cost], variant);
		bench_report(name, count, bench_median(cost, count));
	}
}

/* Whether the counter counts instructions: on a board, or without -icount, it may not. */
static bool counts_exactly(void)
{
	u64 jump_and_return = count_call(0, 0, 0, 0, 0, count_nothing).instructions;

	if (jump_and_return != 2)
		pr_err("bench: a jump and a return count as %lu instructions, not 2: QEMU needs "
		       "-icount shift=0\n",
			jump_and_return);
	return jump_and_return == 2;
}

bool bench_run(void)
{
	static bool (*const parts[BENCH_PARTS])(void) = {
		[BENCH_PAGES] = bench_pages,
		[BENCH_FRAGMENTED] = bench_fragmented,
		[BENCH_BULK] = bench_bulk,
		[BENCH_SLAB] = bench_slab,
		[BENCH_MAP] = IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ? bench_map : NULL,
		[BENCH_HOTPLUG] = IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ? bench_hotplug : NULL,
	};
	unsigned int part;
	bool ok = true;

	if (!bench_wanted)
		return true;
	if (!counts_exactly())
		return false;
	bench_samples = page_alloc(SAMPLES_ORDER, GFP_KERNEL);
	if (!bench_samples) {
		pr_err("bench: no memory for its samples\n");
		return false;
	}
	for (part = 0; part < BENCH_PARTS; part++) {
		if (bench_wanted >> part & 1)
			ok &= parts[part]();
	}
	page_free(bench_samples, SAMPLES_ORDER);
	return ok;
}

#ifdef CONFIG_MEMORY_HOTPLUG
LIFETIME_REFERENCE("meminit stays", parts, bench_hotplug);
#endif
