/* SPDX-License-Identifier: BSD-2-Clause */
/* What single calls cost, after the molt: docs/performance.md. [BENCH] */
#ifndef CORE_BENCH_H
#define CORE_BENCH_H

#include <molt/types.h>

/**
 * bench_run - measure what bench= asked for; each figure is a `@molt` line of type bench
 *
 * Returns false where something could not be measured, and says why. Memory is as it was
 * afterwards, but for a hotplugged range that stays. Other harts idle meanwhile.
 */
bool bench_run(void);

#endif
