/* SPDX-License-Identifier: BSD-2-Clause */
/* The rare ways through the reading of device trees, which `make coverage` asks for. */
#include "../../mm/map_internal.h"
#include "check.h"

#include <string.h>

#include <core/boot.h>
#include <drivers/driver.h>
#include <lib/fdt.h>
#include <libfdt.h>
#include <mm/memblock.h>
#include <mm/numa.h>
#include <molt/compiler.h>
#include <molt/err.h>

#include "fdt_build.h"

/* ---- What handlers can ask of a node that is compatible with "test,odd" ---- */

static struct {
	int nodes, reg, translate, no_room;
} odd;

static int odd_node(const struct fdt_node *node)
{
	u64 address = 0, size;
	char path[2];

	odd.nodes++;
	odd.reg = fdt_node_reg(node, 0, &address, &size);
	odd.translate = fdt_node_translate(node, &address);
	odd.no_room = fdt_node_path(node, path, 0);
	return 0;
}
FDT_HANDLER(COMPATIBLE, "test,odd", odd_node);

static void begin(void)
{
	memset(&odd, 0, sizeof(odd));
	build_begin_cells(1, 1);
}

static void no_room_for_a_path(void)
{
	begin();
	build_node("a", NULL, "test,odd");
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(odd.no_room, -ENOSPC);
}

/* A range of three cells, or of more than two of size, belongs to no device that boot needs. */
static void buses_whose_cells_are_passed_by(void)
{
	static const u32 cells[][3] = {{1, 3, 1}, {1, 0, 1}, {1, 1, 3}, {3, 1, 1}, {0, 1, 1}};

	for (unsigned int i = 0; i < ARRAY_SIZE(cells); i++) {
		memset(&odd, 0, sizeof(odd));
		build_begin_cells(cells[i][0], 1);
		build_node("bus", NULL, NULL);
		build_cells("#address-cells", 1, cells[i][1]);
		build_cells("#size-cells", 1, cells[i][2]);
		build_cells("ranges", 7, 0, 0, 0, 0, 0, 0x1000, 0);
		build_node("a", NULL, "test,odd");
		build_end();
		build_end();
		CHECK_EQ(boot_read_build(), 0);
		CHECK_EQ(odd.nodes, 1);
		CHECK_EQ(odd.translate, -ENOENT);
	}
}

static void memory_on_a_bus(void)
{
	begin();
	build_node("bus", NULL, NULL);
	build_node("memory", "memory", NULL);
	build_cells("reg", 3, 0, 0x80000000, 0x1000);
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(memblock.memory.cnt, 0);
}

/* The root is on no bus: its addresses are what they are. */
static void the_root_itself(void)
{
	begin();
	build_text("compatible", "test,odd");
	build_text("device_type", "memory");
	build_cells("reg", 2, 0x80000000, 0x1000);
	CHECK_EQ(boot_read_build(), 0);
	CHECK(odd.nodes == 1 && odd.reg == -ENOENT && odd.translate == 0);
	CHECK_EQ(memblock.memory.cnt, 0);
}

/* ---- Devices ---- */

static void serial(const char *name, u32 shift, u32 width)
{
	build_node(name, NULL, "ns16550a");
	build_cells("reg", 2, 0x1000, 0x100);
	build_cells("reg-shift", 1, shift);
	build_cells("reg-io-width", 1, width);
	build_end();
}

static void registers_that_make_no_sense(void)
{
	static const u32 cases[][3] = {{0, 1, 1}, {3, 4, 1}, {4, 1, 0}, {0, 2, 0}, {0, 0, 0}};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		begin();
		serial("serial", cases[i][0], cases[i][1]);
		CHECK_EQ(boot_read_build(), 0);
		CHECK_EQ(devices_count, cases[i][2]);
	}
	CHECK(strstr(printk_text, "/serial: reg-shift"));
}

/* It is used all the same, but not for a stdout-path. */
static void a_device_whose_path_is_too_long(void)
{
	char name[sizeof(devices_found[0].path)];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	begin();
	serial(name, 0, 1);
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(devices_count, 1);
	CHECK(!*devices_found[0].path);
}

static void devices_nowhere(void)
{
	begin();
	build_node("serial", NULL, "ns16550a");
	build_end();
	build_node("bus", NULL, NULL);
	build_node("serial", NULL, "ns16550a");
	build_cells("reg", 3, 0, 0x1000, 0x100);
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(devices_count, 0);
}

/* ---- Harts ---- */

static void two_harts_of_one_number(void)
{
	begin();
	build_node("cpus", NULL, NULL);
	build_cells("#address-cells", 1, 1);
	build_cells("#size-cells", 1, 0);
	for (int i = 0; i < 2; i++) {
		build_node(i ? "cpu@b" : "cpu@a", "cpu", NULL);
		build_text("mmu-type", "riscv,sv39");
		build_cells("reg", 1, 7);
		build_end();
	}
	build_node("cpu-map", NULL, NULL);
	build_end();
	build_node("l2-cache", "cache", NULL);
	build_end();
	build_node("cpu@c", "cpu", NULL);
	build_end();
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK(boot_harts.count == 1 && boot_harts.ids[0] == 7);
	CHECK(strstr(printk_text, "/cpus/cpu@b"));
}

/* ---- NUMA ---- */

/* The first is told of, and both are counted; what is said of distances is nothing. */
static void two_nodes_that_are_too_large(void)
{
	begin();
	for (u32 i = 0; i < 2; i++) {
		build_node(i ? "memory@b" : "memory@a", "memory", NULL);
		build_cells("reg", 2, 0x80000000 + i * 0x10000, 0x1000);
		build_cells("numa-node-id", 1, 7 + i);
		build_end();
	}
	build_node("distance-map", NULL, "numa-distance-map-v1");
	build_flag("distance-matrix");
	build_end();
	CHECK_EQ(boot_read_build(), 0);
	CHECK_EQ(memblock_get_region_node(&memblock.memory.regions[1]), 0);
	numa_check();
	CHECK(strstr(printk_text, "distance-matrix is not made of triples"));
}

/* ---- stdout ---- */

/* An alias without a 0, and one of no length, are none. */
static void aliases_that_do_not_end(void)
{
	static const int lengths[] = {4, 0};

	for (unsigned int i = 0; i < ARRAY_SIZE(lengths); i++) {
		begin();
		build_node("chosen", NULL, NULL);
		build_text("stdout-path", "tty");
		build_end();
		build_node("aliases", NULL, NULL);
		fdt_property(build, "tty", "/tty", lengths[i]);
		build_end();
		CHECK_EQ(boot_read_build(), 0);
		CHECK(!strcmp(boot_stdout_path, "tty"));
	}
}

/* ---- Blobs that libfdt would not write ---- */

static int read_refused(unsigned long size)
{
	printk_text[0] = '\0';
	return boot_read(build, size);
}

/* build[] is read where it is, as a panic leaves its reader for good. */
static int boot_read_panics(unsigned long size)
{
	jmp_buf jump;

	boot_forget();
	panic_jump = &jump;
	if (setjmp(jump)) {
		panic_jump = NULL;
		return 1;
	}
	CHECK_EQ(fdt_scan(build, size, FDT_PASS_FIRST), 0);
	claim_reservation_block(build);
	panic_jump = NULL;
	return 0;
}

static void blocks_that_are_not_aligned(void)
{
	unsigned long size;

	begin();
	size = build_finish();
	fdt_set_off_dt_struct(build, fdt_off_dt_struct(build) + 2);
	CHECK_EQ(read_refused(size), -EPROTO);
	CHECK(strstr(printk_text, "not a device tree"));
	fdt_set_off_dt_struct(build, fdt_off_dt_struct(build) - 2);
	fdt_set_off_mem_rsvmap(build, fdt_off_mem_rsvmap(build) - 4);
	CHECK_EQ(read_refused(size), -EPROTO);
}

static void a_version_that_is_too_old(void)
{
	unsigned long size;

	begin();
	size = build_finish();
	fdt_set_version(build, 15);
	fdt_set_last_comp_version(build, 15);
	CHECK_EQ(read_refused(size), -EPROTO);
	CHECK(strstr(printk_text, "not a device tree"));
}

/* The root's tag and its name become FDT_NOPs. */
static void a_property_before_any_node(void)
{
	unsigned long size;

	begin();
	size = build_finish();
	fdt32_st(build + fdt_off_dt_struct(build), FDT_NOP);
	fdt32_st(build + fdt_off_dt_struct(build) + 4, FDT_NOP);
	CHECK_EQ(read_refused(size), -EPROTO);
	CHECK(strstr(printk_text, "outside a node"));
}

/* With the rest of it, each makes 32 bits come out as something small, or as nothing. */
static void properties_of_great_lengths(void)
{
	static const u32 starts[] = {0xffffff00, 0x7fffff00, 0x80000000};

	for (unsigned int i = 0; i < ARRAY_SIZE(starts); i++) {
		for (u32 length = starts[i]; length - starts[i] < 0x100; length++) {
			char *property;
			unsigned long size;

			begin();
			build_node("memory", "memory", NULL);
			build_cells("reg", 2, 0x77777777, FDT_NOP);
			build_end();
			size = build_finish();
			property = build + fdt_off_dt_struct(build);
			while (fdt32_ld((const fdt32_t *)property) != 0x77777777)
				property += 4;
			fdt32_st(property - 4, FDT_NOP); /* its name: where some would go on */
			fdt32_st(property - 8, length);
			CHECK_EQ(read_refused(size), -EPROTO);
			CHECK(strstr(printk_text, "broken at offset"));
		}
	}
}

/*
 * The name of the last node ends where the blob does, and the next tag would lie above that.
 * In version 16 the structure block has no size of its own.
 */
static void a_blob_that_ends_between_tags(void)
{
	unsigned long size;

	begin();
	build_node("a", NULL, NULL);
	build_end();
	build_finish();
	size = fdt_off_dt_struct(build) + fdt_size_dt_struct(build) - 4 - 4 - 4 - 2;
	CHECK_EQ(build[size - 2], 'a');
	fdt_set_version(build, 16);
	fdt_set_off_dt_strings(build, fdt_off_dt_struct(build));
	fdt_set_size_dt_strings(build, 0);
	fdt_set_totalsize(build, (u32)size);
	CHECK_EQ(read_refused(size), -EPROTO);
	CHECK(strstr(printk_text, "broken at offset"));
}

/* The 0 that ends a name is looked for by cells: no other byte may pass for it. */
static void names_of_every_length_and_byte(void)
{
	static const unsigned char bytes[] = {0x01, 0x02, 0x7f, 0x80, 0x81, 0xfe, 0xff};
	char name[10];

	for (unsigned int i = 0; i < ARRAY_SIZE(bytes); i++) {
		for (unsigned int length = 0; length < sizeof(name); length++) {
			memset(name, bytes[i], length);
			name[length] = '\0';
			begin();
			build_node(name, NULL, "test,odd");
			build_cells("reg", 2, 0x1000, 0x10);
			build_end();
			CHECK_EQ(boot_read_build(), 0);
			CHECK_EQ(odd.nodes, 1);
			CHECK_EQ(odd.reg, 0);
		}
	}
}

/* The end of the root becomes what is no tag, or a property whose head is cut off. */
static void tags_that_are_none(void)
{
	static const u32 tags[] = {0, 5, 8, 0x01000000, 0xffffffff, FDT_PROP};

	for (unsigned int i = 0; i < ARRAY_SIZE(tags); i++) {
		unsigned long size;
		char *end;

		begin();
		size = build_finish();
		end = build + fdt_off_dt_struct(build) + fdt_size_dt_struct(build);
		CHECK_EQ(fdt32_ld((const fdt32_t *)(end - 8)), FDT_END_NODE);
		fdt32_st(end - 8, tags[i]);
		CHECK_EQ(read_refused(size), -EPROTO);
		CHECK(strstr(printk_text, "no tag, or one that does not end"));
	}
}

/* The last node's, whatever its length is: the structure block ends with its last letter. */
static void a_name_that_does_not_end(void)
{
	char name[10] = "";

	for (unsigned int length = 1; length < sizeof(name); length++) {
		unsigned long size;

		name[length - 1] = 'a';
		begin();
		build_node(name, NULL, NULL);
		build_end();
		size = build_finish();
		/* Behind the name: its padding, two ends of nodes, the end of all. */
		fdt_set_size_dt_struct(build, fdt_size_dt_struct(build) - 12 - (4 - length % 4));
		CHECK_EQ(read_refused(size), -EPROTO);
		CHECK(strstr(printk_text, "broken at offset"));
	}
}

/* Without the 0 that ends the strings, the last of them is no name: here #address-cells. */
static void strings_that_do_not_end(void)
{
	unsigned long size;
	char *end;

	begin();
	build_node("memory", "memory", NULL);
	build_cells("reg", 3, 0, 0x80000000, 0x1000); /* right by two cells, the default */
	build_end();
	size = build_finish();
	CHECK_EQ(boot_read(build, size), -EPROTO);
	end = build + fdt_off_dt_strings(build) + fdt_size_dt_strings(build);
	CHECK(!strcmp(end - sizeof("#address-cells"), "#address-cells"));
	end[-1] = 'x';
	CHECK_EQ(boot_read(build, size), 0);
	CHECK_EQ(memblock.memory.cnt, 1);
	memset(end - fdt_size_dt_strings(build), 'x', fdt_size_dt_strings(build));
	CHECK_EQ(boot_read(build, size), 0);
	CHECK_EQ(memblock.memory.cnt, 0);
}

/* Its one entry ends where the blob does. */
static void a_reservation_block_without_an_end(void)
{
	unsigned long size;
	u64 base, length;

	begin();
	size = (build_finish() + 7) & ~7UL;
	fdt_set_off_mem_rsvmap(build, (u32)size);
	fdt64_st(build + size, 0x80000000);
	fdt64_st(build + size + 8, 0x1000);
	size += 16;
	fdt_set_totalsize(build, (u32)size);
	CHECK_EQ(boot_read_panics(size), 1);
	CHECK(strstr(panic_text, "reservation block does not end"));
	CHECK_EQ(fdt_reservation(build, 1, &base, &length), -EPROTO);
}

/* 129 ranges that do not touch, where memblock's table has 128 entries. */
static void a_reservation_block_of_too_many(void)
{
	fdt_create(build, BUILD_SIZE);
	for (u32 i = 0; i < 129; i++)
		fdt_add_reservemap_entry(build, 0x80000000 + i * 0x2000, 0x1000);
	fdt_finish_reservemap(build);
	fdt_begin_node(build, "");
	CHECK_EQ(boot_read_panics(build_finish()), 1);
	CHECK(strstr(panic_text, "entry 128 of the FDT's reservation block"));
}

int main(void)
{
	TEST(no_room_for_a_path);
	TEST(buses_whose_cells_are_passed_by);
	TEST(memory_on_a_bus);
	TEST(the_root_itself);
	TEST(registers_that_make_no_sense);
	TEST(a_device_whose_path_is_too_long);
	TEST(devices_nowhere);
	TEST(two_harts_of_one_number);
	TEST(two_nodes_that_are_too_large);
	TEST(aliases_that_do_not_end);
	TEST(blocks_that_are_not_aligned);
	TEST(a_version_that_is_too_old);
	TEST(a_property_before_any_node);
	TEST(properties_of_great_lengths);
	TEST(a_blob_that_ends_between_tags);
	TEST(names_of_every_length_and_byte);
	TEST(tags_that_are_none);
	TEST(a_name_that_does_not_end);
	TEST(strings_that_do_not_end);
	TEST(a_reservation_block_without_an_end);
	TEST(a_reservation_block_of_too_many);
	return check_report();
}
