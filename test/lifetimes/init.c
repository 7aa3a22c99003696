// SPDX-License-Identifier: BSD-2-Clause
/* Class init: may refer to anything, and nothing that lives longer may refer to it. */
#include "planted.h"

#define GOES(name)                                       \
	int name(int x)                                  \
	{                                                \
		return x + init_array[x & 3] + __LINE__; \
	}

const char init_text[] = "read while it was there";
__attribute__((__weak__)) const char init_weak[] = "may give way";
int init_read = 1, init_written, init_array[4] = {1, 2, 3, 4};

GOES(init_call)
GOES(init_tail)
GOES(init_pointer)
GOES(init_constant)
GOES(init_case)
GOES(init_ops)
GOES(init_argument)
GOES(init_behind_alias)
GOES(init_inline)
GOES(init_percpu)
GOES(init_unused)
GOES(init_from_memblock)
GOES(init_from_meminit)
GOES(init_wrong)
GOES(init_namesake)
GOES(init_declared)
GOES(init_stale)
GOES(init_assembly)
GOES(init_tail_assembly)
GOES(init_la)
GOES(init_lla)
GOES(init_got)
GOES(init_fixup)
GOES(init_difference)
GOES(init_listed)
GOES(weak_hook)

int init_alias(int x) __attribute__((__alias__("init_behind_alias")));

/* No fault. */
int call(int), boot_only(int);
extern _Thread_local int (*percpu_pointer)(int);
int (*const boot_call)(int) __used __section("boot_calls") = init_listed;
int calls_all(int x)
{
	percpu_pointer = init_call;
	return call(x) + boot_only(x) + memblock_undeclared(x) + meminit_undeclared(x);
}
