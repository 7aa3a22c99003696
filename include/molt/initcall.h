/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that boot calls, each once, named next to their definition. [init]
 *
 * What works when a level is called, and what is promised by its end (docs/boot.md):
 *
 * early      the FDT and the early parameters are read; nothing is claimed, nothing can be
 *            allocated. A failing run ends with its status from here on.
 * console    final tables, device registers. Messages go to the console that the FDT names.
 * security   page_alloc(), kmalloc(); one hart. Nothing that came from outside has run.
 * core       likewise. For what other initcalls need.
 * postcore   likewise, and core's are done.
 * arch       likewise, and postcore's are done. For the port's own.
 * subsys     every hart is in its idle thread. What drivers are for is ready after it.
 * device     module_init() of drivers that are built in.
 * late       the last before the molt.
 *
 * An initcall that is class init is shed with the rest; one in a file that stays is marked
 * __init. It returns 0 or a negative error, which is reported: boot goes on.
 */
#ifndef MOLT_INITCALL_H
#define MOLT_INITCALL_H

#include <molt/init.h>
#include <molt/table.h>

/* In the order in which they are called. X(name) */
#define INITCALL_LEVELS(X) \
	X(early) X(console) X(security) X(core) X(postcore) X(arch) X(subsys) X(device) X(late)

enum initcall_level {
#define X(name) INITCALL_##name,
	INITCALL_LEVELS(X)
#undef X
	INITCALL_LEVEL_COUNT,
};

struct initcall {
	int (*call)(void);
	const char *name; /* the function's, for messages */
};

#define INITCALL(level, function)                                             \
	static const char initcall_name_##function[] __initconst = #function; \
	TABLE_ENTRY(initcalls_##level, initcall, initcall_##function) = {     \
		function, initcall_name_##function}

#define early_initcall(function)    INITCALL(early, function)
#define console_initcall(function)  INITCALL(console, function)
#define security_initcall(function) INITCALL(security, function)
#define core_initcall(function)	    INITCALL(core, function)
#define postcore_initcall(function) INITCALL(postcore, function)
#define arch_initcall(function)	    INITCALL(arch, function)
#define subsys_initcall(function)   INITCALL(subsys, function)
#define device_initcall(function)   INITCALL(device, function)
#define late_initcall(function)	    INITCALL(late, function)

/*
 * Of a driver: how it starts, and how it would be taken out. What is built in never is, so
 * that @function, which is marked __exit, is not in the image.
 */
#define module_init(function) device_initcall(function)
#define module_exit(function) static void (*exitcall_##function)(void) __exitdata = function

/* Call all of a level, in no order that can be relied on; of some levels in a row. */
#define initcalls(level)	    initcalls_from(level, level)
#define initcalls_from(first, last) initcalls_run(INITCALL_##first, INITCALL_##last)
void initcalls_run(enum initcall_level first, enum initcall_level last);

/* Call what the compiler has listed in .init_array: functions that are constructors. */
void constructors_run(void);

#endif
