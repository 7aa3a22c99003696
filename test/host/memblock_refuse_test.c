/* SPDX-License-Identifier: BSD-2-Clause */
/* Once the zones own memory, memblock answers and changes nothing. */
#include "check.h"
#include "memblock_world.h"

#include <string.h>

#include <arch/page.h>
#include <molt/err.h>
#include <molt/stage.h>

#define REFUSED(name, call)                                                               \
	do {                                                                              \
		printk_count = 0;                                                         \
		call;                                                                     \
		check_that(printk_count == 1 && strstr(printk_text, name "()") &&         \
				   strstr(printk_text, "called from 0x") && unchanged(s), \
			name " is refused", __FILE__, __LINE__);                          \
	} while (0)
#define REFUSED_CALL(name, args)	 REFUSED(#name, name args)
#define REFUSED_RESULT(name, args, want) REFUSED(#name, CHECK((name args) == (want)))

static const struct snapshot *freeze(enum stage stage)
{
	fresh_ram();
	memblock_reserve(RAM, 64);
	stage_now = stage;
	return take_snapshot();
}

static void refuses_changes(void)
{
	const struct snapshot *s = freeze(STAGE_ZONES);

	REFUSED_RESULT(memblock_add, (0, 1), -EINVAL);
	REFUSED_RESULT(memblock_add_node, (0, 1, 0, NONE), -EINVAL);
	REFUSED_RESULT(memblock_remove, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_reserve, (RAM, 128), -EINVAL);
	REFUSED_RESULT(memblock_reserve_owner, (RAM, 128, 1), -EINVAL);
	REFUSED_RESULT(memblock_set_owner, (RAM, 128, 1), -EINVAL);
	REFUSED_RESULT(memblock_own_tables, (1), -EINVAL);
	REFUSED_RESULT(memblock_phys_free, (RAM, 1), -EINVAL);
	REFUSED_CALL(memblock_free, (arena, 1));
	REFUSED_RESULT(memblock_mark_hotplug, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_clear_hotplug, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_mark_mirror, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_mark_nomap, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_clear_nomap, (RAM, 1), -EINVAL);
	REFUSED_RESULT(memblock_set_node, (RAM, 1, memory, 1), -EINVAL);
	REFUSED_CALL(memblock_trim_memory, (MIB * 8));
	REFUSED_CALL(memblock_enforce_memory_limit, (1));
	REFUSED_CALL(memblock_mem_limit_remove_map, (1));
	REFUSED_CALL(memblock_cap_memory_range, (RAM, 1));
	REFUSED_CALL(memblock_set_bottom_up, (true));
	REFUSED_CALL(memblock_set_current_limit, (1));
	REFUSED_CALL(memblock_allow_resize, ());
}

static void refuses_allocations(void)
{
	const struct snapshot *s = freeze(STAGE_MOLTED);

	REFUSED_RESULT(memblock_phys_alloc, (1, 1), 0);
	REFUSED_RESULT(memblock_phys_alloc_owner, (1, 1, 1), 0);
	REFUSED_RESULT(memblock_phys_alloc_range, (1, 1, 0, TOP), 0);
	REFUSED_RESULT(memblock_phys_alloc_try_nid, (1, 1, 0), 0);
	REFUSED_RESULT(memblock_alloc_range_nid, (1, 1, 0, 0, 0, false), 0);
	REFUSED_RESULT(memblock_alloc, (1, 1), NULL);
	REFUSED_RESULT(memblock_alloc_raw, (1, 1), NULL);
	REFUSED_RESULT(memblock_alloc_from, (1, 1, 0), NULL);
	REFUSED_RESULT(memblock_alloc_low, (1, 1), NULL);
	REFUSED_RESULT(memblock_alloc_node, (1, 1, 0), NULL);
	REFUSED_RESULT(memblock_alloc_try_nid, (1, 1, 0, 0, 0), NULL);
	REFUSED_RESULT(memblock_alloc_try_nid_raw, (1, 1, 0, 0, 0), NULL);
	REFUSED_RESULT(memblock_alloc_exact_nid_raw, (1, 1, 0, 0, 0), NULL);
}

static void answers_when_frozen(void)
{
	freeze(STAGE_MOLTED);
	printk_count = 0;
	CHECK(memblock_is_memory(RAM) && memblock_is_reserved(RAM));
	CHECK_EQ(memblock_free_bytes(), 4 * MIB - 64);
	CHECK_EQ(memblock_owner_bytes(0), 64);
	CHECK_EQ(printk_count, 0);
	memblock_dump_all();
	CHECK(printk_count >= 4);
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static void refuses_physmem(void)
{
	const struct snapshot *s = freeze(STAGE_ZONES);

	REFUSED_RESULT(memblock_physmem_add, (RAM, 1), -EINVAL);
	WANT_EMPTY(&physmem);
}
#else
static void refuses_physmem(void)
{
}
#endif

int main(void)
{
	TEST(refuses_changes);
	TEST(refuses_allocations);
	TEST(refuses_physmem);
	TEST(answers_when_frozen);
	return check_report();
}
