/* SPDX-License-Identifier: BSD-2-Clause */
/* Among the files of the bench. */
#ifndef CORE_BENCH_PARTS_H
#define CORE_BENCH_PARTS_H

#include <arch/count.h>
#include <molt/types.h>

/* What bench=NAME asks for. */
enum bench_part {
	BENCH_PAGES,	  /* page_alloc() and page_free(), memory free */
	BENCH_FRAGMENTED, /* and with a random half of it taken */
	BENCH_BULK,	  /* many pages in a row */
	BENCH_SLAB,	  /* kmalloc() and kfree() */
	BENCH_MAP,	  /* paging_map() and paging_unmap() [MEMORY_HOTPLUG] */
	BENCH_HOTPLUG,	  /* a range that joins [MEMORY_HOTPLUG] */
	BENCH_PARTS,
};

/* Bit n: part n is to be measured. */
extern unsigned int bench_wanted;

#define BENCH_SAMPLES	  1000 /* of each figure that is a median */
#define BENCH_SAMPLES_MAX 8192

/* One object's life. */
struct bench_sample {
	unsigned long object;
	u32 alloc, free; /* instructions */
};
extern struct bench_sample *bench_samples; /* BENCH_SAMPLES_MAX of them */

/* What is measured: alloc(@size, GFP_KERNEL) gives an object or 0, free(object, @size) ends it. */
struct bench_pair {
	counted_fn alloc, free;
	unsigned long size;
};

/**
 * bench_measure - allocate @count objects, all live together, then free them in that order
 *
 * Twice, the second time into bench_samples: what the first call of all has to make is there.
 * Returns how many there were memory for.
 */
unsigned int bench_measure(const struct bench_pair *pair, unsigned int count);

/* Of a sample: one call's instructions, or both calls' together. */
enum bench_cost {
	COST_ALLOC,
	COST_FREE,
	COST_PAIR,
};

/**
 * bench_median - the median of a cost over the first @count samples
 * @count: 1 to BENCH_SAMPLES. Of an even number it is the larger one in the middle.
 */
u32 bench_median(enum bench_cost cost, unsigned int count);

/* The medians of the first @count samples as @kind.alloc.@variant, .free. and .alloc_free. */
void bench_report_pair(const char *kind, const char *variant, unsigned int count);

/* Print figure @name, made of so many calls. */
void bench_report(const char *name, unsigned int calls, u64 instructions);

/* The parts. Each returns false where it could not measure, and has said why. */
bool bench_pages(void);
bool bench_fragmented(void);
bool bench_bulk(void);
bool bench_slab(void);
bool bench_map(void);
bool bench_hotplug(void);

#endif
