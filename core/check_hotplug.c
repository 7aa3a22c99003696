// SPDX-License-Identifier: BSD-2-Clause
/*
 * hotplug: what the FDT marked hotpluggable comes and goes, at the price that was named, and
 * nothing is left of it; then it stays, and every page of it can be used.
 */
#include <core/check.h>
#include <core/report.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/hotplug.h>
#include <mm/ledger.h>
#include <mm/zone.h>
#include <molt/compiler.h>
#include <molt/err.h>
#include <molt/printk.h>

#define ROUNDS 1000

/* Hotpluggable memory that shares no block with any other. */
struct piece {
	phys_addr_t base, size;
	u64 bytes; /* that are not taken by something else */
	unsigned int ranges;
};

/* The piece that begins with entry @index; false where there is none. */
static bool find_piece(unsigned int index, struct piece *piece)
{
	const struct memory_range *range = hotplug_range(index);
	phys_addr_t end;

	if (!range)
		return false;
	*piece = (struct piece){.base = ALIGN_DOWN(range->base, BLOCK_SIZE)};
	do {
		end = ALIGN_UP(range->end, BLOCK_SIZE);
		piece->bytes += range->end - range->base;
		piece->ranges++;
		range = hotplug_range(++index);
	} while (range && range->base < end);
	piece->size = end - piece->base;
	return true;
}

struct books {
	u64 owners[OWNER_COUNT];
};

static void read_books(struct books *books)
{
	int owner;

	for (owner = 0; owner < OWNER_COUNT; owner++)
		books->owners[owner] = ledger_bytes((enum ledger_owner)owner);
}

static bool books_are(const struct books *wanted)
{
	struct books now;

	read_books(&now);
	return !memcmp(&now, wanted, sizeof(now));
}

static s64 gained(const struct books *before, enum ledger_owner owner)
{
	return (s64)(ledger_bytes(owner) - before->owners[owner]);
}

/* FAULT_INJECTION: what had no memory is asked for again. */
static bool once_more(int err, struct check_tries *tries)
{
	return err == -ENOMEM && check_again(tries);
}

/* Add it, and see that it costs what was said; -EPROTO where it does not. */
static int add_at_price(phys_addr_t base, phys_addr_t size, enum memory_where where)
{
	struct memory_cost cost;
	struct books before;
	struct check_tries tries = {0};
	s64 drawn;
	int err = memory_add_cost(base, size, where, &cost);

	read_books(&before);
	if (!err) {
		do
			err = memory_add(base, size, where);
		while (once_more(err, &tries));
	}
	if (err)
		return err;
	drawn = cost.metadata - (s64)cost.inside + cost.tables;
	if (gained(&before, OWNER_ZONES) != cost.metadata ||
		gained(&before, OWNER_TABLES) != cost.tables ||
		gained(&before, OWNER_OFFLINE) != -(s64)cost.inside ||
		gained(&before, OWNER_FREE) != -drawn || drawn > (s64)cost.needed)
		return -EPROTO;
	return 0;
}

static int bring_in(phys_addr_t base, phys_addr_t size, enum memory_where where)
{
	struct check_tries tries = {0};
	int err = add_at_price(base, size, where);

	if (!err) {
		do
			err = memory_online(base, size);
		while (once_more(err, &tries));
	}
	if (err)
		pr_err("memory [%lx, %lx) stays offline: error %d\n", base, base + size, err);
	return err;
}

static int take_out(phys_addr_t base, phys_addr_t size)
{
	struct range_pin pin = {.holder = NULL};
	struct check_tries tries = {0};
	int err;

	do
		err = memory_offline(base, size, &pin);
	while (once_more(err, &tries));
	if (err) {
		range_pinned("memory_offline", err, &pin);
	} else {
		do
			err = memory_remove(base, size);
		while (once_more(err, &tries));
	}
	if (err)
		pr_err("memory [%lx, %lx) stays: error %d\n", base, base + size, err);
	return err;
}

/* Some blocks of a piece, now these and then those, in and out again. */
static bool come_and_go(const struct piece *piece)
{
	unsigned int blocks = (unsigned int)(piece->size / BLOCK_SIZE), round;
	struct books before;

	read_books(&before);
	for (round = 0; round < ROUNDS; round++) {
		unsigned int first = round % blocks, count = 1 + round / blocks % 64;
		phys_addr_t base = piece->base + first * BLOCK_SIZE;

		if (count > blocks - first)
			count = blocks - first;
		if (bring_in(base, count * BLOCK_SIZE, (enum memory_where)(round % 2)) ||
			take_out(base, count * BLOCK_SIZE))
			return false;
		if (!books_are(&before)) {
			pr_err("memory [%lx, %lx) leaves something behind, in round %u\n", base,
				base + count * BLOCK_SIZE, round);
			return false;
		}
	}
	return true;
}

/* A block in the middle of what is online goes and comes back. */
static bool make_a_hole(const struct piece *piece)
{
	phys_addr_t base = piece->base + ALIGN_DOWN(piece->size / 2, BLOCK_SIZE);
	struct books before;

	read_books(&before);
	return !take_out(base, BLOCK_SIZE) && !bring_in(base, BLOCK_SIZE, METADATA_ELSEWHERE) &&
	       books_are(&before);
}

/* Bring in all there is, or take it out; counts it. */
static bool move_all(bool in, u64 *bytes, unsigned int *ranges)
{
	struct piece piece;

	*bytes = 0;
	for (*ranges = 0; find_piece(*ranges, &piece); *ranges += piece.ranges) {
		if (in ? bring_in(piece.base, piece.size, METADATA_ELSEWHERE)
		       : take_out(piece.base, piece.size))
			return false;
		*bytes += piece.bytes;
	}
	return true;
}

bool check_hotplug(void)
{
	u64 bytes = 0, free = zone_free_in(1U << ZONE_MOVABLE);
	unsigned int ranges = 0;
	struct piece piece = {0};
	struct books before;
	char figures[80];
	bool ok = true;

	read_books(&before);
	if (find_piece(0, &piece))
		ok = come_and_go(&piece) && move_all(true, &bytes, &ranges) &&
		     memory_add(piece.base, piece.size, METADATA_ELSEWHERE) < 0 &&
		     make_a_hole(&piece) && move_all(false, &bytes, &ranges) && books_are(&before);
	ok = ok && move_all(true, &bytes, &ranges);
	/* Every page of it, and all into the zone that only holds what can be moved. */
	ok = ok && zone_free_in(1U << ZONE_MOVABLE) - free == bytes;
	snprintf(figures, sizeof(figures), ",\"bytes\":%lu,\"ranges\":%u,\"rounds\":%u", bytes,
		ranges, piece.size ? ROUNDS : 0);
	ok = check_report("hotplug", ok, figures);
	if (bytes) {
		report_ledger_online();
		ok = check_alloc_all() && ok;
	}
	return ok;
}
