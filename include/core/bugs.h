/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The museum's hooks. The one mistake that Kconfig's menu BUGS plants is made in one of them,
 * a file of bugs/; docs/bugs.md tells of each.
 */
#ifndef CORE_BUGS_H
#define CORE_BUGS_H

#include <molt/stage.h>

/* Called as each stage begins, until the molt. [init; BUG_AT_BOOT] */
void bug_plant_at_boot(enum stage stage);

/* Called once the window is gone. [BUG_AFTER_MOLT] */
void bug_plant_after_molt(void);

/* Called by each hart but the first, before it is online. [BUG_ON_HART] */
void bug_plant_on_hart(void);

#endif
