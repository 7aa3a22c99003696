// SPDX-License-Identifier: BSD-2-Clause
/* The parameters of the command line that are core's own: docs/boot.md lists them. */
#include <core/run.h>
#include <lib/string.h>
#include <molt/param.h>
#include <molt/printk.h>

static bool set_quiet(const char *value)
{
	console_loglevel = LOGLEVEL_QUIET;
	return !*value;
}
BOOT_PARAM("quiet", set_quiet);

/* loglevel=N: messages of a level below N are printed. */
static bool set_loglevel(const char *value)
{
	if (value[0] < '0' || value[0] > '8' || value[1])
		return false;
	console_loglevel = value[0] - '0';
	return true;
}
BOOT_PARAM("loglevel", set_loglevel);

static bool set_poweroff(const char *value)
{
	run_options.stay = !strcmp(value, "no");
	return run_options.stay || !strcmp(value, "yes");
}
BOOT_PARAM("poweroff", set_poweroff);

/* checks=no: for a machine whose RAM is more than its host has. */
static bool set_checks(const char *value)
{
	run_options.skip_checks = !strcmp(value, "no");
	return run_options.skip_checks || !strcmp(value, "yes");
}
BOOT_PARAM("checks", set_checks);

static bool set_report(const char *value)
{
	run_options.report_json = !strcmp(value, "json");
	return IS_ENABLED(CONFIG_REPORT_JSON) && run_options.report_json;
}
BOOT_PARAM("report", set_report);
