/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees, well formed and odd, and what boot takes from them. */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <core/boot.h>
#include <drivers/driver.h>
#include <lib/fdt.h>
#include <libfdt.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <mm/reserved.h>
#include <molt/compiler.h>
#include <molt/err.h>

#include "fdt_build.h"

#define GIB 0x40000000UL

/* ---- What the pass tells of nodes that are compatible with "test,probe" ---- */

static struct probe {
	int nodes, reg, translate, path_length;
	u64 base, size, address;
	char path[64];
} probe;

static int probe_result;

static int probe_node(const struct fdt_node *node)
{
	probe.nodes++;
	probe.reg = fdt_node_reg(node, 0, &probe.base, &probe.size);
	probe.address = probe.base;
	probe.translate = fdt_node_translate(node, &probe.address);
	probe.path_length = fdt_node_path(node, probe.path, sizeof(probe.path));
	return probe_result;
}
FDT_HANDLER(COMPATIBLE, "test,probe", probe_node);

static void begin(u32 address_cells, u32 size_cells)
{
	memset(&probe, 0, sizeof(probe));
	build_begin_cells(address_cells, size_cells);
}

/* Serial port @index, and what ends a run: NULL where there is none. */
static const struct device *serial(unsigned int index)
{
	const struct device *device;

	for_each_device(device, DRIVER_CONSOLE) {
		if (!index--)
			break;
	}
	return device;
}

static const struct device *power(void)
{
	return device_next(DRIVER_POWER, NULL);
}

static bool is_ram(phys_addr_t base, phys_addr_t size)
{
	return memblock_is_region_memory(base, size) && !memblock_is_memory(base - 1) &&
	       !memblock_is_memory(base + size);
}

/* [base, base + size), and no byte more, is reserved under @name. */
static bool is_reserved(phys_addr_t base, phys_addr_t size, const char *name, bool unmapped)
{
	const struct memblock_region *r;

	for_each_reserved_mem_region(r) {
		unsigned int held_by = memblock_region_owner(r);

		if (r->base == base)
			return r->size == size && !strcmp(memory_holder_name(held_by), name) &&
			       memory_is_unmapped(held_by) == unmapped;
	}
	return false;
}

/* ---- Whole boards ---- */

/* First of all: boot's one pass has not met any /aliases yet. */
static void an_alias_without_aliases(void)
{
	begin(1, 1);
	build_node("chosen", NULL, NULL);
	build_text("stdout-path", "serial0:9600");
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(!strcmp(boot_stdout_path, "serial0"));
	CHECK(said("stdout-path: there is no alias serial0"));
}

static void virt(void)
{
	unsigned long size;
	void *blob = tree_load("virt", &size);

	CHECK_EQ(boot_read(blob, size), 0);
	free(blob);
	CHECK_EQ(memblock.memory.cnt, 1);
	CHECK(is_ram(0x80000000, 0x8000000));
	CHECK_EQ(memblock.reserved.cnt, 1);
	CHECK(is_reserved(0x80000000, 0x80000, "mmode_resv0@80000000", true));
	CHECK(!strcmp(boot_command_line, "quiet report=json"));
	CHECK(!strcmp(boot_stdout_path, "/soc/serial@10000000"));
	CHECK_EQ(boot_initrd.base, 0x86000000);
	CHECK_EQ(boot_initrd.end, 0x86123456);
	CHECK(boot_harts.count == 2 && boot_harts.ids[0] == 0 && boot_harts.ids[1] == 1);
	CHECK_EQ(boot_harts.left_out, 0);
	CHECK_EQ(devices_count, 2);
	CHECK(serial(0)->base == 0x10000000 && serial(0)->size == 0x100);
	CHECK(serial(0)->reg_shift == 0 && serial(0)->reg_io_width == 1);
	CHECK(!strcmp(serial(0)->path, "/soc/serial@10000000"));
	CHECK(power()->base == 0x100000 && power()->size == 0x1000);
}

static void read_board(void)
{
	unsigned long size;
	void *blob = tree_load("board", &size);

	CHECK_EQ(boot_read(blob, size), 0);
	free(blob);
}

static void board_memory(void)
{
	const struct memblock_region *r;

	read_board();
	CHECK(is_ram(0x80000000, 0x41000000));
	CHECK(memblock_is_region_memory(0x100000000, 4 * GIB));
	CHECK(memblock_is_region_memory(0x200000000, GIB));
	CHECK(!memblock_is_memory(0x300000000));
	CHECK_EQ(memblock_phys_mem_size(), 0x41000000 + 4 * GIB + GIB);
	for_each_mem_region(r)
		CHECK_EQ(memblock_is_hotpluggable(r), r->base == 0x200000000);
}

static void board_reserved(void)
{
	read_board();
	CHECK_EQ(memblock.reserved.cnt, 6);
	CHECK(is_reserved(0x80000000, 0x20000, "mmode_resv1@80000000", true));
	CHECK(is_reserved(0x80040000, 0x20000, "mmode_resv1@80000000", true));
	CHECK(is_reserved(0x80100000, 0x1000, "reserved", false));
	CHECK(is_reserved(0x90000000, 0x100000, "crash@90000000", false));
	CHECK(is_reserved(0xa0000000, 0x1000, "secure@a0000000", true));
	CHECK(is_reserved(0x180000000, 0x200000, "reserved", false));
}

static void board_chosen(void)
{
	read_board();
	CHECK(!strcmp(boot_command_line, "a=b"));
	CHECK(!strcmp(boot_stdout_path, "/soc/bus@1000/serial@40"));
	CHECK_EQ(boot_initrd.base, 0x180000000);
	CHECK_EQ(boot_initrd.end, 0x180200000);
}

/* Without an MMU, disabled, and beyond NR_HARTS, which is 4 here. */
static void board_harts(void)
{
	read_board();
	CHECK_EQ(boot_harts.count, 4);
	CHECK(boot_harts.ids[0] == 1 && boot_harts.ids[1] == 3);
	CHECK(boot_harts.ids[2] == 4 && boot_harts.ids[3] == 5);
	CHECK_EQ(boot_harts.left_out, 1);
}

static void board_devices(void)
{
	read_board();
	CHECK(serial(1) && !serial(2));
	CHECK_EQ(serial(0)->base, 0xf10001050);
	CHECK(serial(0)->reg_shift == 2 && serial(0)->reg_io_width == 4);
	CHECK(!strcmp(serial(0)->path, "/soc/bus@1000/serial@40"));
	CHECK(serial(1)->base == 0xe00000000 && serial(1)->size == 8);
	CHECK(!power());
}

/* ---- Cells ---- */

static void memory_of_every_cell_size(void)
{
	for (u32 address_cells = 1; address_cells <= 2; address_cells++) {
		for (u32 size_cells = 1; size_cells <= 2; size_cells++) {
			begin(address_cells, size_cells);
			build_node("memory@80000000", "memory", NULL);
			if (address_cells == 1 && size_cells == 1)
				build_cells("reg", 4, 0x80000000, 0x1000, 0x90000000, 0x2000);
			else if (address_cells == 1)
				build_cells("reg", 6, 0x80000000, 0, 0x1000, 0x90000000, 0, 0x2000);
			else if (size_cells == 1)
				build_cells("reg", 6, 0, 0x80000000, 0x1000, 0, 0x90000000, 0x2000);
			else
				build_cells("reg", 8, 0, 0x80000000, 0, 0x1000, 0, 0x90000000, 0,
					0x2000);
			build_end();
			CHECK_EQ(boot_read_build(), 0);
			CHECK(is_ram(0x80000000, 0x1000) && is_ram(0x90000000, 0x2000));
			CHECK_EQ(memblock_phys_mem_size(), 0x3000);
		}
	}
}

/* Where the root does not say: two cells of address, one of size (2.3.5). */
static void default_cells(void)
{
	build_begin();
	build_node("memory", "memory", NULL);
	build_cells("reg", 3, 1, 0x80000000, 0x1000);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(is_ram(0x180000000, 0x1000));
}

static void cells_that_make_no_sense(void)
{
	static const u32 bad[][2] = {{0, 1}, {3, 1}, {1, 3}, {0xffffffff, 2}, {0x40000000, 0},
		{1, 0xffffffff}, {0x3fffffff, 1}};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(bad[i][0], bad[i][1]);
		build_node("memory@0", "memory", NULL);
		build_cells("reg", 4, 0, 0x1000, 0, 0x1000);
		build_end();
		CHECK_EQ(boot_read_build(), -EPROTO);
		CHECK(strstr(printk_text, "/memory@0"));
	}
}

static void memory_that_makes_no_sense(void)
{
	begin(1, 1);
	build_node("memory@0", "memory", NULL);
	build_cells("reg", 3, 0, 0x1000, 0x2000);
	build_end();
	CHECK_EQ(boot_read_build(), -EPROTO);

	begin(1, 1);
	build_node("memory@0", "memory", NULL);
	build_flag("reg");
	build_end();
	CHECK_EQ(boot_read_build(), -EPROTO);

	begin(1, 1);
	build_node("memory@0", "memory", NULL);
	build_end();
	CHECK_EQ(boot_read_build(), -EPROTO);
}

static void memory_to_the_top(void)
{
	begin(2, 2);
	build_node("memory", "memory", NULL);
	build_cells("reg", 4, 0xffffffff, 0xfffff000, 0xffffffff, 0xffffffff);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(memblock_end_of_DRAM(), PHYS_ADDR_MAX);
}

/* ---- Status ---- */

static void only_okay_is_available(void)
{
	static const struct {
		const char *status;
		bool available;
	} cases[] = {{"okay", true}, {"ok", true}, {"", false}, {"disabled", false},
		{"fail", false}, {"okay ", false}, {"o", false}, {"reserved", false}};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(1, 1);
		build_node("memory@80000000", "memory", NULL);
		build_text("status", cases[i].status);
		build_cells("reg", 2, 0x80000000, 0x1000);
		build_end();
		CHECK_EQ(boot_read_build(), 0);
		CHECK_EQ(memblock.memory.cnt, cases[i].available);
	}
}

static void a_status_that_does_not_end(void)
{
	begin(1, 1);
	build_node("memory@80000000", "memory", NULL);
	build_cells("status", 1, 0x6f6b6179); /* "okay" */
	build_cells("reg", 2, 0x80000000, 0x1000);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(memblock.memory.cnt, 0);
}

/* ---- chosen ---- */

static void chosen_texts(const char *bootargs, const char *path)
{
	begin(1, 1);
	build_node("chosen", NULL, NULL);
	if (bootargs)
		build_text("bootargs", bootargs);
	if (path)
		build_text("stdout-path", path);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
}

static void command_lines(void)
{
	static const char sixty_three[] =
		"123456789 123456789 123456789 123456789 123456789 123456789 123";
	unsigned long before = printk_count;

	chosen_texts(NULL, NULL);
	CHECK(!strcmp(boot_command_line, "built=in"));
	chosen_texts("", NULL);
	CHECK(!strcmp(boot_command_line, "built=in"));
	chosen_texts("x", NULL);
	CHECK(!strcmp(boot_command_line, "x"));
	chosen_texts(sixty_three, NULL);
	CHECK(!strcmp(boot_command_line, sixty_three) && printk_count == before);
	chosen_texts("123456789 123456789 123456789 123456789 123456789 123456789 1234", NULL);
	CHECK(!strcmp(boot_command_line, sixty_three) && printk_count == before + 1);
	CHECK(strstr(printk_text, "bootargs"));
}

static void stdout_paths(void)
{
	chosen_texts(NULL, "/soc/serial@0:115200n8");
	CHECK(!strcmp(boot_stdout_path, "/soc/serial@0"));
	chosen_texts(NULL, "");
	CHECK(!strcmp(boot_stdout_path, ""));
	chosen_texts(NULL, ":115200");
	CHECK(!strcmp(boot_stdout_path, ""));
	chosen_texts(NULL, NULL);
	CHECK(!strcmp(boot_stdout_path, ""));
}

static void stdout_by_alias(void)
{
	static const char *const alias[][2] = {{"tty", "/serial@1"}, {"tty:9600", "/serial@1"},
		{"none", "none"}, {"/tty", "/tty"}};

	for (unsigned int i = 0; i < ARRAY_SIZE(alias); i++) {
		begin(1, 1);
		build_node("chosen", NULL, NULL);
		build_text("stdout-path", alias[i][0]);
		build_end();
		build_node("aliases", NULL, NULL);
		build_text("tty", "/serial@1");
		build_end();
		CHECK_EQ(boot_read_build(), 0);
		CHECK(!strcmp(boot_stdout_path, alias[i][1]));
		CHECK_EQ(said("there is no alias"), *alias[i][1] != '/');
	}
}

static void initrd_of_one_and_two_cells(void)
{
	begin(1, 1);
	build_node("chosen", NULL, NULL);
	build_cells("linux,initrd-start", 2, 2, 0x1000);
	build_cells("linux,initrd-end", 1, 0x80002000);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(boot_initrd.base == 0x200001000 && boot_initrd.end == 0x80002000);

	begin(1, 1);
	build_node("chosen", NULL, NULL);
	build_cells("linux,initrd-start", 3, 2, 0x1000, 0);
	build_flag("linux,initrd-end");
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(boot_initrd.base == 0 && boot_initrd.end == 0);
}

/* ---- cpus ---- */

static void harts_that_cannot_run_a_kernel(void)
{
	static const char *const mmu[] = {"riscv,none", "riscv,sv39", "riscv,sv32"};

	begin(1, 1);
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 1);
	build_cells("#size-cells", 1, 0);
	for (u32 i = 0; i < ARRAY_SIZE(mmu); i++) {
		build_node("cpu", "cpu", NULL);
		build_text("mmu-type", mmu[i]);
		build_cells("reg", 1, i);
		build_end();
	}
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	/* Hart 0 is the one that runs: it has an MMU, whatever is said of it. */
	CHECK(boot_harts.count == 2 && boot_harts.ids[0] == 0 && boot_harts.ids[1] == 1);
	CHECK(!boot_harts.missing);
}

static void a_hart_without_a_number(void)
{
	begin(1, 1);
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 1);
	build_cells("#size-cells", 1, 0);
	build_node("cpu@0", "cpu", NULL);
	build_text("mmu-type", "riscv,sv39");
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(boot_harts.count, 0);
	CHECK(strstr(printk_text, "cpu@0"));
}

/* @frequency of 0 cells: no such property. */
static void build_timebase(unsigned int cells, u64 frequency)
{
	if (cells == 2)
		build_cells("timebase-frequency", 2, (u32)(frequency >> 32), (u32)frequency);
	else if (cells)
		build_cells("timebase-frequency", 1, (u32)frequency);
}

static u32 timebase(unsigned int cells, u64 frequency, unsigned int cpu_cells, u64 of_cpu)
{
	begin(1, 1);
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 1);
	build_cells("#size-cells", 1, 0);
	build_timebase(cells, frequency);
	for (u32 i = 0; i < 2; i++) {
		build_node("cpu", "cpu", NULL);
		if (i)
			build_text("mmu-type", "riscv,sv39");
		build_cells("reg", 1, i);
		build_timebase(cpu_cells, of_cpu + i);
		build_end();
	}
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(boot_harts.count, 1);
	return boot_harts.timebase;
}

/* riscv,isa-extensions of the harts that runs() makes: cells, of which the first 0 is no more. */
static u32 extensions[3];

/* Whether a hart of that kind is one of the machine's. */
static bool runs(const char *isa, const char *mmu)
{
	begin(1, 1);
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 1);
	build_cells("#size-cells", 1, 0);
	build_node("cpu@7", "cpu", NULL);
	if (isa)
		build_text("riscv,isa", isa);
	if (extensions[0])
		build_cells("riscv,isa-extensions",
			extensions[2]	? 3
			: extensions[1] ? 2
					: 1,
			extensions[0], extensions[1], extensions[2]);
	build_text("mmu-type", mmu);
	build_cells("reg", 1, 7);
	build_end();
	build_end();
	printk_text[0] = '\0';
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(!boot_harts.count, strstr(printk_text, "/cpus/cpu@7: left out: it lacks") != NULL);
	return boot_harts.count == 1;
}

static void harts_that_are_supported(void)
{
	CHECK(runs(NULL, "riscv,sv39"));
	CHECK(runs("rv64imac", "riscv,sv39"));
	CHECK(runs("rv64gc", "riscv,sv48"));
	CHECK(runs("rv64imafdcsu", "riscv,sv57"));
	CHECK(runs("rv64imafdch_zicsr_zifencei_zba_sstc", "riscv,sv57"));
	CHECK(!runs("rv64imac", "riscv,none"));
	CHECK(!runs("rv64imac", "riscv,sv32"));
	CHECK(!runs("rv64imac", "sv39"));
	CHECK(!runs("rv64imac", "unheard,of"));
	CHECK(!runs("rv32imac", "riscv,sv39"));
	CHECK(!runs("rv64", "riscv,sv39"));
	CHECK(!runs("rv64ima", "riscv,sv39"));
	CHECK(!runs("rv64imazicsr", "riscv,sv39"));
	CHECK(!runs("rv64ima_c", "riscv,sv39"));
	CHECK(!runs("rv64imc", "riscv,sv39"));
	CHECK(!runs("rv64g", "riscv,sv39"));
	CHECK(!runs("", "riscv,sv39"));
}

#define LISTED(...) memcpy(extensions, (u32[3]){__VA_ARGS__}, sizeof(extensions))

/* The newer binding's list: names, each ended by 0. Where it is, riscv,isa gives the base alone. */
static void extensions_that_are_listed(void)
{
	LISTED(0x69006d00, 0x61006300); /* i, m, a, c */
	CHECK(runs(NULL, "riscv,sv39"));
	CHECK(runs("rv64ima", "riscv,sv39"));
	CHECK(!runs("rv32imac", "riscv,sv39"));
	LISTED(0x69006d00, 0x61006600, 0x63007a62); /* f before c; a name that does not end */
	CHECK(runs(NULL, "riscv,sv39"));
	LISTED(0x69006d00, 0x61007a63, 0x61006600); /* zca is no c */
	CHECK(!runs(NULL, "riscv,sv39"));
	CHECK(!runs("rv64imac", "riscv,sv39"));
	LISTED(0x69006d00, 0x61000063); /* c does not end */
	CHECK(!runs(NULL, "riscv,sv39"));
	LISTED(0x696d6163); /* no name ends */
	CHECK(!runs(NULL, "riscv,sv39"));
	LISTED(0);
}

/* The hart that runs: somebody must be told. */
static void boot_hart_that_is_not_supported(void)
{
	runs("rv64imac", "riscv,sv39");
	CHECK(!boot_harts.missing);
	runs("rv64ima", "riscv,sv39");
	CHECK(!boot_harts.missing);
	boot_id = 7;
	runs("rv64imac", "riscv,sv39");
	CHECK(!boot_harts.missing);
	runs("rv64ima", "riscv,sv39");
	CHECK(boot_harts.missing && strstr(boot_harts.missing, "imac"));
	boot_id = 0;
}

static void timebase_of_all_or_of_each(void)
{
	CHECK_EQ(timebase(0, 0, 0, 0), 0);
	CHECK_EQ(timebase(1, 1000000, 0, 0), 1000000);
	CHECK_EQ(timebase(2, 1000000, 0, 0), 1000000);
	CHECK_EQ(timebase(0, 0, 1, 500), 500);
	CHECK_EQ(timebase(1, 1000000, 1, 500), 1000000);
	CHECK(!strstr(printk_text, "timebase"));
}

static void timebase_that_makes_no_sense(void)
{
	CHECK_EQ(timebase(1, 0, 0, 0), 0);
	CHECK(strstr(printk_text, "cpus: timebase-frequency makes no sense"));
	CHECK_EQ(timebase(2, 1UL << 32, 1, 500), 500);
	CHECK_EQ(timebase(0, 0, 1, 0), 1);
	CHECK(strstr(printk_text, "cpu: timebase-frequency makes no sense"));
}

static void a_hart_beyond_32_bits(void)
{
	begin(2, 2);
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 2);
	build_cells("#size-cells", 1, 0);
	build_node("cpu@100000001", "cpu", NULL);
	build_text("mmu-type", "riscv,sv39");
	build_cells("reg", 2, 1, 1);
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(boot_harts.count, 0);
	CHECK(strstr(printk_text, "cpu@100000001: reg makes no sense"));
}

/* ---- reserved-memory ---- */

static int reserved_child(bool reg, bool size)
{
	begin(2, 2);
	build_node("reserved-memory", NULL, NULL);
	build_cells("#address-cells", 1, 2);
	build_cells("#size-cells", 1, 2);
	build_flag("ranges");
	build_node("pool", NULL, NULL);
	if (reg)
		build_cells("reg", 3, 0, 0x80000000, 0);
	if (size)
		build_cells("size", 2, 0, 0x1000);
	build_end();
	build_end();
	return boot_read_build();
}

static void reserved_memory_that_makes_no_sense(void)
{
	CHECK_EQ(reserved_child(true, false), -EPROTO);
	CHECK(strstr(printk_text, "/reserved-memory/pool"));
	CHECK_EQ(reserved_child(false, false), -EPROTO);
	/* One that is to be placed takes nothing yet. */
	CHECK_EQ(reserved_child(false, true), 0);
	CHECK_EQ(reserved_areas.count, 1);
	CHECK_EQ(memblock.reserved.cnt, 0);
}

/* ---- Buses ---- */

/* A probe at 0x100 below one bus whose cells and ranges are given. */
static void below_bus(u32 address_cells, u32 size_cells, int count, const u32 *cells)
{
	fdt32_t ranges[16];

	begin(2, 2);
	build_node("bus", NULL, NULL);
	build_cells("#address-cells", 1, address_cells);
	build_cells("#size-cells", 1, size_cells);
	for (int i = 0; i < count; i++)
		ranges[i] = cpu_to_fdt32(cells[i]);
	if (count >= 0)
		fdt_property(build, "ranges", ranges, 4 * count);
	build_node("probe@100", NULL, "test,probe");
	if (address_cells == 1)
		build_cells("reg", 2, 0x100, 0x10);
	else
		build_cells("reg", 4, 0, 0x100, 0, 0x10);
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(probe.nodes, 1);
}

static void translation(void)
{
	below_bus(1, 1, 0, NULL);
	CHECK(!probe.translate && probe.address == 0x100);
	below_bus(1, 1, -1, NULL);
	CHECK_EQ(probe.translate, -ENOENT);
	below_bus(1, 1, 4, (const u32[]){0, 5, 0x1000, 0x200});
	CHECK(!probe.translate && probe.address == 0x500001100);
	below_bus(2, 2, 6, (const u32[]){0, 0x80, 7, 0, 0, 0x81});
	CHECK(!probe.translate && probe.address == 0x700000080);
	/* One byte short on either side; and the second of two ranges. */
	below_bus(1, 1, 4, (const u32[]){0, 5, 0, 0x100});
	CHECK_EQ(probe.translate, -ENOENT);
	below_bus(1, 1, 4, (const u32[]){0x101, 5, 0, 0x100});
	CHECK_EQ(probe.translate, -ENOENT);
	below_bus(1, 1, 8, (const u32[]){0, 5, 0, 0x100, 0x100, 6, 0, 1});
	CHECK(!probe.translate && probe.address == 0x600000000);
	/* A range that is cut short is none. */
	below_bus(1, 1, 3, (const u32[]){0, 5, 0});
	CHECK_EQ(probe.translate, -ENOENT);
}

static void translation_through_two_buses(void)
{
	begin(2, 2);
	for (u32 i = 1; i <= 2; i++) {
		build_node("bus", NULL, NULL);
		build_cells("#address-cells", 1, 1);
		build_cells("#size-cells", 1, 1);
		if (i == 1)
			build_cells("ranges", 4, 0, 1, 0, 0x10000);
		else
			build_cells("ranges", 3, 0, 0x4000, 0x1000);
	}
	build_node("probe@10", NULL, "test,probe");
	build_cells("reg", 2, 0x10, 8);
	build_end();
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(!probe.translate && probe.address == 0x100004010 && probe.size == 8);
	CHECK(!strcmp(probe.path, "/bus/bus/probe@10") && probe.path_length == 17);
}

/* A later node that cannot be used does not hide the one that can. */
static void the_test_device_that_works(void)
{
	begin(1, 1);
	build_node("test@1000", NULL, "sifive,test1");
	build_cells("reg", 2, 0x1000, 0x1000);
	build_end();
	build_node("test@2000", NULL, "sifive,test1");
	build_cells("reg", 2, 0x2000, 0x1000);
	build_text("status", "disabled");
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(power()->base == 0x1000 && power()->size == 0x1000);
}

static u64 htif_at(const char *compatible, u32 base, u32 size)
{
	begin(1, 1);
	build_node("htif", NULL, compatible);
	if (size)
		build_cells("reg", 2, base, size);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	return power() ? power()->size : 0;
}

/* Both its registers in one page; in the firmware's own image it has none. */
static void htif_that_can_be_used(void)
{
	CHECK_EQ(htif_at("ucb,htif0", 0x1000000, 0x1000), 0x1000);
	CHECK_EQ(power()->base, 0x1000000);
	CHECK_EQ(htif_at("ucb,htif0", 0x1000ff0, 16), 16);
	CHECK_EQ(htif_at("ucb,htif0", 0x1000ff8, 16), 0);
	CHECK_EQ(htif_at("ucb,htif0", 0x1000000, 15), 0);
	CHECK_EQ(htif_at("ucb,htif0", 0, 0), 0);
	CHECK_EQ(htif_at("ucb,htif1", 0x1000000, 0x1000), 0);
	CHECK_EQ(htif_at(NULL, 0x1000000, 0x1000), 0);
}

static void more_serial_ports_than_slots(void)
{
	begin(1, 1);
	for (u32 i = 0; i < DEVICES_MAX + 2; i++) {
		build_node("serial", NULL, "ns16550a");
		build_cells("reg", 2, i * 0x100, 0x100);
		build_end();
	}
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(devices_count, DEVICES_MAX);
	CHECK_EQ(devices_found[DEVICES_MAX - 1].base, (DEVICES_MAX - 1) * 0x100);
}

/* ---- The shape of the tree ---- */

/* A probe below @depth - 1 nodes; the root is at depth 0. */
static void at_depth(int depth)
{
	begin(1, 1);
	for (int i = 1; i < depth; i++)
		build_node("n", NULL, NULL);
	build_node("probe", NULL, "test,probe");
	build_cells("reg", 3, 0, 1, 2);
	for (int i = 0; i < depth; i++)
		build_end();
	/* What comes behind is seen as ever. */
	build_node("memory", "memory", NULL);
	build_cells("reg", 2, 0x80000000, 0x1000);
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(is_ram(0x80000000, 0x1000));
}

static void nodes_that_are_too_deep(void)
{
	at_depth(FDT_DEPTH_MAX - 1);
	CHECK_EQ(probe.nodes, 1);
	CHECK_EQ(probe.path_length, 2 * (FDT_DEPTH_MAX - 2) + 6);
	at_depth(FDT_DEPTH_MAX);
	CHECK_EQ(probe.nodes, 0);
	at_depth(FDT_DEPTH_MAX + 1);
	CHECK_EQ(probe.nodes, 0);
	at_depth(500);
	CHECK_EQ(probe.nodes, 0);
}

static void paths_that_are_too_long(void)
{
	static const char name[] = "a-name-of-thirty-one-characters";

	for (int depth = 1; depth <= 3; depth++) {
		begin(1, 1);
		for (int i = 1; i < depth; i++)
			build_node(name, NULL, NULL);
		build_node(name, NULL, "test,probe");
		for (int i = 0; i < depth; i++)
			build_end();
		CHECK_EQ(boot_read_build(), 0);
		/* 32 characters each, in 64 bytes with the 0. */
		CHECK_EQ(probe.path_length, depth == 1 ? 32 : -ENOSPC);
	}
}

static void compatible_lists(void)
{
	static const struct {
		const char *list;
		int length, nodes;
	} cases[] = {{"test,probe", 11, 1}, {"a\0test,probe", 13, 1}, {"test,probe\0b", 13, 1},
		{"\0\0test,probe", 13, 1}, {"test,probe", 10, 0}, {"test,prob", 10, 0},
		{"test,probes", 12, 0}, {"xtest,probe", 12, 0}, {"", 0, 0},
		{"a\0test,probe", 12, 0}};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(1, 1);
		build_node("n", NULL, NULL);
		fdt_property(build, "compatible", cases[i].list, cases[i].length);
		build_end();
		CHECK_EQ(boot_read_build(), 0);
		CHECK_EQ(probe.nodes, cases[i].nodes);
	}
}

static void names(void)
{
	CHECK(fdt_name_is("memory", "memory") && fdt_name_is("memory@80000000", "memory"));
	CHECK(!fdt_name_is("memory0", "memory") && !fdt_name_is("mem", "memory"));
	CHECK(!fdt_name_is("", "memory"));
}

static void a_handler_ends_the_pass(void)
{
	begin(1, 1);
	build_node("a", NULL, "test,probe");
	build_end();
	build_node("b", NULL, "test,probe");
	build_end();
	probe_result = -EIO;
	CHECK_EQ(boot_read_build(), -EIO);
	probe_result = 0;
	CHECK_EQ(probe.nodes, 1);
}

/* ---- Blobs that libfdt would not write ---- */

/* The offset in the blob of the first cell of the structure block that is @cell. */
static char *structure_cell(u32 cell)
{
	char *at = build + fdt_off_dt_struct(build);

	while (fdt32_ld((const fdt32_t *)at) != cell)
		at += 4;
	return at;
}

/* In place of the FDT_NOPs that were left for it. */
static void property_after_subnode(void)
{
	char *nop;

	begin(1, 1);
	build_node("a", NULL, NULL);
	build_end();
	build_cells("reg", 3, 0x77777777, 0x77777777, 0x77777777);
	CHECK_EQ(boot_read_build(), -EPROTO);
	CHECK(strstr(printk_text, "broken at offset"));

	/* Without the property, but for its room, the same tree is good. */
	nop = structure_cell(0x77777777) - 12;
	for (int i = 0; i < 6; i++)
		fdt32_st(nop + 4 * i, FDT_NOP);
	CHECK_EQ(boot_read(build, fdt_totalsize(build)), 0);
}

/* A property name beyond the strings block is no property that anyone asked for. */
static void property_without_a_name(void)
{
	static const u32 offsets[] = {0xffffffff, 0x7fffffff, 0x80000000, 100000};

	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		begin(1, 1);
		/* If it were taken for #address-cells, RAM would be elsewhere. */
		build_cells("x", 1, 2);
		build_node("memory", "memory", NULL);
		build_cells("reg", 2, 0x80000000, 0x1000);
		build_end();
		build_finish();
		/* #address-cells and #size-cells take 16 bytes each, behind 8 of the root. */
		fdt32_st(build + fdt_off_dt_struct(build) + 8 + 2 * 16 + 8, offsets[i]);
		CHECK_EQ(boot_read(build, fdt_totalsize(build)), 0);
		CHECK(is_ram(0x80000000, 0x1000));
	}
}

static void blobs_that_are_none(void)
{
	unsigned long size;

	begin(1, 1);
	size = build_finish();
	CHECK_EQ(boot_read(build, size), 0);
	CHECK_EQ(boot_read(build, size - 1), -EPROTO);
	CHECK_EQ(boot_read(build, 0), -EPROTO);
	fdt_set_magic(build, 0xd00dfeee);
	CHECK_EQ(boot_read(build, size), -EPROTO);
	fdt_set_magic(build, FDT_MAGIC);
	fdt_set_version(build, 2);
	fdt_set_last_comp_version(build, 1);
	CHECK_EQ(boot_read(build, size), -EPROTO);
	fdt_set_version(build, 17);
	fdt_set_last_comp_version(build, 18);
	CHECK_EQ(boot_read(build, size), -EPROTO);
}

/* Read in a child, which the sanitizer may end: its exit status, 0 where it was refused. */
static int refused_in_child(unsigned long size)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(boot_read(build, size) != -EPROTO);
	waitpid(child, &status, 0);
	return status;
}

/* The structure block is aligned to 4 bytes, the reservation block to 8 (5.6). */
static void blocks_that_are_not_aligned(void)
{
	unsigned long size;

	begin(1, 1);
	size = build_finish();
	for (u32 shift = 1; shift < 4; shift++) {
		fdt_set_off_dt_struct(build, fdt_off_dt_struct(build) + shift);
		CHECK_EQ(refused_in_child(size), 0);
		fdt_set_off_dt_struct(build, fdt_off_dt_struct(build) - shift);
	}
	for (u32 shift = 1; shift < 8; shift++) {
		fdt_set_off_mem_rsvmap(build, fdt_off_mem_rsvmap(build) - shift);
		CHECK_EQ(refused_in_child(size), 0);
		fdt_set_off_mem_rsvmap(build, fdt_off_mem_rsvmap(build) + shift);
	}
	CHECK_EQ(boot_read(build, size), 0);
}

/* Three kinds of end: one too many, one too few, none at all. */
static void nodes_that_do_not_match(void)
{
	unsigned long size;
	char *end;

	begin(1, 1);
	build_node("a", NULL, NULL);
	build_end();
	size = build_finish();
	end = build + fdt_off_dt_struct(build) + fdt_size_dt_struct(build);
	fdt32_st(end - 8, FDT_NOP);
	CHECK_EQ(boot_read(build, size), -EPROTO);
	fdt32_st(end - 8, FDT_END_NODE);
	fdt32_st(end - 4, FDT_END_NODE);
	CHECK_EQ(boot_read(build, size), -EPROTO);
	fdt32_st(end - 4, FDT_NOP);
	CHECK_EQ(boot_read(build, size), -EPROTO);
	fdt32_st(end - 4, FDT_END);
	CHECK_EQ(boot_read(build, size), 0);
}

int main(void)
{
	TEST(an_alias_without_aliases);
	TEST(virt);
	TEST(board_memory);
	TEST(board_reserved);
	TEST(board_chosen);
	TEST(board_harts);
	TEST(board_devices);
	TEST(memory_of_every_cell_size);
	TEST(default_cells);
	TEST(cells_that_make_no_sense);
	TEST(memory_that_makes_no_sense);
	TEST(memory_to_the_top);
	TEST(only_okay_is_available);
	TEST(a_status_that_does_not_end);
	TEST(command_lines);
	TEST(stdout_paths);
	TEST(stdout_by_alias);
	TEST(initrd_of_one_and_two_cells);
	TEST(harts_that_cannot_run_a_kernel);
	TEST(a_hart_without_a_number);
	TEST(harts_that_are_supported);
	TEST(extensions_that_are_listed);
	TEST(boot_hart_that_is_not_supported);
	TEST(timebase_of_all_or_of_each);
	TEST(timebase_that_makes_no_sense);
	TEST(a_hart_beyond_32_bits);
	TEST(reserved_memory_that_makes_no_sense);
	TEST(translation);
	TEST(translation_through_two_buses);
	TEST(the_test_device_that_works);
	TEST(htif_that_can_be_used);
	TEST(more_serial_ports_than_slots);
	TEST(nodes_that_are_too_deep);
	TEST(paths_that_are_too_long);
	TEST(compatible_lists);
	TEST(names);
	TEST(a_handler_ends_the_pass);
	TEST(property_after_subnode);
	TEST(property_without_a_name);
	TEST(blobs_that_are_none);
	TEST(blocks_that_are_not_aligned);
	TEST(nodes_that_do_not_match);
	return check_report();
}
