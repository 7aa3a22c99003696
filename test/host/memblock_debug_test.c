/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblock tells people: its lines under memblock=debug, its refusals, its dump. */
#include "check.h"

#include <string.h>

#include <arch/page.h>
#include <mm/memblock.h>
#include <molt/stage.h>
#include <molt/symbols.h>

#define KIB 0x400UL
#define MIB 0x100000UL
#define RAM 0x80000000UL
#define ANY NUMA_NO_NODE

/* ---- Scenery ---- */

static struct memblock pristine;
static unsigned char arena[4 * MIB] __attribute__((aligned(4096)));

/* All that was printed since fresh() or said_nothing(). */
static char said[16384];

static void listen(const char *text)
{
	strncat(said, text, sizeof(said) - strlen(said) - 1);
}

/* 4 MiB of RAM at RAM, which __va() reaches. */
static void fresh(void)
{
	memblock_debug = false;
	memblock_owner_name = NULL;
	memblock = pristine;
	stage_now = STAGE_MEMBLOCK;
	linear_offset = (unsigned long)arena - RAM;
	memblock_add_node(RAM, sizeof(arena), 0, MEMBLOCK_NONE);
	said[0] = '\0';
}

static void fresh_debug(void)
{
	fresh();
	memblock_debug = true;
}

#ifdef CONFIG_KALLSYMS_BOOT
/* The test's code stands for one function. */
const char *symbol_lookup(unsigned long address, unsigned long *offset, unsigned long *size)
{
	CHECK(address != 0);
	*offset = 0x12;
	*size = 0x100;
	return "some_function";
}
#define FROM "from some_function+0x12\n"
#else
#define FROM "from 0x"
#endif

/* The dump's column of nodes. */
static const char *node_column(const char *text)
{
	return IS_ENABLED(CONFIG_NUMA) ? text : "";
}

/* Exactly one line was said since the last look, and it begins and ends as given. */
static void told(const char *begin, const char *end, int line)
{
	const char *newline = strchr(said, '\n'), *tail = strstr(said, end);
	bool good = !strncmp(said, begin, strlen(begin)) && newline && !newline[1] && tail;

	if (good && IS_ENABLED(CONFIG_KALLSYMS_BOOT))
		good = !tail[strlen(end)];
	if (!check_that(good, begin, __FILE__, line))
		printf("  said: %s\n", said);
	said[0] = '\0';
}

#define TOLD(call, begin)                    \
	do {                                 \
		call;                        \
		told(begin, FROM, __LINE__); \
	} while (0)

static void said_nothing(int line)
{
	check_that(!said[0], "nothing is said", __FILE__, line);
	said[0] = '\0';
}

/* ---- Lines ---- */

static void silent_when_off(void)
{
	fresh();
	memblock_add(0x1000, 0x1000);
	memblock_remove(0x1000, 0x1000);
	memblock_reserve_owner(RAM, 64, 3);
	memblock_phys_free(RAM, 64);
	memblock_mark_nomap(RAM, 64);
	memblock_set_bottom_up(true);
	CHECK(memblock_alloc(64, 64));
	said_nothing(__LINE__);
}

static void tells_the_sets(void)
{
	fresh_debug();
	TOLD(memblock_add(0x1000, 0x2000), "memblock_add: [0x0000000000001000-0x0000000000002fff] "
					   "8 KiB, flags none, node any, ");
	TOLD(memblock_add_node(0x100000, MIB, 3, MEMBLOCK_HOTPLUG | MEMBLOCK_MIRROR),
		"memblock_add_node: [0x0000000000100000-0x00000000001fffff] 1 MiB, flags "
		"hotplug,mirror, node 3, ");
	TOLD(memblock_remove(0x1000, 0x2000), "memblock_remove: [0x0000000000001000-");
	TOLD(memblock_reserve(RAM, 0x81),
		"memblock_reserve: [0x0000000080000000-0x0000000080000080] "
		"129 bytes, flags none, node any, ");
	TOLD(memblock_phys_free(RAM, 1),
		"memblock_phys_free: [0x0000000080000000-0x0000000080000000] "
		"1 bytes, ");
	TOLD(memblock_free(arena, KIB),
		"memblock_free: [0x0000000080000000-0x00000000800003ff] 1 KiB");
	TOLD(memblock_mark_hotplug(RAM, 1), "memblock_mark_hotplug: [0x0000000080000000-"
					    "0x0000000080000000] 1 bytes, flags hotplug, ");
	TOLD(memblock_clear_hotplug(RAM, 1), "memblock_clear_hotplug: [0x");
	TOLD(memblock_mark_mirror(RAM, 1), "memblock_mark_mirror: [0x");
	TOLD(memblock_mark_nomap(RAM, 1), "memblock_mark_nomap: [0x");
	TOLD(memblock_clear_nomap(RAM, 1), "memblock_clear_nomap: [0x");
	TOLD(memblock_set_node(RAM, 1, &memblock.memory, 2),
		"memblock_set_node: [0x0000000080000000-"
		"0x0000000080000000] 1 bytes, flags "
		"none, node 2, ");
}

static const char *owner_name(unsigned owner)
{
	return owner == 3 ? "fdt" : NULL;
}

static void tells_owners(void)
{
	fresh_debug();
	TOLD(memblock_reserve_owner(RAM, 1, 7),
		"memblock_reserve_owner: [0x0000000080000000-0x0000000080000000] 1 bytes, flags "
		"none, "
		"owner 7, node any, ");
	memblock_owner_name = owner_name;
	TOLD(memblock_set_owner(RAM, 1, 3),
		"memblock_set_owner: [0x0000000080000000-0x0000000080000000] 1 bytes, flags none, "
		"fdt, node any, ");
	TOLD(memblock_own_tables(4), "memblock_own_tables: 0x4, ");
}

static void tells_limits(void)
{
	fresh_debug();
	TOLD(memblock_trim_memory(0x2000), "memblock_trim_memory: 0x2000, ");
	TOLD(memblock_enforce_memory_limit(MIB), "memblock_enforce_memory_limit: 0x100000, ");
	TOLD(memblock_mem_limit_remove_map(MIB), "memblock_mem_limit_remove_map: 0x100000, ");
	TOLD(memblock_cap_memory_range(RAM, KIB), "memblock_cap_memory_range: [0x0000000080000000-"
						  "0x00000000800003ff] 1 KiB, ");
	TOLD(memblock_set_bottom_up(true), "memblock_set_bottom_up: 0x1, ");
	TOLD(memblock_set_current_limit(0x77), "memblock_set_current_limit: 0x77, ");
	TOLD(memblock_allow_resize(), "memblock_allow_resize: 0x1, ");
}

static void tells_the_range_that_is_meant(void)
{
	fresh_debug();
	TOLD(memblock_reserve(PHYS_ADDR_MAX - 16, 4096),
		"memblock_reserve: [0xffffffffffffffef-0xfffffffffffffffe] 16 bytes, ");
	memblock_reserve(RAM, 0);
	memblock_free(NULL, 4096);
	said_nothing(__LINE__);
}

static void tells_allocations(void)
{
	fresh_debug();
	TOLD(CHECK(memblock_phys_alloc(0x100, 0x40)),
		"memblock_phys_alloc: [0x00000000803fff00-0x00000000803fffff] 256 bytes, flags "
		"none, node any, align 0x40, min 0x0, max 0xffffffffffffffff, ");
	TOLD(CHECK(!memblock_phys_alloc_range(0x100, 0x40, 0x1000, 0x2000)),
		"memblock_phys_alloc_range: nowhere 256 bytes, node any, align 0x40, min 0x1000, "
		"max 0x2000, ");
	memblock_mark_hotplug(RAM, sizeof(arena));
	said[0] = '\0';
	TOLD(CHECK(memblock_phys_alloc_try_nid(0x400, 1, NUMA_NO_NODE)),
		"memblock_phys_alloc_try_nid: [0x00000000803ffb00-0x00000000803ffeff] 1 KiB, flags "
		"hotplug, node any, align 0x1, min 0x0, max 0xffffffffffffffff, ");
	TOLD(memblock_alloc_range_nid(1, 1, 0, 0, NUMA_NO_NODE, true),
		"memblock_alloc_range_nid: [0x");
	memblock_set_bottom_up(true);
	said[0] = '\0';
	/* One line, although the minimum is tried and then dropped. */
	TOLD(CHECK(memblock_alloc_from(8, 8, RAM + sizeof(arena))),
		"memblock_alloc_from: [0x0000000080000000-0x0000000080000007] 8 bytes, flags "
		"hotplug, node any, align 0x8, min 0x80400000, max 0xffffffffffffffff, ");
	TOLD(memblock_alloc(1, 1), "memblock_alloc: [0x");
	TOLD(memblock_alloc_raw(1, 1), "memblock_alloc_raw: [0x");
	TOLD(memblock_alloc_low(1, 1), "memblock_alloc_low: [0x");
	TOLD(memblock_alloc_node(1, 1, 0), "memblock_alloc_node: [0x");
	TOLD(memblock_alloc_try_nid(1, 1, 0, 0, 0), "memblock_alloc_try_nid: [0x");
	TOLD(memblock_alloc_try_nid_raw(1, 1, 0, 0, 0), "memblock_alloc_try_nid_raw: [0x");
	TOLD(memblock_alloc_exact_nid_raw(1, 1, 0, 0, 0), "memblock_alloc_exact_nid_raw: [0x");
}

static void tells_doubling(void)
{
	fresh();
	memblock_allow_resize();
	memblock_set_bottom_up(true);
	for (unsigned long i = 0; i < INIT_MEMBLOCK_REGIONS; i++)
		CHECK_EQ(memblock_reserve(RAM + MIB + 2 * i * PAGE_SIZE, PAGE_SIZE), 0);
	said_nothing(__LINE__);
	memblock_debug = true;
	CHECK_EQ(memblock_reserve(RAM + 3 * MIB, PAGE_SIZE), 0);
	CHECK(strstr(said, "memblock_reserve: [0x0000000080300000-"));
	CHECK(strstr(said, "\nmemblock: reserved grows from 128 to 256 entries, at "
			   "[0x0000000080000000-0x0000000080001fff]\n"));
	CHECK_EQ(memblock.reserved.max, 256);
}

/* ---- Complaints ---- */

static void refusal_names_the_caller(void)
{
	const char *text = "memblock: memblock_remove() refused: the zones own memory now; called ";
	fresh_debug();
	stage_now = STAGE_ZONES;
	memblock_remove(RAM, 64);
	told(text, FROM, __LINE__); /* and not as if it were done */
	memblock_phys_alloc(64, 64);
	told("memblock: memblock_phys_alloc() refused: ", FROM, __LINE__);
	memblock_set_bottom_up(true);
	told("memblock: memblock_set_bottom_up() refused: ", FROM, __LINE__);
}

static void alignment_names_the_caller(void)
{
	fresh();
	CHECK(memblock_phys_alloc(64, 0));
	told("memblock: memblock_phys_alloc() without an alignment; called ", FROM, __LINE__);
}

/* ---- The dump ---- */

static void has_line(const char *want, int line)
{
	const char *found = strstr(said, want);
	bool whole = found && (found == said || found[-1] == '\n');

	if (!check_that(whole, want, __FILE__, line))
		printf("  said: %s\n", said);
}

static void dump_is_for_people(void)
{
	char want[160];

	fresh();
	memblock_owner_name = owner_name;
	memblock_mark_nomap(RAM, MIB);
	memblock_reserve_owner(RAM, 512 * KIB, 3);
	memblock_reserve_owner(RAM + 2 * MIB, 24, 9);
	memblock_dump_all();
	has_line("memblock: memory: 4 MiB in 2 of 128 entries\n", __LINE__);
	snprintf(want, sizeof(want),
		"  0x0000000080000000-0x00000000800fffff          1 MiB    "
		"%sRAM, nomap\n",
		node_column("node 0    "));
	has_line(want, __LINE__);
	snprintf(want, sizeof(want),
		"  0x0000000080100000-0x00000000803fffff          3 MiB    "
		"%sRAM\n",
		node_column("node 0    "));
	has_line(want, __LINE__);
	has_line("memblock: reserved: 524312 bytes in 2 of 128 entries\n", __LINE__);
	snprintf(want, sizeof(want),
		"  0x0000000080000000-0x000000008007ffff        512 KiB    "
		"%sfdt\n",
		node_column("any node  "));
	has_line(want, __LINE__);
	snprintf(want, sizeof(want),
		"  0x0000000080200000-0x0000000080200017         24 bytes  "
		"%sowner 9\n",
		node_column("any node  "));
	has_line(want, __LINE__);
	has_line("memblock: free: 3145704 bytes\n", __LINE__);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void dump_shows_physmem(void)
{
	fresh();
	memblock_debug = true;
	TOLD(memblock_physmem_add(RAM, 6 * MIB), "memblock_physmem_add: [0x0000000080000000-");
	memblock_dump_all();
	has_line("memblock: physmem: 6 MiB in 1 of 128 entries\n", __LINE__);
}
#endif

static void dump_works_for_good(void)
{
	char before[sizeof(said)];

	fresh();
	memblock_dump_all();
	memcpy(before, said, sizeof(before));
	said[0] = '\0';
	stage_now = STAGE_MOLTED;
	memblock_dump_all();
	CHECK(before[0] && !strcmp(before, said));
}

int main(void)
{
	pristine = memblock;
	printk_listener = listen;
	TEST(silent_when_off);
	TEST(tells_the_sets);
	TEST(tells_owners);
	TEST(tells_limits);
	TEST(tells_the_range_that_is_meant);
	TEST(tells_allocations);
	TEST(tells_doubling);
	TEST(refusal_names_the_caller);
	TEST(alignment_names_the_caller);
	TEST(dump_is_for_people);
#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
	TEST(dump_shows_physmem);
#endif
	TEST(dump_works_for_good);
	return check_report();
}
