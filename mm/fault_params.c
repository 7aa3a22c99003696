// SPDX-License-Identifier: BSD-2-Clause
/* FAULT_INJECTION: its parameters, INTERVAL,PROBABILITY,TIMES[,SEED]; TIMES -1: no limit. */
#include <lib/parse.h>
#include <mm/fault_inject.h>
#include <molt/param.h>

static bool comma(const char **text)
{
	if (**text != ',')
		return false;
	(*text)++;
	return true;
}

static bool number_or_no_limit(const char **text, u64 *number)
{
	if ((*text)[0] != '-' || (*text)[1] != '1')
		return parse_size(text, number);
	*text += 2;
	*number = ~(u64)0;
	return true;
}

static bool set(struct fault_attr *attr, const char *value)
{
	u64 interval, probability, times, seed = 0;

	if (!parse_size(&value, &interval) || !comma(&value) || !parse_size(&value, &probability) ||
		!comma(&value) || !number_or_no_limit(&value, &times))
		return false;
	if (comma(&value) && !parse_size(&value, &seed))
		return false;
	if (*value || !interval || probability > 100)
		return false;
	attr->interval = interval;
	attr->probability = probability;
	attr->times = times;
	attr->seed = seed;
	return true;
}

static bool set_fail_page_alloc(const char *value)
{
	return set(&fail_page_alloc, value);
}
__setup("fail_page_alloc=", set_fail_page_alloc);

static bool set_failslab(const char *value)
{
	return set(&failslab, value);
}
__setup("failslab=", set_failslab);
