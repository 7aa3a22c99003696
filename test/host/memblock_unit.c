// SPDX-License-Identifier: BSD-2-Clause
/* All of memblock as one translation unit, as whoever embeds it may build it. */
#include "../../mm/memblock.c"
#include "../../mm/memblock_alloc.c"
#include "../../mm/memblock_debug.c"
#include "../../mm/memblock_find.c"
#include "../../mm/memblock_limit.c"
#include "../../mm/memblock_query.c"
#include "../../mm/memblock_table.c"
#include "../../mm/memblock_tell.c"
#include "../../mm/memblock_verify.c"
