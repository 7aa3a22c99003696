// SPDX-License-Identifier: BSD-2-Clause
#include "record.h"
#include <arch/hart.h>
#include <arch/paging.h>
#include <core/bugs.h>
#include <core/report.h>
#include <mm/wx.h>
#include <molt/init.h>
#include <molt/panic.h>

enum stage stage_now;

const char *const stage_names[STAGE_COUNT] = {
	"entry", "memblock", "mapped", "zones", "running", "molted"};

void __init stage_begin(u64 entry_instret)
{
	record_stage(STAGE_ENTRY, entry_instret);
}

void stage_enter(enum stage stage)
{
	s64 difference;

	if (IS_ENABLED(CONFIG_DEBUG_FENCE))
		paging_fence_check(stage_names[stage]);
	stage_now = stage;
	record_stage(stage, hart_instret());
	if (IS_ENABLED(CONFIG_DEBUG_WX) && stage_reached(STAGE_MAPPED))
		wx_check();
	difference = ledger_difference();
	if (difference)
		panic("ledger: at stage %s the owners have %lu bytes %s than RAM",
			stage_names[stage], (u64)(difference < 0 ? -difference : difference),
			difference < 0 ? "less" : "more");
	if (IS_ENABLED(CONFIG_BUG_AT_BOOT) && !stage_reached(STAGE_MOLTED))
		bug_plant_at_boot(stage);
	if (IS_ENABLED(CONFIG_BUG_AFTER_MOLT) && stage_reached(STAGE_MOLTED))
		bug_plant_after_molt();
}

#ifdef CONFIG_BUG_AT_BOOT
LIFETIME_REFERENCE("it asks the stage first", stage_enter, bug_plant_at_boot);
#endif
