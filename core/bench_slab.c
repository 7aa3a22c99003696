// SPDX-License-Identifier: BSD-2-Clause
/* What objects cost, of a slab of one page and of a larger one. */
#include "bench.h"
#include <lib/printf.h>
#include <mm/slab.h>
#include <molt/compiler.h>

bool bench_slab(void)
{
	static const u16 sizes[] = {64, 1024};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct bench_pair pair = {(counted_fn)kmalloc, (counted_fn)kfree, sizes[i]};
		unsigned int count = bench_measure(&pair, BENCH_SAMPLES);
		char variant[8];

		snprintf(variant, sizeof(variant), "%u", sizes[i]);
		if (count)
			bench_report_pair("kmalloc", variant, count);
	}
	slab_shrink();
	return true;
}
