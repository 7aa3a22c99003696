// SPDX-License-Identifier: BSD-2-Clause
/*
 * /reserved-memory: Devicetree Specification 0.4, section 3.5.
 *
 * OpenSBI's own region carries no-map in some releases and not in others. It can be
 * neither read nor written from here, so it goes unmapped whatever the tree says.
 */
#include <lib/fdt.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/printk.h>

unsigned int fdt_unplaced;

static bool is_firmware(const char *name)
{
	static const char prefix[] = "mmode_resv";

	return !strncmp(name, prefix, sizeof(prefix) - 1);
}

static int reserved_node(const struct fdt_node *node)
{
	unsigned int owner = OWNER_RESERVED, index;
	u64 base, size;
	int err;

	if (!fdt_node_available(node))
		return 0;
	if (is_firmware(node->name))
		owner = OWNER_FIRMWARE | OWNER_UNMAPPED;
	else if (fdt_node_has(node, FDT_NO_MAP))
		owner |= OWNER_UNMAPPED;
	for (index = 0; !(err = fdt_node_reg(node, index, &base, &size)); index++) {
		err = memblock_reserve_owner(base, size, owner);
		/* What is not to be mapped is not, whoever else names it. */
		if (!err && (owner & OWNER_UNMAPPED))
			err = memblock_set_owner(base, size, owner);
		if (err)
			break;
	}
	if (err == -ENOENT && index > 0)
		return 0;
	/* A region that is to be placed by the kernel takes nothing that is in use yet. */
	if (err == -ENOENT && fdt_node_has(node, FDT_SIZE)) {
		fdt_unplaced++;
		return 0;
	}
	pr_err("fdt: /reserved-memory/%s: reg: %s\n", node->name,
		err == -ENOMEM ? "more ranges than boot can hold" : "no ranges that make sense");
	return err == -ENOENT ? -EPROTO : err;
}
FDT_HANDLER(CHILD_OF, "reserved-memory", reserved_node);
