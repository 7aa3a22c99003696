// SPDX-License-Identifier: BSD-2-Clause
/* FAULT_INJECTION: whether a self check was refused on request, and may ask again. */
#include <core/check.h>
#include <mm/fault_inject.h>

/* Chance lets a call through before that. */
#define TRIES_MAX 1000

bool check_was_injected(struct check_tries *tries)
{
	u64 failures = faults_injected();
	bool again = failures != tries->failures && tries->count++ < TRIES_MAX;

	tries->failures = failures;
	return again;
}
