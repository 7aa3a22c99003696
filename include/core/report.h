/* SPDX-License-Identifier: BSD-2-Clause */
/* Stages, and the `@molt` lines for programs: docs/console.md. */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <mm/ledger.h>
#include <molt/stage.h>

/**
 * stage_enter - @stage is reached: count instructions, and balance the books
 *
 * From stage `memblock` on every owner's bytes are recorded, and the machine stops
 * where they do not add up to RAM. Printed by report_print().
 */
void stage_enter(enum stage stage);

/* The first instruction's count, for stage `entry`. */
void stage_begin(u64 entry_instret);

/* Print the books as they stand now, as those of stage "online". */
void report_ledger_online(void);

/* Print what was recorded: stages, ledgers, what was freed, harts. */
void report_print(void);

extern const char *const stage_names[STAGE_COUNT];

#endif
