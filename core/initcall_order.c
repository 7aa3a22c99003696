// SPDX-License-Identifier: BSD-2-Clause
/* TEST_FAULTS: an initcall of each level, for tests that see them called. [init] */
#include <molt/err.h>
#include <molt/initcall.h>
#include <molt/param.h>
#include <molt/stage.h>

static unsigned int constructed;
static bool fails;

static void __attribute__((__constructor__)) construct(void)
{
	constructed++;
}

/* fail_initcall: the one of level late fails. */
static bool set_fails(const char *value)
{
	(void)value;
	fails = true;
	return true;
}
early_param("fail_initcall", set_fails);

/* What the level promises is there, and constructors have run once. */
#define ORDER(level, stage)                                                    \
	static int order_##level(void)                                         \
	{                                                                      \
		return constructed == 1 && stage_now == (stage) ? 0 : -EINVAL; \
	}                                                                      \
	level##_initcall(order_##level)

ORDER(early, STAGE_ENTRY);
ORDER(console, STAGE_MEMBLOCK);
ORDER(security, STAGE_ZONES);
ORDER(core, STAGE_ZONES);
ORDER(postcore, STAGE_ZONES);
ORDER(arch, STAGE_ZONES);
ORDER(subsys, STAGE_RUNNING);
ORDER(device, STAGE_RUNNING);

static int order_late(void)
{
	return fails ? -EIO : constructed == 1 && stage_now == STAGE_RUNNING ? 0 : -EINVAL;
}
late_initcall(order_late);
