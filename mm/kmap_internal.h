/* SPDX-License-Identifier: BSD-2-Clause */
/* What kmap.c and kmap_boot.c share. */
#ifndef MM_KMAP_INTERNAL_H
#define MM_KMAP_INTERNAL_H

#include <molt/types.h>

/*
 * The lowest @size bytes of the window that are free, and a page on both sides of them; 0:
 * there are none. They are the caller's, who holds the window's lock or is boot, to map; what is
 * below is passed over until a stack there is freed.
 */
virt_addr_t kmap_find(unsigned long size);

#endif
