// SPDX-License-Identifier: BSD-2-Clause
/* What stays, and refers to what does not. Each function and object is a fault of its kind. */
#include "planted.h"

int call(int x)
{
	return init_call(x) + 1; /* fault: call init_call */
}

int tail_call(int x)
{
	return init_tail(x); /* fault: tail_call init_tail */
}

int (*pointer_in_data)(int) = init_pointer;	     /* fault: pointer_in_data init_pointer */
int (*const pointer_in_rodata)(int) = init_constant; /* fault: pointer_in_rodata init_constant */
const struct ops ops = {init_ops, "ops"};	     /* fault: ops init_ops */

__noinline int take_pointer(int (*function)(int))
{
	return function(1) + 1;
}

int argument(void)
{
	return take_pointer(init_argument) + 1; /* fault: argument init_argument */
}

int one_of_cases(int x)
{
	switch (x) {
	case 0:
		return 7;
	case 1:
		return x * 3 + 5;
	case 2:
		return take_pointer(0);
	case 3:
		return x << 9;
	case 4:
		return init_case(x) + 2; /* fault: one_of_cases init_case */
	case 5:
		return ~x;
	default:
		return -x;
	}
}

char text(int x)
{
	return init_text[x]; /* fault: text init_text */
}

int read_object(void)
{
	return init_read; /* fault: read_object init_read */
}

void write_object(int x)
{
	init_written = x; /* fault: write_object init_written */
}

int inside_of_array(void)
{
	return init_array[3]; /* fault: inside_of_array init_array */
}

/* A static of a function that goes is left behind in an object that stays. */
__init int **escape(void)
{
	static int counter __initdata = 1;
	static int *escaped = &counter; /* fault: escaped counter */

	return &escaped;
}

int call_alias(int x)
{
	return init_alias(x) + 1; /* fault: call_alias init_alias|init_behind_alias */
}

int call_weak(int x)
{
	return weak_hook(x) + 1; /* fault: call_weak weak_hook */
}

int call_inline(int x)
{
	return through_inline(x) * 2;
}

/* Each hart's copy has it, and lives on. */
_Thread_local int (*percpu_pointer)(int) = init_percpu; /* fault: percpu_pointer init_percpu */

int call_percpu(int x)
{
	return percpu_pointer(x);
}

int call_memblock(int x)
{
	return memblock_undeclared(x) + 1; /* fault: call_memblock memblock_undeclared */
}

int call_meminit(int x)
{
	return meminit_undeclared(x) + 1; /* fault: call_meminit meminit_undeclared */
}

/* The table goes, though what is in it may refer to anything. */
extern int (*const __start_boot_calls[])(int), (*const __stop_boot_calls[])(int);
int walk_table(int x)
{
	int (*const *entry)(int);

	for (entry = __start_boot_calls; entry < __stop_boot_calls;
		entry++) /* fault: walk_table __start_boot_calls|__stop_boot_calls */
		x += (*entry)(x);
	return x;
}

/* Declarations: one that is right, one that names another caller, one that nothing needs. */
int declared(int x)
{
	return init_declared(x) + memblock_declared(x);
}
LIFETIME_REFERENCE("planted: it is right", declared, init_declared, memblock_declared);

/* Of namesake.c's it says nothing. */
static __noinline int namesake(int x)
{
	return init_namesake(x) + 1;
}
LIFETIME_REFERENCE("planted: it is right", namesake, init_namesake);

int call_namesake(int x)
{
	return namesake(x) + 1;
}

int wrong_caller(int x)
{
	return init_wrong(x) + 1; /* fault: wrong_caller init_wrong */
}
LIFETIME_REFERENCE("planted", right_caller, init_wrong); /* stale: right_caller init_wrong */
LIFETIME_REFERENCE("planted", call, init_stale);	 /* stale: call init_stale */

/* No fault, but only what goes calls it. */
int boot_only(int x)
{
	return x * x - 1;
}

/* The same, but a table of boot's has its address. */
int boot_listed(int x)
{
	return x * x - 2;
}
int (*const boot_call_listed)(int) __used __section("boot_calls") = boot_listed;

/* None: an edge is an address, an array's end is the array's. */
extern char __init_begin[], __init_end[];
int last_array[4];
unsigned long edges(void)
{
	return (unsigned long)(__init_end - __init_begin) + (unsigned long)(last_array + 4);
}
