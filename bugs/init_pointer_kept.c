// SPDX-License-Identifier: BSD-2-Clause
/* Whoever wants to hear of something leaves a function. Nobody asks for how long it lives. */
#include <core/bugs.h>
#include <mm/slab.h>

struct listener {
	struct listener *next;
	void (*heard)(enum stage stage);
};

static struct listener *listeners;

void bug_plant_at_boot(enum stage stage)
{
	struct listener *listener;

	if (stage != STAGE_ZONES)
		return;
	listener = kmalloc(sizeof(*listener), GFP_KERNEL);
	if (!listener)
		return;
	listener->heard = bug_plant_at_boot;
	listener->next = listeners;
	listeners = listener;
}
