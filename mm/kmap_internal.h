/* SPDX-License-Identifier: BSD-2-Clause */
/* What kmap.c and kmap_boot.c share. */
#ifndef MM_KMAP_INTERNAL_H
#define MM_KMAP_INTERNAL_H

#include <arch/paging.h>
#include <molt/sections.h>

/* The window: what the image leaves of its own. */
static inline virt_addr_t kmap_window(void)
{
	return image_window + SECTION_SIZE(image);
}

static inline unsigned long kmap_window_size(void)
{
	return image_window_size - SECTION_SIZE(image);
}

/*
 * Bytes of the window below which no stack finds room; the page there is not mapped. Until
 * something is freed, nothing is mapped above.
 */
extern unsigned long kmap_full;

#endif
