/* SPDX-License-Identifier: BSD-2-Clause */
/* What was in the init window, for those who still reach for it. */
#ifndef RISCV_DISCARDED_H
#define RISCV_DISCARDED_H

#include <molt/types.h>

/* Whether the init window is mapped no longer. */
bool window_is_gone(void);

/* What is no longer at @address, as a noun; NULL where nothing has been discarded. */
const char *discarded_at(u64 address);

#endif
