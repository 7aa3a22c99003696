/* SPDX-License-Identifier: BSD-2-Clause */
/* What stage.c hands to report.c, where that is built. */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include <molt/stage.h>

#ifdef CONFIG_REPORT_JSON
/* Keep the instruction count and every owner's bytes at @stage. */
void record_stage(enum stage stage, u64 instret);
#else
static inline void record_stage(enum stage stage, u64 instret)
{
	(void)stage;
	(void)instret;
}
#endif

#endif
