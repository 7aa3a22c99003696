/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_HOST_HOST_RAM_H
#define TEST_HOST_HOST_RAM_H

#include <stdbool.h>

/* Memory that is zero, and the host's only where it is touched, at address @at; or false. */
bool host_ram(unsigned long at, unsigned long size);

#endif
