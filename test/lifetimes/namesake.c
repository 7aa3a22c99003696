// SPDX-License-Identifier: BSD-2-Clause
/* Stays, and has a static function of a name that resident.c vouches for. */
#include "planted.h"

static __noinline int namesake(int x)
{
	return init_namesake(x) + 3; /* fault: namesake init_namesake */
}

int call_other_namesake(int x)
{
	return namesake(x) + 1;
}
