// SPDX-License-Identifier: BSD-2-Clause
/* CONFIG_BENCH: bench=NAME has one part of the bench measured; it may be given again. */
#include "bench.h"
#include <lib/string.h>
#include <molt/compiler.h>
#include <molt/param.h>

static bool set_bench(const char *value)
{
	static const char *const names[BENCH_PARTS] = {
		[BENCH_PAGES] = "pages",
		[BENCH_FRAGMENTED] = "fragmented",
		[BENCH_BULK] = "bulk",
		[BENCH_SLAB] = "slab",
		[BENCH_MAP] = IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ? "map" : NULL,
		[BENCH_HOTPLUG] = IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ? "hotplug" : NULL,
	};
	unsigned int part;

	for (part = 0; part < BENCH_PARTS; part++) {
		if (names[part] && !strcmp(value, names[part])) {
			bench_wanted |= 1U << part;
			return true;
		}
	}
	return false;
}
__setup("bench=", set_bench);
