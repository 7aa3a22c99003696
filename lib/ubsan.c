// SPDX-License-Identifier: BSD-2-Clause
/*
 * What -fsanitize=undefined calls. Every finding is a kernel bug, so each panics with
 * the place in the source. Layouts and names: the runtime interface of gcc 12's UBSan.
 */
#include <molt/compiler.h>
#include <molt/panic.h>
#include <molt/types.h>

struct source_location {
	const char *file;
	u32 line;
	u32 column;
};

/* Every report's data begins with the place. */
#define HANDLER(name, what)                                                               \
	void __ubsan_handle_##name(const struct source_location *where);                  \
	void __ubsan_handle_##name(const struct source_location *where)                   \
	{                                                                                 \
		panic("undefined behaviour at %s:%u:%u: " what, where->file, where->line, \
			where->column);                                                   \
	}

HANDLER(add_overflow, "addition overflows")
HANDLER(sub_overflow, "subtraction overflows")
HANDLER(mul_overflow, "multiplication overflows")
HANDLER(negate_overflow, "negation overflows")
HANDLER(divrem_overflow, "division overflows")
HANDLER(shift_out_of_bounds, "shift out of bounds")
HANDLER(out_of_bounds, "index out of bounds")
HANDLER(load_invalid_value, "load of an invalid value")
HANDLER(type_mismatch_v1, "null, misaligned or too small an object")
HANDLER(pointer_overflow, "pointer overflows")
HANDLER(vla_bound_not_positive, "array of no size")
HANDLER(builtin_unreachable, "unreachable code reached")
HANDLER(missing_return, "no value returned")
HANDLER(nonnull_arg, "null where it may not be")
HANDLER(nonnull_return_v1, "null returned where it may not be")
HANDLER(invalid_builtin, "0 to a builtin that counts zeros")
