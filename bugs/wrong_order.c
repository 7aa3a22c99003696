// SPDX-License-Identifier: BSD-2-Clause
/* Eight pages come, one goes. */
#include <core/bugs.h>
#include <mm/page.h>

void bug_plant_after_molt(void)
{
	void *pages = page_alloc(3, GFP_KERNEL);

	if (pages)
		page_free(pages, 0);
}
