// SPDX-License-Identifier: BSD-2-Clause
/* The command line can still be read, can it not? */
#include <core/bugs.h>
#include <molt/param.h>

void bug_plant_after_molt(void)
{
	static char again[] = "quiet";

	params_early(again);
}
