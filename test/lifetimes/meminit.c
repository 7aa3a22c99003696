// SPDX-License-Identifier: BSD-2-Clause
/* Class meminit. */
#include "planted.h"

int meminit_undeclared(int x)
{
	return init_from_meminit(x) + 1; /* fault: meminit_undeclared init_from_meminit */
}

int meminit_from_memblock(int x)
{
	return memblock_from_meminit(x) +
	       1; /* fault: meminit_from_memblock memblock_from_meminit */
}
