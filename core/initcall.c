// SPDX-License-Identifier: BSD-2-Clause
/* Initcalls: called, timed, left out. [init] */
#include <arch/hart.h>
#include <lib/string.h>
#include <molt/initcall.h>
#include <molt/param.h>
#include <molt/printk.h>

#define X(level) DECLARE_TABLE(initcalls_##level, initcall);
INITCALL_LEVELS(X)
#undef X

static const struct {
	const char *name;
	const struct initcall *begin, *end;
} levels[INITCALL_LEVEL_COUNT] = {
#define X(level) {#level, __start_initcalls_##level, __stop_initcalls_##level},
	INITCALL_LEVELS(X)
#undef X
};

static bool debug;

/* Those that are not to be called. */
#define LEFT_OUT_MAX 16
static const struct initcall *left_out[LEFT_OUT_MAX];
static unsigned int left_out_count;

static bool set_debug(const char *value)
{
	(void)value;
	debug = true;
	return true;
}
early_param("initcall_debug", set_debug);

static bool is_left_out(const struct initcall *initcall)
{
	unsigned int i;

	for (i = 0; i < left_out_count; i++) {
		if (left_out[i] == initcall)
			return true;
	}
	return false;
}

static void leave_out(const struct initcall *initcall)
{
	if (is_left_out(initcall))
		return;
	if (left_out_count == LEFT_OUT_MAX)
		pr_err("parameter initcall_blacklist: too many: %s is called\n", initcall->name);
	else
		left_out[left_out_count++] = initcall;
}

/* Leave out all initcalls of that name. Returns whether there are any. */
static bool leave_out_named(const char *name, size_t length)
{
	const struct initcall *initcall;
	unsigned int level;
	bool found = false;

	for (level = 0; level < INITCALL_LEVEL_COUNT; level++) {
		for (initcall = levels[level].begin; initcall < levels[level].end; initcall++) {
			if (strlen(initcall->name) == length &&
				!strncmp(initcall->name, name, length)) {
				leave_out(initcall);
				found = true;
			}
		}
	}
	return found;
}

/* initcall_blacklist=a,b: they are not called. */
static bool set_blacklist(const char *value)
{
	const char *at, *comma;
	size_t length;

	for (at = value; *at; at += length + (at[length] == ',')) {
		comma = strchr(at, ',');
		length = comma ? (size_t)(comma - at) : strlen(at);
		if (!leave_out_named(at, length))
			pr_err("parameter initcall_blacklist: there is no initcall %.*s\n",
				(int)length, at);
	}
	return *value;
}
early_param("initcall_blacklist=", set_blacklist);

static void run(const struct initcall *initcall, const char *level)
{
	u64 begin;
	int err;

	if (is_left_out(initcall)) {
		pr_notice("initcall %s is left out\n", initcall->name);
		return;
	}
	begin = hart_instret();
	err = initcall->call();
	/* What was asked for is said, however quiet the rest is. */
	if (debug)
		printk(LOGLEVEL_EMERG, "initcall %s (%s): %d, after %lu instructions\n",
			initcall->name, level, err, hart_instret() - begin);
	if (err)
		pr_err("initcall %s failed: %d\n", initcall->name, err);
}

void initcalls_run(enum initcall_level first, enum initcall_level last)
{
	const struct initcall *initcall;
	unsigned int level;

	for (level = first; level <= last; level++) {
		for (initcall = levels[level].begin; initcall < levels[level].end; initcall++)
			run(initcall, levels[level].name);
	}
}
