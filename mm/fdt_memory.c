// SPDX-License-Identifier: BSD-2-Clause
/* What the FDT says of RAM: Devicetree Specification 0.4, sections 3.4 and 5.3. */
#include "map_internal.h"
#include <mm/memblock.h>
#include <mm/numa.h>
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>

int map_bad_node(const char *parent, const struct fdt_node *node, const char *property, int err)
{
	pr_err("fdt: %s/%s: %s: %s\n", parent, node->name, property,
		err == -ENOMEM ? "more ranges than boot can hold" : "no ranges that make sense");
	return err == -ENOENT ? -EPROTO : err;
}

static int add_memory(
	phys_addr_t base, phys_addr_t size, unsigned int nid, enum memblock_flags flags)
{
	int err = memblock_physmem_add(base, size);

	return err ? err : memblock_add_node(base, size, (int)nid, flags);
}

/* /memory: each range of each available node becomes RAM. */
static int memory_node(const struct fdt_node *node)
{
	enum memblock_flags flags = MEMBLOCK_NONE;
	unsigned int index, nid;
	u64 base, size;
	int err;

	if (!fdt_node_available(node) || !node->parent || node->parent->parent)
		return 0;
	if (fdt_node_has(node, FDT_HOTPLUGGABLE))
		flags = MEMBLOCK_HOTPLUG;
	nid = numa_node_of(node);
	for (index = 0; !(err = fdt_node_reg(node, index, &base, &size)); index++) {
		map_need.memory++;
		if (map_fits() && (err = add_memory(base, size, nid, flags)))
			break;
	}
	return err == -ENOENT && index > 0 ? 0 : map_bad_node("", node, "reg", err);
}
FDT_HANDLER_IN(FDT_PASS_FIRST | FDT_PASS_MAP, DEVICE_TYPE, "memory", memory_node);

void claim_reservation_block(const void *fdt)
{
	int index, err;
	u64 base, size;

	for (index = 0; !(err = fdt_reservation(fdt, index, &base, &size)); index++) {
		if (memblock_reserve_owner(base, size, OWNER_RESERVED))
			panic("memblock: no entry left for entry %d of the FDT's reservation block",
				index);
	}
	if (err == -EPROTO)
		panic("fdt: the reservation block does not end");
}
