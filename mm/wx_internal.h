/* SPDX-License-Identifier: BSD-2-Clause */
/* What wx.c and wx_boot.c share. */
#ifndef MM_WX_INTERNAL_H
#define MM_WX_INTERNAL_H

#include <mm/wx.h>

/* Memory that firmware keeps: no mapping of it, at any time. Set once, at boot. */
extern struct wx_list wx_firmware;

/* wx_check() through @access, with @firmware. */
void wx_check_through(
	void *(*access)(phys_addr_t table, unsigned int level), const struct wx_list *firmware);

#endif
