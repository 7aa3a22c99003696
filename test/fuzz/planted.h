/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_FUZZ_PLANTED_H
#define TEST_FUZZ_PLANTED_H

#include <molt/compiler.h>
#include <molt/printk.h>
#include <molt/types.h>

void planted_printk(enum loglevel level, const char *fmt, ...) __printf(2, 3);
int planted_reserve_owner(phys_addr_t base, phys_addr_t size, unsigned int owner);
size_t planted_strlen(const char *text);
int planted_memcmp(const void *a, const void *b, size_t size);

#endif
