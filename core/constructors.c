// SPDX-License-Identifier: BSD-2-Clause
/* Functions that the compiler has listed: __attribute__((constructor)). [init] */
#include <molt/initcall.h>

typedef void (*constructor_t)(void);
extern const constructor_t __start_init_array[], __stop_init_array[];

void constructors_run(void)
{
	const constructor_t *constructor;

	for_each_in_table(constructor, init_array)
		(*constructor)();
}
