// SPDX-License-Identifier: BSD-2-Clause
/* harts: all are there, also those that come when the window is gone. */
#include <core/check.h>
#include <core/harts.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/zone.h>
#include <molt/compiler.h>

#define OBJECT 100

/* Late harts that could do what harts do. They come one by one. */
static unsigned int working;

void check_late_hart(void)
{
	struct check_tries tries = {0};
	void *page, *object;

	do
		page = page_alloc(0, GFP_KERNEL | __GFP_ZERO);
	while (!page && check_again(&tries));
	do
		object = kmalloc(OBJECT, GFP_KERNEL);
	while (!object && check_again(&tries));
	if (page && object) {
		memcpy(object, page, OBJECT);
		working++;
	}
	kfree(object);
	if (page)
		page_free(page, 0);
}

bool check_harts(void)
{
	unsigned int index, late = 0;
	char figures[60];

	working = 0;
	for (index = 1; index < hart_count; index++) {
		if (hart_was_started(hart_at(index)))
			continue;
		late++;
		hart_bring_up(hart_at(index));
	}
	snprintf(figures, sizeof(figures), ",\"online\":%u,\"known\":%u,\"late\":%u",
		harts_online(), hart_count, late);
	return check_report("harts", harts_online() == hart_count && working == late, figures);
}
