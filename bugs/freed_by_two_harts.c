// SPDX-License-Identifier: BSD-2-Clause
/* Two harts drop what they share. Each looks whether it is still there, and then frees it. */
#include <core/bugs.h>
#include <core/harts.h>
#include <mm/page.h>

static void *shared;
static unsigned int looked;

static void drop(void *argument)
{
	void *block = __atomic_load_n(&shared, __ATOMIC_ACQUIRE);

	(void)argument;
	/* The other hart looks just now. */
	__atomic_fetch_add(&looked, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&looked, __ATOMIC_RELAXED) < 2)
		;
	if (block)
		page_free(block, BLOCK_ORDER);
	__atomic_store_n(&shared, NULL, __ATOMIC_RELEASE);
}

void bug_plant_after_molt(void)
{
	shared = page_alloc(BLOCK_ORDER, GFP_KERNEL);
	if (harts_online() == 2)
		harts_call(drop, NULL);
}
