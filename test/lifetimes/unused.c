// SPDX-License-Identifier: BSD-2-Clause
/* Stays, but nobody calls it here: the linker leaves it out, and the fault with it. */
#include "planted.h"

int unused(int x)
{
	return init_unused(x) + 1; /* fault: unused init_unused */
}
