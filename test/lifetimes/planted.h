/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the planted files share. A line that makes a reference which the checker must report
 * ends in a comment of its own: fault: HOLDER TARGET.
 */
#ifndef PLANTED_H
#define PLANTED_H

#include <molt/init.h>

struct ops {
	int (*start)(int);
	const char *name;
};

/* Class init: init.c. */
int init_call(int), init_tail(int), init_pointer(int), init_constant(int), init_case(int);
int init_ops(int), init_argument(int), init_behind_alias(int), init_alias(int), init_inline(int);
int init_percpu(int), init_unused(int), init_from_memblock(int), init_from_meminit(int);
int init_wrong(int), init_namesake(int), init_declared(int), init_stale(int), init_listed(int);
int weak_hook(int);
extern const char init_text[];
extern int init_read, init_written, init_array[4];

/* The two classes that are configured. */
int memblock_undeclared(int), memblock_from_meminit(int), memblock_declared(int);
int meminit_undeclared(int), meminit_from_memblock(int);

static inline int through_inline(int x)
{
	return init_inline(x) + 1; /* fault: through_inline init_inline */
}

#endif
