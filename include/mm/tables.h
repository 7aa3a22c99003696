/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages for page tables, once the zones own free memory. */
#ifndef MM_TABLES_H
#define MM_TABLES_H

#include <arch/paging.h>

/* Draws from ZONE_NORMAL and below, takes back boot's tables too, and books OWNER_TABLES. */
extern const struct page_source zone_page_source;

/* A page source's access(): tables in the linear map. */
void *linear_table_access(phys_addr_t table, unsigned int level);

/* Fence the translations of all harts. Panics where the firmware does not. */
void tables_fence(void);

#endif
