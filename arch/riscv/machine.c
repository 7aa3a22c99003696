// SPDX-License-Identifier: BSD-2-Clause
/* The machine record: boards by the root's compatible string. [init] */
#include <asm/cpu.h>
#include <lib/fdt.h>
#include <molt/initcall.h>
#include <molt/printk.h>

DECLARE_TABLE(machine_records, machine_record);

TABLE_ENTRY(machine_records, machine_record, virt) = {"riscv-virtio", "QEMU virt"};
TABLE_ENTRY(machine_records, machine_record, spike) = {"ucbbar,spike-bare-dev", "Spike"};
TABLE_ENTRY(machine_records, machine_record, unleashed) = {
	"sifive,hifive-unleashed-a00", "SiFive HiFive Unleashed"};
TABLE_ENTRY(machine_records, machine_record, generic) = {"", "as its device tree tells"};

static const char *machine;

static int root_node(const struct fdt_node *node)
{
	const struct machine_record *record;

	for_each_in_table(record, machine_records) {
		if (*record->compatible ? fdt_node_is_compatible(node, record->compatible)
					: !machine)
			machine = record->name;
	}
	return 0;
}
FDT_HANDLER(ROOT, "", root_node);

static int machine_print(void)
{
	if (console_loglevel > LOGLEVEL_INFO)
		pr_info("machine: %s\n", machine);
	return 0;
}
arch_initcall(machine_print);
