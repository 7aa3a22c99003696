/* SPDX-License-Identifier: BSD-2-Clause */
/* Run time: from the end of boot on, all of it resident. */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include <core/fault.h>
#include <molt/compiler.h>
#include <molt/types.h>

struct run_options {
	bool stay;	  /* poweroff=no: idle after the checks */
	bool skip_checks; /* checks=no */
	bool report_json; /* report=json */
	u32 stress;   /* stress=N: operations of each hart; 0: as many as usual. [STRESS_CHECK] */
	bool meminfo; /* meminfo: tables at the end */
	bool page_owner; /* page_owner=dump: who holds pages at the end */
	enum run_fault fault;
};
extern struct run_options run_options;

/**
 * run - the boot hart's idle thread: molt, check, report, end
 * Entered on its own stack once all harts are in their idle threads.
 */
void __noreturn run(void);

/* A hart with nothing to do: waits, a timer always armed. */
void __noreturn idle(void);

#endif
