// SPDX-License-Identifier: BSD-2-Clause
/* Harts at boot: areas, stacks, and the start of all but the first. */
#include <arch/page.h>
#include <arch/timer.h>
#include <core/boot.h>
#include <core/harts.h>
#include <lib/parse.h>
#include <lib/string.h>
#include <mm/boot.h>
#include <mm/ledger.h>
#include <mm/memblock.h>
#include <molt/err.h>
#include <molt/panic.h>
#include <molt/param.h>
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

u64 harts_init(u64 boot_id)
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

	/* Until it leaves boot's stack, a trap and a backtrace are to know that one. */
	hart_at(0)->stack_base = this_hart()->stack_base;
	hart_at(0)->stack_top = this_hart()->stack_top;
	hart_adopt(hart_at(0));
	if (boot_harts.left_out)
		pr_warn("harts: %u more than NR_HARTS stay stopped\n", boot_harts.left_out);
	return stacks[0];
}

/* maxcpus=N: so many are started, the boot hart among them; the others stay stopped. */
static u32 harts_most = CONFIG_NR_HARTS;

static bool set_maxcpus(const char *value)
{
	u64 most;

	if (!parse_size(&value, &most) || *value || most > CONFIG_NR_HARTS)
		return false;
	harts_most = (u32)most;
	return true;
}
early_param("maxcpus=", set_maxcpus);

static void start(struct hart *hart)
{
	int err = hart_bring_up(hart);

	if (err == -ETIMEDOUT)
		pr_err("hart %u was started and does not come up\n", hart->id);
	else if (err)
		pr_err("hart %u cannot be started: %s\n", hart->id,
			err == -ENOENT ? "there is no such hart" : "the firmware refuses");
}

/* Seconds to wait for one hart, and ticks a second where the FDT is silent. */
#define START_SECONDS 10
#define TIMEBASE      10000000

void harts_start(void)
{
	unsigned int index;

	hart_patience = START_SECONDS * (u64)(boot_harts.timebase ? boot_harts.timebase : TIMEBASE);
	timer_start();
	__atomic_store_n(&this_hart()->online, true, __ATOMIC_RELEASE);
	for (index = 1; index < hart_count && index < harts_most; index++)
		start(hart_at(index));
	pr_info("harts: %u online\n", harts_online());
	if (index < hart_count)
		pr_info("harts: %u left stopped by maxcpus=\n", hart_count - index);
}

/* At rest, or come by since it had rested so often: then nothing of before is left of it. */
static bool has_rested(const struct hart *hart, u32 rests)
{
	u32 now = __atomic_load_n(&hart->rests, __ATOMIC_ACQUIRE);

	return __atomic_load_n(&hart->online, __ATOMIC_ACQUIRE) && ((now & 1) || now != rests);
}

/* Ticks between two looks, as in harts.c. */
#define POLL_TICKS 1000

static void wait_for_rest(const struct hart *hart)
{
	u32 rests = __atomic_load_n(&hart->rests, __ATOMIC_SEQ_CST);
	u64 limit = timer_now() + hart_patience;

	while (!has_rested(hart, rests)) {
		if (!hart->online && !hart_is_running(hart))
			return;
		if (timer_now() > limit)
			panic("hart %u is still in the window: it %s", hart->id,
				hart->online ? "does not come to rest"
					     : "was started, runs, and has not come");
		timer_arm(timer_now() + POLL_TICKS);
		hart_wait();
	}
}

void harts_leave_window(void)
{
	unsigned int index;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (index = 0; index < hart_count; index++) {
		const struct hart *hart = hart_at(index);

		if (hart != this_hart() && hart_was_started(hart))
			wait_for_rest(hart);
	}
}
