// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each hart calibrates itself on its way in, with a function of boot's. The others have come
 * by the molt; this one waits for a device that only ever speaks to the first.
 */
#include <arch/hart.h>
#include <core/bugs.h>
#include <molt/compiler.h>
#include <molt/init.h>

static bool spoken_to;

static void __noinline __init calibrate(void)
{
	while (!__atomic_load_n(&spoken_to, __ATOMIC_RELAXED))
		;
}

void bug_plant_on_hart(void)
{
	calibrate();
}
LIFETIME_REFERENCE("every hart has come in by the molt", bug_plant_on_hart, calibrate);
