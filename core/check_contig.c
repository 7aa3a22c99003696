// SPDX-License-Identifier: BSD-2-Clause
/*
 * contig: memory is filled with pages that can be moved; then ranges, contiguous memory and
 * contiguous areas are taken from beneath them. Every page keeps its content, pinned pages
 * are named, and in the end all is free as it was.
 */
#include <arch/page.h>
#include <core/check.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/cma.h>
#include <mm/contig.h>
#include <mm/movable.h>
#include <mm/zone.h>
#include <molt/err.h>

#define TABLE_ORDER 2
#define PAGES_MAX   ((PAGE_SIZE << TABLE_ORDER) / sizeof(phys_addr_t))

/* The pages that are lent; each begins with its number, and ends with its complement. */
static struct {
	phys_addr_t *pages;
	u64 count, moved, pinned; /* the number of the one that is pinned, or @count */
} lent;

#define LAST_WORD (PAGE_SIZE / sizeof(u64) - 1)

static bool enumerate(
	struct movable_owner *owner, phys_addr_t base, phys_addr_t end, struct movable_run *run)
{
	(void)owner;
	for (; base < end; base += PAGE_SIZE) {
		u64 number = *(const u64 *)__va(base);

		if (number < lent.count && lent.pages[number] == base) {
			*run = (struct movable_run){base, 0};
			return true;
		}
	}
	return false;
}

static int move(struct movable_owner *owner, void *from, void *to, unsigned int order)
{
	u64 number = *(const u64 *)from;

	(void)owner;
	if (number == lent.pinned)
		return -EBUSY;
	lent.pages[number] = __pa(memcpy(to, from, PAGE_SIZE << order));
	lent.moved++;
	return 0;
}

static struct movable_owner owner = {.name = "check", .enumerate = enumerate, .move = move};

/* FAULT_INJECTION: what is refused on request is asked for again. */
static void *alloc(unsigned int order, gfp_t gfp)
{
	struct check_tries tries = {0};
	void *pages;

	do
		pages = page_alloc(order, gfp);
	while (!pages && check_again(&tries));
	return pages;
}

/* Likewise; what has moved meanwhile stays where it is, so that it comes to an end. */
static int take(phys_addr_t base, phys_addr_t end, struct range_pin *pin)
{
	struct check_tries tries = {0};
	int err;

	do {
		err = range_take(base, end, true, pin);
		tries.count = 0;
	} while (err == -ENOMEM && check_again(&tries));
	return err;
}

static void *take_from(const struct cma_area *area, struct range_pin *pin)
{
	struct check_tries tries = {0};
	void *pages;

	do {
		pages = cma_alloc(area, area->end - area->base, BLOCK_SIZE, GFP_KERNEL, pin);
		tries.count = 0;
	} while (!pages && lent.pinned == lent.count && check_again(&tries));
	return pages;
}

/* At most a quarter of what anybody may have; contiguous areas come first. */
static bool lend(void)
{
	u64 most = zone_free_bytes() / PAGE_SIZE / 4;
	u64 *page;

	lent.pages = alloc(TABLE_ORDER, GFP_KERNEL);
	if (!lent.pages)
		return false;
	lent.count = lent.moved = 0;
	while (lent.count < PAGES_MAX && lent.count < most && (page = alloc(0, GFP_MOVABLE))) {
		page[0] = lent.count;
		page[LAST_WORD] = ~lent.count;
		lent.pages[lent.count++] = __pa(page);
	}
	lent.pinned = lent.count;
	movable_register(&owner);
	return lent.count != 0;
}

/* Whether all of them are as they were lent. */
static bool have_back(void)
{
	bool ok = true;
	u64 number;

	if (!lent.pages)
		return false;
	movable_unregister(&owner);
	for (number = 0; number < lent.count; number++) {
		u64 *page = __va(lent.pages[number]);

		ok &= page[0] == number && page[LAST_WORD] == ~number;
		page_free(page, 0);
	}
	page_free(lent.pages, TABLE_ORDER);
	return ok;
}

/* The longest run of pages one after the other: from number *@first on. */
static u64 longest_run(u64 *first)
{
	u64 from = 0, number, longest = 0;

	for (number = 1; number <= lent.count; number++) {
		if (number < lent.count && lent.pages[number] == lent.pages[number - 1] + PAGE_SIZE)
			continue;
		if (number - from > longest) {
			longest = number - from;
			*first = from;
		}
		from = number;
	}
	return longest;
}

static bool pins(const struct range_pin *pin, phys_addr_t page, const char *holder)
{
	return pin->base == page && !pin->order && !strcmp(pin->holder, holder);
}

/* In a few blocks a range may be isolated with all that there is: nowhere to move to. */
static bool is_small(void)
{
	return zone_free_bytes() < 4 * BLOCK_SIZE;
}

/* All of it but a page at each end; not with a page pinned; and not the table. */
static bool take_range(void)
{
	phys_addr_t base, end, table = __pa(lent.pages);
	struct range_pin pin;
	u64 first, count = longest_run(&first);
	bool ok;

	if (count < 3)
		return false;
	base = lent.pages[first] + PAGE_SIZE;
	end = lent.pages[first] + (count - 1) * PAGE_SIZE;
	lent.pinned = first + count / 2;
	ok = take(base, end, &pin) == -EBUSY && pins(&pin, lent.pages[lent.pinned], owner.name);
	lent.pinned = lent.count;
	ok &= take(table, table + PAGE_SIZE, &pin) == -EBUSY && pin.base == table &&
	      !strcmp(pin.holder, "not movable");
	if (take(base, end, &pin))
		return false;
	memset(__va(base), 0xff, end - base);
	range_put(base, end);
	return ok;
}

/* More than a block, where there is so much. */
static bool take_contiguous(void)
{
	unsigned long size =
		zone_free_bytes() < 8 * BLOCK_SIZE ? 5 * PAGE_SIZE : BLOCK_SIZE + 5 * PAGE_SIZE;
	void *pages = contig_alloc(size, 16 * PAGE_SIZE, CONTIG_NO_LIMIT, GFP_KERNEL, NULL);
	bool ok;

	if (!pages)
		return false;
	ok = IS_ALIGNED(__pa(pages), 16 * PAGE_SIZE);
	memset(pages, 0xff, size);
	contig_free(pages, size);
	return ok;
}

/* The number of a page that the area has lent; lent.count: none. */
static u64 lent_by(const struct cma_area *area)
{
	u64 number;

	for (number = 0; number < lent.count; number++) {
		if (lent.pages[number] >= area->base && lent.pages[number] < area->end)
			break;
	}
	return number;
}

/* All of the area, once nobody pins any of it. */
static bool take_area(const struct cma_area *area)
{
	unsigned long size = area->end - area->base;
	struct range_pin pin;
	bool ok = true;
	void *pages;

	lent.pinned = lent_by(area);
	if (lent.pinned < lent.count)
		ok = !take_from(area, &pin) && pins(&pin, lent.pages[lent.pinned], owner.name);
	lent.pinned = lent.count;
	pages = take_from(area, &pin);
	if (!pages) {
		range_pinned(area->name, -EBUSY, &pin);
		return false;
	}
	memset(pages, 0xff, size);
	cma_free(area, pages, size);
	return ok && __pa(pages) == area->base;
}

bool check_contig(void)
{
	struct zone_summary before, after;
	const struct cma_area *area;
	unsigned int areas;
	char figures[64];
	bool ok;

	zone_summarise(&before);
	ok = lend() && (is_small() || take_range()) && take_contiguous();
	for (areas = 0; ok && (area = cma_area(areas)); areas++)
		ok = take_area(area);
	ok &= have_back();
	zone_summarise(&after);
	ok &= !memcmp(&before, &after, sizeof(before));
	snprintf(figures, sizeof(figures), ",\"pages\":%lu,\"moved\":%lu,\"areas\":%u", lent.count,
		lent.moved, areas);
	return check_report("contig", ok, figures);
}
