// SPDX-License-Identifier: BSD-2-Clause
/* What the FDT says of RAM and of what is taken: Devicetree Specification 0.4, 3.4 to 3.6. */
#include <lib/fdt.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>

struct initrd_range boot_initrd;

/* /memory: each range of each available node becomes RAM. */
static int memory_node(const struct fdt_node *node)
{
	bool hotpluggable = fdt_node_has(node, FDT_HOTPLUGGABLE);
	unsigned int index;
	u64 base, size;
	int err;

	if (!fdt_node_available(node) || !node->parent || node->parent->parent)
		return 0;
	for (index = 0; !(err = fdt_node_reg(node, index, &base, &size)); index++) {
		err = memblock_add(base, size);
		if (!err && hotpluggable)
			err = memblock_mark_hotplug(base, size);
		if (err)
			break;
	}
	if (err == -ENOENT && index > 0)
		return 0;
	pr_err("fdt: /%s: reg: %s\n", node->name,
		err == -ENOMEM ? "more ranges than boot can hold" : "no ranges that make sense");
	return err == -ENOENT ? -EPROTO : err;
}
FDT_HANDLER(DEVICE_TYPE, "memory", memory_node);

/* /chosen: where the boot loader put the initramfs; looked at once RAM is known. */
static int chosen_initrd(const struct fdt_node *node)
{
	boot_initrd.base = fdt_node_number(node, FDT_INITRD_START, 0);
	boot_initrd.end = fdt_node_number(node, FDT_INITRD_END, 0);
	return 0;
}
FDT_HANDLER(PATH, "chosen", chosen_initrd);

void fdt_claim_reservations(const void *fdt)
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
