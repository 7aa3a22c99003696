/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MM_CMA_INTERNAL_H
#define MM_CMA_INTERNAL_H

#include <mm/cma.h>

/* Drawn at boot, with their names behind them. */
extern struct cma_area *cma_areas;
extern unsigned int cma_count;

#endif
