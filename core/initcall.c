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
static const char *blacklist; /* names, by commas; NULL: none */

static bool set_debug(const char *value)
{
	(void)value;
	debug = true;
	return true;
}
early_param("initcall_debug", set_debug);

/* The length of the first name of @list. */
static size_t name_length(const char *list)
{
	const char *comma = strchr(list, ',');

	return comma ? (size_t)(comma - list) : strlen(list);
}

static bool is_named(const char *name, const char *first, size_t length)
{
	return strlen(name) == length && !strncmp(name, first, length);
}

static bool exists(const char *name, size_t length)
{
	const struct initcall *initcall;
	unsigned int level;

	for (level = 0; level < INITCALL_LEVEL_COUNT; level++) {
		for (initcall = levels[level].begin; initcall < levels[level].end; initcall++) {
			if (is_named(initcall->name, name, length))
				return true;
		}
	}
	return false;
}

/* initcall_blacklist=a,b: they are not called. The list stays where it is, for all of boot. */
static bool set_blacklist(const char *value)
{
	const char *at;
	size_t length;

	for (at = value; *at; at += length + (at[length] == ',')) {
		length = name_length(at);
		if (!exists(at, length))
			pr_err("parameter initcall_blacklist: there is no initcall %.*s\n",
				(int)length, at);
	}
	blacklist = value;
	return *value;
}
early_param("initcall_blacklist=", set_blacklist);

static bool is_blacklisted(const char *name)
{
	const char *at;
	size_t length;

	for (at = blacklist; at && *at; at += length + (at[length] == ',')) {
		length = name_length(at);
		if (is_named(name, at, length))
			return true;
	}
	return false;
}

static void run(const struct initcall *initcall, const char *level)
{
	u64 begin;
	int err;

	if (is_blacklisted(initcall->name)) {
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
