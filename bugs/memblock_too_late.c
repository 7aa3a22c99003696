// SPDX-License-Identifier: BSD-2-Clause
/* It has always worked, when it was called earlier. */
#include <core/bugs.h>
#include <lib/string.h>
#include <mm/memblock.h>
#include <molt/panic.h>
#include <molt/stage.h>

void bug_plant_at_boot(enum stage stage)
{
	if (stage == STAGE_ZONES && !memblock_alloc(4096, 4096))
		panic("no memory for a table of a page");
}
