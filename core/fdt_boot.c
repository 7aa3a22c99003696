// SPDX-License-Identifier: BSD-2-Clause
/* What the FDT says of harts and wishes: Devicetree Specification 0.4, 3.6 to 3.8. */
#include <arch/cpu.h>
#include <core/boot.h>
#include <lib/fdt.h>
#include <lib/string.h>
#include <mm/numa.h>
#include <molt/printk.h>

struct boot_harts boot_harts;
char boot_command_line[CONFIG_COMMAND_LINE_SIZE] = CONFIG_CMDLINE;
char boot_stdout_path[128];

/* Where /aliases is, for a stdout-path that is one. */
static int aliases_offset = -1;

static void copy(char *to, size_t size, const char *from, const char *what)
{
	size_t length = strlen(from);

	if (length >= size) {
		pr_err("fdt: /chosen: %s is cut to %lu characters\n", what, size - 1);
		length = size - 1;
	}
	memcpy(to, from, length);
	to[length] = '\0';
}

static int chosen_node(const struct fdt_node *node)
{
	const char *bootargs = fdt_node_string(node, FDT_BOOTARGS);
	const char *path = fdt_node_string(node, FDT_STDOUT_PATH);

	if (bootargs && *bootargs)
		copy(boot_command_line, sizeof(boot_command_line), bootargs, "bootargs");
	if (path)
		copy(boot_stdout_path, sizeof(boot_stdout_path), path, "stdout-path");
	return 0;
}
FDT_HANDLER(PATH, "chosen", chosen_node);

static int aliases_node(const struct fdt_node *node)
{
	aliases_offset = node->offset;
	return 0;
}
FDT_HANDLER(PATH, "aliases", aliases_node);

static bool hart_is_known(u32 id)
{
	u32 i;

	for (i = 0; i < boot_harts.count; i++) {
		if (boot_harts.ids[i] == id)
			return true;
	}
	return false;
}

/* Of /cpus, or on older trees of each hart (3.8.1). All harts have one clock: the first counts. */
static void take_timebase(const struct fdt_node *node)
{
	u64 frequency = fdt_node_number(node, FDT_TIMEBASE_FREQUENCY, 0);

	if (!fdt_node_has(node, FDT_TIMEBASE_FREQUENCY) || boot_harts.timebase)
		return;
	if (frequency && frequency == (u32)frequency)
		boot_harts.timebase = (u32)frequency;
	else
		pr_err("fdt: %s: timebase-frequency makes no sense\n", node->name);
}

static int cpus_node(const struct fdt_node *node)
{
	take_timebase(node);
	return 0;
}
FDT_HANDLER(PATH, "cpus", cpus_node);

/* /cpus/cpu@N: harts that can run a kernel, which needs an MMU. */
static int cpu_node(const struct fdt_node *node)
{
	const char *type = fdt_node_string(node, FDT_DEVICE_TYPE);
	const char *missing;
	u64 id, size;

	if (!type || strcmp(type, "cpu"))
		return 0;
	take_timebase(node);
	if (!fdt_node_string(node, FDT_MMU_TYPE) || !fdt_node_available(node))
		return 0;
	if (fdt_node_reg(node, 0, &id, &size) || id != (u32)id) {
		pr_err("fdt: /cpus/%s: reg makes no sense: hart left out\n", node->name);
		return 0;
	}
	missing = cpu_missing(node, id == boot_harts.boot_id);
	if (missing) {
		pr_notice("fdt: /cpus/%s: left out: it lacks %s\n", node->name, missing);
		if (id == boot_harts.boot_id)
			boot_harts.missing = missing;
	} else if (hart_is_known((u32)id)) {
		pr_err("fdt: /cpus/%s: another hart has its id: left out\n", node->name);
	} else if (boot_harts.count == CONFIG_NR_HARTS) {
		boot_harts.left_out++;
	} else {
		boot_harts.nodes[boot_harts.count] = (u8)numa_node_of(node);
		boot_harts.ids[boot_harts.count++] = (u32)id;
	}
	return 0;
}
FDT_HANDLER(CHILD_OF, "cpus", cpu_node);

void stdout_path_resolve(const void *fdt)
{
	char *options = strchr(boot_stdout_path, ':');
	const char *target;

	if (options)
		*options = '\0';
	if (!*boot_stdout_path || *boot_stdout_path == '/')
		return;
	target = aliases_offset < 0 ? NULL : fdt_alias(fdt, aliases_offset, boot_stdout_path);
	if (target)
		copy(boot_stdout_path, sizeof(boot_stdout_path), target, "stdout-path");
	else
		pr_warn("fdt: /chosen: stdout-path: there is no alias %s\n", boot_stdout_path);
}
