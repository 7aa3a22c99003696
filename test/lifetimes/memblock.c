// SPDX-License-Identifier: BSD-2-Clause
/* Class memblock. */
#include "planted.h"

int memblock_undeclared(int x)
{
	return init_from_memblock(x) + 1; /* fault: memblock_undeclared init_from_memblock */
}

int memblock_from_meminit(int x)
{
	return meminit_from_memblock(x) +
	       1; /* fault: memblock_from_meminit meminit_from_memblock */
}

int memblock_declared(int x)
{
	return x + 1;
}
