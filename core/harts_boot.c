// SPDX-License-Identifier: BSD-2-Clause
/* Harts at boot: areas, stacks, and the start of all but the first. */
#include <arch/page.h>
#include <arch/timer.h>
#include <core/boot.h>
#include <core/harts.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>

/* The boot hart runs on the template until it has an area of its own. */
static __percpu struct hart boot_template __used __section(".tdata.first") = {
	.stack_base = (u64)__boot_stack_begin,
	.stack_top = (u64)__boot_stack_end,
};

/* Which of boot_harts hart @index is: the boot hart first, then as the FDT has them. */
static unsigned int fdt_index(unsigned int index, u32 boot_id)
{
	unsigned int i;

	for (i = 0; i < boot_harts.count; i++) {
		if (index ? boot_harts.ids[i] != boot_id && !--index : boot_harts.ids[i] == boot_id)
			break;
	}
	return i;
}

static void area_init(unsigned int index, u32 boot_id, u64 stack)
{
	unsigned int i = fdt_index(index, boot_id);
	struct hart *hart = hart_at(index);

	memcpy(hart, __percpu_begin, SECTION_SIZE(percpu));
	hart->self = hart;
	hart->id = index ? boot_harts.ids[i] : boot_id;
	hart->index = index;
	/* The FDT may know nothing of the boot hart. */
	hart->node = i < boot_harts.count ? boot_harts.nodes[i] : 0;
	hart->online = false;
	hart->stack_base = stack;
	hart->stack_top = stack + CONFIG_KERNEL_STACK_PAGES * PAGE_SIZE;
}

static u64 idle_stack(unsigned int index)
{
	void *stack = kmap_stack();

	if (!stack)
		panic("no memory for the idle stack of hart %u of %u", index, hart_count);
	return (u64)stack;
}

void harts_init(u64 boot_id)
{
	static u64 stacks[CONFIG_NR_HARTS];
	unsigned int index, others = 0;
	phys_addr_t areas;
	unsigned long size;

	for (index = 0; index < boot_harts.count; index++)
		others += boot_harts.ids[index] != boot_id;
	if (others == boot_harts.count && others == CONFIG_NR_HARTS)
		others--;
	hart_count = others + 1;
	size = hart_count * SECTION_SIZE(percpu);
	/* Whole pages first: what is smaller then shares pages with the zones' metadata. */
	for (index = 0; index < hart_count; index++)
		stacks[index] = idle_stack(index);
	areas = boot_alloc(size, SMP_CACHE_BYTES, OWNER_PERCPU);
	if (!areas)
		panic("no memory for the areas of %u harts", hart_count);
	hart_areas = __va(areas);
	for (index = 0; index < hart_count; index++)
		area_init(index, (u32)boot_id, stacks[index]);

	/* Until it leaves boot's stack, that is the stack a trap is judged by. */
	hart_at(0)->stack_base = this_hart()->stack_base;
	hart_adopt(hart_at(0));
	if (boot_harts.left_out)
		pr_warn("harts: %u more than NR_HARTS stay stopped\n", boot_harts.left_out);
}

/* Seconds to wait for one hart, ticks between two looks, and ticks where the FDT is silent. */
#define START_SECONDS 10
#define POLL_TICKS    1000
#define TIMEBASE      10000000

/*
 * One that does not come in time is left out, which fails the self check; should it come
 * later, all that it then touches is resident.
 */
static void wait_online(const struct hart *hart)
{
	u32 timebase = boot_harts.timebase ? boot_harts.timebase : TIMEBASE;
	u64 limit = timer_now() + (u64)START_SECONDS * timebase;

	/* A near timer, not a spin: with -icount a spin would starve the hart waited for. */
	while (!__atomic_load_n(&hart->online, __ATOMIC_ACQUIRE)) {
		if (timer_now() > limit) {
			pr_err("hart %u was started and does not come up\n", hart->id);
			return;
		}
		timer_arm(timer_now() + POLL_TICKS);
		hart_wait();
	}
}

void harts_start(void)
{
	unsigned int index;

	timer_start();
	__atomic_store_n(&this_hart()->online, true, __ATOMIC_RELEASE);
	for (index = 1; index < hart_count; index++) {
		int err = hart_start(hart_at(index));

		if (err)
			pr_err("hart %u cannot be started: %s\n", hart_at(index)->id,
				err == -ENOENT ? "there is no such hart" : "the firmware refuses");
		else
			wait_online(hart_at(index));
	}
	pr_info("harts: %u online\n", harts_online());
}
