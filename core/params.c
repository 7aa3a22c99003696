// SPDX-License-Identifier: BSD-2-Clause
/* The parameters of the command line that are core's own: docs/boot.md lists them. */
#include <core/run.h>
#include <lib/parse.h>
#include <lib/string.h>
#include <molt/param.h>
#include <molt/printk.h>

static bool set_quiet(const char *value)
{
	(void)value;
	console_loglevel = LOGLEVEL_QUIET;
	return true;
}
early_param("quiet", set_quiet);

/* loglevel=N: messages of a level below N are printed. */
static bool set_loglevel(const char *value)
{
	if (value[0] < '0' || value[0] > '8' || value[1])
		return false;
	console_loglevel = value[0] - '0';
	return true;
}
early_param("loglevel=", set_loglevel);

/* @option becomes whether @value is "no"; anything but "no" and "yes" is refused. */
static bool set_unless(bool *option, const char *value)
{
	bool no = !strcmp(value, "no");

	if (!no && strcmp(value, "yes"))
		return false;
	*option = no;
	return true;
}

static bool set_poweroff(const char *value)
{
	return set_unless(&run_options.stay, value);
}
__setup("poweroff=", set_poweroff);

/* checks=no: for a machine whose RAM is more than its host has. */
static bool set_checks(const char *value)
{
	return set_unless(&run_options.skip_checks, value);
}
__setup("checks=", set_checks);

/* stress=N: operations of each hart in the check of that name, also on a single one. */
static bool set_stress(const char *value)
{
	u64 operations;

	if (!IS_ENABLED(CONFIG_STRESS_CHECK) || !parse_size(&value, &operations) || *value ||
		!operations || operations > 100000000)
		return false;
	run_options.stress = (u32)operations;
	return true;
}
__setup("stress=", set_stress);

/* meminfo: tables of memory at the end. */
static bool set_meminfo(const char *value)
{
	(void)value;
	if (!IS_ENABLED(CONFIG_MEMINFO))
		return false;
	run_options.meminfo = true;
	return true;
}
__setup("meminfo", set_meminfo);

static bool set_page_owner(const char *value)
{
	if (!IS_ENABLED(CONFIG_PAGE_OWNER) || strcmp(value, "dump"))
		return false;
	run_options.page_owner = true;
	return true;
}
__setup("page_owner=", set_page_owner);

static bool set_report(const char *value)
{
	if (!IS_ENABLED(CONFIG_REPORT_JSON) || strcmp(value, "json"))
		return false;
	run_options.report_json = true;
	return true;
}
__setup("report=", set_report);
