// SPDX-License-Identifier: BSD-2-Clause
/*
 * DEBUG_DANGLING: pointers that were stored at run time leave no relocation for the linker's
 * checker to see. So, just before the molt, each word that stays is looked at. A word that only
 * looks like such an address is told, too: memory is rarely made of those.
 *
 * Whatever this stores itself would be found: it keeps to its own frames, which are not looked
 * at, and to class init.
 */
#include "slab_internal.h"
#include "zone_internal.h"
#include <arch/paging.h>
#include <arch/percpu.h>
#include <lib/printf.h>
#include <mm/boot.h>
#include <mm/dangling.h>
#include <mm/ledger.h>
#include <molt/panic.h>
#include <molt/printk.h>
#include <molt/sections.h>
#include <molt/symbols.h>

DECLARE_TABLE(dangling_sound, dangling_sound);

/* What is looked through: its kind, which of them, and where its offsets count from. */
struct holder {
	const char *kind; /* a format for @which */
	unsigned long which;
	const void *begin;
};

static unsigned long found;

#define WITHIN(word, name) ((word) - (u64)__##name##_begin < SECTION_SIZE(name))

/* What of the image's window is at @word; NULL: it points elsewhere. */
static const char *part_of_window(u64 word)
{
	if (WITHIN(word, init_text))
		return "init code";
	if (WITHIN(word, init_rodata))
		return "init constants";
	return WITHIN(word, init) ? "init data" : NULL;
}

/* The same of what goes by its address in the linear map. */
static const char *part_of_linear(u64 word)
{
	phys_addr_t pa = word - linear_offset, window = image_to_phys(__init_begin);

	if (word - linear_window >= linear_window_size)
		return NULL;
	if (pa - window < SECTION_SIZE(init))
		return "the init window's pages";
	return handover_releases(pa) ? "the device tree's or memblock's pages" : NULL;
}

/* Through boot's own window, which is closed: what lies there now, or ends there, is another's. */
static bool is_early(u64 word)
{
	unsigned long span;

	return word - early_window < early_window_size &&
	       paging_lookup(&kernel_space, word, &span) == PHYS_ADDR_MAX &&
	       paging_lookup(&kernel_space, word - 1, &span) == PHYS_ADDR_MAX;
}

static bool is_sound(const u64 *at)
{
	const struct dangling_sound *sound;

	for_each_in_table(sound, dangling_sound) {
		if ((u64)at - (u64)sound->variable < sound->size) {
			pr_debug("dangling: %p: %s\n", at, sound->why);
			return true;
		}
	}
	return false;
}

static void look_at(const struct holder *holder, const u64 *at)
{
	const char *part = part_of_window(*at);
	struct place target;
	char name[40];

	if (!part)
		part = part_of_linear(*at);
	if (!part && is_early(*at))
		part = "the early window, where the device tree was";
	if (!part || is_sound(at))
		return;
	found++;
	target = place_named(*at);
	snprintf(name, sizeof(name), holder->kind, holder->which);
	pr_err("dangling: %s, offset %lx, at %p: points into %s, " PLACE_FORMAT "\n", name,
		(u64)at - (u64)holder->begin, at, part, PLACE_ARGS(target));
}

/* Every word of [begin, end). */
static void look_through(const struct holder *holder, const void *begin, const void *end)
{
	const u64 *at = (const u64 *)ALIGN_UP((u64)begin, sizeof(u64));

	for (; (const char *)at + sizeof(u64) <= (const char *)end; at++)
		look_at(holder, at);
}

static void look_through_all(const char *kind, unsigned long which, const void *begin, u64 size)
{
	const struct holder holder = {kind, which, begin};

	look_through(&holder, begin, (const char *)begin + size);
}

/* ---- Harts ---- */

static void look_at_hart(struct hart *hart, u64 own_sp)
{
	u64 sp = hart == this_hart() ? own_sp : hart->saved_sp;

	look_through_all("area of hart %lu", hart->id, hart, SECTION_SIZE(percpu));
	/* One that was sent for, and is not there, has no stack yet. */
	if (hart->online)
		look_through_all(
			"stack of hart %lu", hart->id, (const void *)sp, hart->stack_top - sp);
}

/* ---- Pages and objects ---- */

/* What slab_make() wrote there, unless it is somebody's data that looks the same. */
static bool is_slab(const struct slab *slab, unsigned int order)
{
	return (slab->kind == SLAB_KMALLOC || slab->kind == SLAB_NAMED) && slab->order == order &&
	       slab_cache_exists(slab->cache);
}

static void look_at_slab(const struct slab *slab)
{
	unsigned int word;

	for (word = 0; word < slab->word_count; word++) {
		u64 in_use = slab->words[word].objects & ~slab->words[word].free;

		for (; in_use; in_use &= in_use - 1) {
			u64 position = word * 64 + lowest_bit(in_use);

			/* What SLAB_DEBUG keeps behind an object are callers, and may be any. */
			look_through_all("object in slab %lx", (u64)slab,
				(const char *)slab + position * slab->stride, slab->cache->size);
		}
	}
}

static void look_at_allocation(const void *pages, unsigned int order)
{
	if (is_slab(pages, order))
		look_at_slab(pages);
	else
		look_through_all("pages of order %lu", order, pages, PAGE_SIZE << order);
}

static void look_at_broken(block_id id)
{
	const char *page = __va(block_phys(id)), *end = page + BLOCK_SIZE;

	while (page < end) {
		int order = page_order(page);

		if (order >= 0)
			look_at_allocation(page, (unsigned int)order);
		page += PAGE_SIZE << (order < 0 ? 0 : order);
	}
}

/* Blocks [id, end) of one GiB. */
static void look_at_blocks(block_id id, block_id end)
{
	block_id head;

	for (; id < end; id++) {
		enum block_state state = block_run(id, &head);

		if (state == BLOCK_BROKEN)
			look_at_broken(id);
		else if (state == BLOCK_USED && head == id)
			look_at_allocation(__va(block_phys(id)), block_at(id)->order);
	}
}

static void look_at_zones(void)
{
	block_id gib;

	for (gib = 0; gib < gib_count * BLOCKS_PER_GIB; gib += BLOCKS_PER_GIB) {
		const struct block *whole = &gib_of(gib)->whole;

		look_at_blocks(gib + whole->first, gib + whole->first + whole->count);
	}
}

void __noinline dangling_check(void)
{
	u64 sp = (u64)__builtin_frame_address(0);
	unsigned int index;

	look_through_all("data", 0, __data_begin, SECTION_SIZE(data));
	for (index = 0; index < hart_count; index++)
		look_at_hart(hart_at(index), sp);
	look_at_zones();
	if (found)
		panic("molt: %lu words would point into what is given back", found);
}
