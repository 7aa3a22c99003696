/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before the zones' own headers: the hart that a host test runs on. */
#ifndef ARCH_HART_H
#define ARCH_HART_H

/* The node that page_alloc() is called on; the test sets it. */
extern unsigned int host_hart_node;

static inline unsigned int hart_node(void)
{
	return host_hart_node;
}

#endif
