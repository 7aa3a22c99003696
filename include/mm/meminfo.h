/* SPDX-License-Identifier: BSD-2-Clause */
/* Where memory is, as tables for people. Any hart, any context from stage `zones` on. */
#ifndef MM_MEMINFO_H
#define MM_MEMINFO_H

#include <molt/printk.h>

/*
 * zones_print - each zone that was given memory: what of it is free, and in which runs
 * Locks all zones, a table at a time; changes nothing.
 */
void zones_print(enum loglevel level);

/* ledger_print - who holds how much of RAM */
void ledger_print(enum loglevel level);

/**
 * caches_print - each slab cache that has memory [MEMINFO]
 * Locks one cache at a time. Caches may not come and go meanwhile.
 */
void caches_print(enum loglevel level);

#endif
