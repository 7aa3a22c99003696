/* SPDX-License-Identifier: BSD-2-Clause */
/* What trap.c asks of the exception table. [UACCESS] */
#ifndef RISCV_EXTABLE_H
#define RISCV_EXTABLE_H

#include <asm/frame.h>
#include <molt/types.h>

/* Where the instruction of @frame has an entry, let it go on there: true. */
bool extable_fix(struct trap_frame *frame);

#endif
