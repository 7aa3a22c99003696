// SPDX-License-Identifier: BSD-2-Clause
/*
 * The platform's interrupt controller (RISC-V PLIC specification 1.0.0): its place and size.
 * The firmware has turned all of its sources off, and harts take no external interrupt, so
 * there is nothing to do until somebody wants one. [init]
 */
#include <drivers/driver.h>
#include <lib/fdt.h>
#include <molt/initcall.h>
#include <molt/printk.h>

static u32 sources, contexts;

static bool plic_probe(const struct fdt_node *node, const struct device *device)
{
	u32 length = 0;

	fdt_node_property(node, FDT_INTERRUPTS_EXTENDED, &length);
	sources = (u32)fdt_node_number(node, FDT_INTERRUPT_SOURCES, 0);
	contexts = length / 8; /* a hart's own controller, and its interrupt */
	if (sources && contexts)
		return true;
	pr_err("fdt: %s: interrupts-extended or riscv,ndev makes no sense\n", device->path);
	return false;
}

DRIVER(plic) = {
	.kind = DRIVER_INTERRUPTS,
	COMPATIBLE_2("sifive,plic-1.0.0", "riscv,plic0"),
	.probe = plic_probe,
};

static int plic_init(void)
{
	const struct device *device;

	if (console_loglevel <= LOGLEVEL_INFO)
		return 0;
	for_each_device(device, DRIVER_INTERRUPTS)
		pr_info("plic at %lx: sources: %u, contexts: %u\n", device->base, sources,
			contexts);
	return 0;
}
module_init(plic_init);

static const char farewell[] __exitconst = "plic: no interrupts any more\n";

static void __exit plic_exit(void)
{
	pr_info(farewell);
}
module_exit(plic_exit);
