// SPDX-License-Identifier: BSD-2-Clause
#include <mm/fault_inject.h>
#include <molt/printk.h>
#include <molt/stage.h>
#include <molt/symbols.h>

struct fault_attr fail_page_alloc = {.name = "fail_page_alloc"};
struct fault_attr failslab = {.name = "failslab"};

/* A number that has nothing to do with the ones before (the finalizer of splitmix64). */
static u64 scramble(u64 number)
{
	number *= 0x9e3779b97f4a7c15;
	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

static bool is_chosen(const struct fault_attr *attr, u64 call)
{
	return call % attr->interval == 0 && scramble(attr->seed + call) % 100 < attr->probability;
}

bool should_fail(struct fault_attr *attr, unsigned long caller)
{
	struct place from = place_of(caller);
	u64 call, failures;

	if (!attr->interval || !stage_reached(STAGE_MOLTED))
		return false;
	call = __atomic_add_fetch(&attr->calls, 1, __ATOMIC_RELAXED);
	if (!is_chosen(attr, call))
		return false;
	failures = __atomic_add_fetch(&attr->failures, 1, __ATOMIC_RELAXED);
	if (failures > attr->times) {
		__atomic_sub_fetch(&attr->failures, 1, __ATOMIC_RELAXED);
		return false;
	}
	pr_warn("%s: failure %lu, at call %lu, from " PLACE_FORMAT "\n", attr->name, failures, call,
		PLACE_ARGS(from));
	return true;
}

u64 faults_injected(void)
{
	return __atomic_load_n(&fail_page_alloc.failures, __ATOMIC_RELAXED) +
	       __atomic_load_n(&failslab.failures, __ATOMIC_RELAXED);
}
