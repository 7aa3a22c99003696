/* SPDX-License-Identifier: BSD-2-Clause */
/* NUMA nodes and how far they are from each other, as the FDT says. [init] */
#ifndef MM_NUMA_H
#define MM_NUMA_H

#include <lib/fdt.h>
#include <molt/types.h>

#ifdef CONFIG_NUMA
#define NODES_MAX CONFIG_NR_NODES
#else
#define NODES_MAX 1
#endif

#define NUMA_LOCAL_DISTANCE  10 /* from a node to itself, which all others are a measure of */
#define NUMA_REMOTE_DISTANCE 20 /* to any other where the FDT does not say */

#ifdef CONFIG_NUMA

/* Nodes are 0 to @numa_nodes - 1: one more than the highest that the FDT has named so far. */
extern unsigned int numa_nodes;

/**
 * numa_node_of - the node that memory or a hart belongs to
 * @node: of the FDT; its numa-node-id is what counts
 *
 * 0 where it has none, and where it is NR_NODES or more, which numa_check() tells of.
 */
unsigned int numa_node_of(const struct fdt_node *node);

/* numa_distance - from a hart on node @from to memory of node @to; 10 or more */
unsigned int numa_distance(unsigned int from, unsigned int to);

/* Warn of what made no sense, once it is known what is to be said. */
void numa_check(void);

#else

#define numa_nodes 1

static inline unsigned int numa_node_of(const struct fdt_node *node)
{
	(void)node;
	return 0;
}

static inline unsigned int numa_distance(unsigned int from, unsigned int to)
{
	return from == to ? NUMA_LOCAL_DISTANCE : NUMA_REMOTE_DISTANCE;
}

#endif

#endif
