// SPDX-License-Identifier: BSD-2-Clause
/* NUMA in the FDT: the binding numa.txt of Linux, numa-node-id and numa-distance-map-v1. */
#include <lib/byteorder.h>
#include <lib/string.h>
#include <mm/numa.h>
#include <molt/printk.h>

unsigned int numa_nodes = 1;

/* From, to; 0: not said. */
static u8 distances[NODES_MAX][NODES_MAX];

/* What made no sense: the first of the FDT's nodes whose id is too large. */
static struct {
	char name[40]; /* cut, if need be; "": there is none */
	u64 id;
} too_large;
static const char *map_fault;
static u32 map_entry[3];

unsigned int numa_node_of(const struct fdt_node *node)
{
	u64 id = fdt_node_number(node, FDT_NUMA_NODE_ID, 0);

	if (id >= NODES_MAX) {
		if (!*too_large.name) {
			memcpy(too_large.name, node->name,
				strnlen(node->name, sizeof(too_large.name) - 1));
			too_large.id = id;
		}
		return 0;
	}
	if (id >= numa_nodes)
		numa_nodes = (unsigned int)id + 1;
	return (unsigned int)id;
}

unsigned int numa_distance(unsigned int from, unsigned int to)
{
	if (from == to)
		return NUMA_LOCAL_DISTANCE;
	if (distances[from][to])
		return distances[from][to];
	/* One way is said: the other is as long. */
	return distances[to][from] ? distances[to][from] : NUMA_REMOTE_DISTANCE;
}

/* Note one entry; returns what is wrong with it, or NULL. */
static const char *note_distance(u32 from, u32 to, u32 distance)
{
	if (from == to)
		return distance == NUMA_LOCAL_DISTANCE ? NULL : "a node is 10 from itself";
	if (distance <= NUMA_LOCAL_DISTANCE || distance > 0xff)
		return "another node is 11 to 255 away";
	/* Nodes that are not used: their memory counts as node 0's. */
	if (from >= NODES_MAX || to >= NODES_MAX)
		return NULL;
	if (distances[from][to] && distances[from][to] != distance)
		return "the same way is said twice";
	distances[from][to] = (u8)distance;
	return NULL;
}

static const char *read_matrix(const struct fdt_node *node)
{
	const char *fault = NULL;
	u32 at, length = 0;
	const char *matrix = fdt_node_property(node, FDT_DISTANCE_MATRIX, &length);

	if (!matrix || !length || length % sizeof(map_entry))
		return "distance-matrix is not made of triples";
	for (at = 0; !fault && at < length; at += sizeof(map_entry)) {
		unsigned int i;

		memcpy(map_entry, matrix + at, sizeof(map_entry));
		for (i = 0; i < 3; i++)
			map_entry[i] = swap32(map_entry[i]);
		fault = note_distance(map_entry[0], map_entry[1], map_entry[2]);
	}
	return fault;
}

static int distance_map(const struct fdt_node *node)
{
	const char *compatible = fdt_node_string(node, FDT_COMPATIBLE);

	if (!fdt_node_available(node))
		return 0;
	memset(map_entry, 0, sizeof(map_entry));
	memset(distances, 0, sizeof(distances));
	if (!compatible || strcmp(compatible, "numa-distance-map-v1"))
		map_fault = "it is not numa-distance-map-v1";
	else
		map_fault = read_matrix(node);
	if (map_fault)
		memset(distances, 0, sizeof(distances));
	return 0;
}
FDT_HANDLER(PATH, "distance-map", distance_map);

void numa_check(void)
{
	if (*too_large.name)
		pr_warn("numa: /%s: node %lu is not below NR_NODES, %u: it and its like count as "
			"node 0\n",
			too_large.name, too_large.id, NODES_MAX);
	if (map_fault)
		pr_warn("numa: /distance-map: %s (%u to %u: %u): all other nodes count as %u "
			"away\n",
			map_fault, map_entry[0], map_entry[1], map_entry[2], NUMA_REMOTE_DISTANCE);
	memset(&too_large, 0, sizeof(too_large));
	map_fault = NULL;
}
