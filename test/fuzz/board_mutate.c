/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes to programs that change one thing on the board: ranges that touch, overlap or miss
 * each other by a byte are likely, where random bytes would hardly ever meet.
 */
#include "board.h"

#include <string.h>

#include "fuzz.h"

#define OPS_MAX 256

static struct op ops[OPS_MAX];
static size_t count;

static u64 random_state;

static u64 pick(u64 below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

static u64 pick_distance(void)
{
	static const u64 distances[] = {
		0, 0, 0, 1, 8, 0x800, 0x1000, 0x10000, 0x200000, 0x40000000};
	u64 distance = distances[pick(sizeof(distances) / sizeof(distances[0]))];

	return pick(2) ? distance : -distance;
}

/* Near an end of another range, or some plain place. */
static u64 pick_address(void)
{
	static const u64 places[] = {0, 0x80000000, 0x80000000, 0x80200000, 0x88000000, 0x100000000,
		0x4000000000, 0xfffffffffffff000};

	if (count && pick(4)) {
		const struct op *other = &ops[pick(count)];

		return other->base + (pick(2) ? other->size : 0) + pick_distance();
	}
	return places[pick(sizeof(places) / sizeof(places[0]))] + pick(64) * pick_distance();
}

static u64 pick_size(void)
{
	static const u64 sizes[] = {
		0, 1, 0x800, 0x1000, 0x1001, 0x80000, 0x200000, 0x8000000, 0x100000000, ~0UL};
	u64 size = sizes[pick(sizeof(sizes) / sizeof(sizes[0]))];

	return pick(2) ? size : size * pick(64);
}

static u16 pick_flags(void)
{
	u16 flags = 0;

	while (pick(2))
		flags |= (u16)(1U << pick(16));
	return flags;
}

static struct op pick_op(void)
{
	static const u64 numbers[] = {5, 64, 1UL << 32}; /* a node, an alignment, anything */

	return (struct op){
		.kind = (u8)pick(OP_COUNT),
		.repeat = (u8)(pick(32) ? 0 : pick(256)),
		.flags = pick_flags(),
		.number = (u32)pick(numbers[pick(3)]),
		.base = pick_address(),
		.size = pick_size(),
	};
}

static void insert(size_t at, struct op op)
{
	if (count == OPS_MAX)
		return;
	memmove(&ops[at + 1], &ops[at], (count - at) * sizeof(op));
	ops[at] = op;
	count++;
}

static void change(struct op *op)
{
	switch (pick(7)) {
	case 0:
		op->kind = (u8)pick(OP_COUNT);
		break;
	case 1:
		op->flags ^= (u16)(1U << pick(9));
		break;
	case 2:
		op->number = (u32)pick(256);
		break;
	case 3:
		op->base = pick_address();
		break;
	case 4:
		op->size = pick_size();
		break;
	case 5: /* let it end near another */
		op->size = pick_address() - op->base;
		break;
	case 6:
		LLVMFuzzerMutate((u8 *)op, sizeof(*op), sizeof(*op));
		break;
	}
}

static void mutate_once(void)
{
	size_t at = count ? pick(count) : 0;

	switch (count ? pick(8) : 0) {
	case 0:
	case 1:
		insert(pick(count + 1), pick_op());
		break;
	case 2:
		count--;
		memmove(&ops[at], &ops[at + 1], (count - at) * sizeof(ops[0]));
		break;
	case 3:
		insert(pick(count + 1), ops[at]);
		break;
	default:
		change(&ops[at]);
	}
}

size_t board_mutate(u8 *program, size_t size, size_t max_size, unsigned int seed)
{
	size_t room = max_size / sizeof(ops[0]);

	random_state = (seed + 1) * 0x9e3779b97f4a7c15UL | 1;
	count = size / sizeof(ops[0]) < OPS_MAX ? size / sizeof(ops[0]) : OPS_MAX;
	memcpy(ops, program, count * sizeof(ops[0]));
	for (u64 times = 1 + pick(3); times; times--)
		mutate_once();
	count = count < room ? count : room;
	memcpy(program, ops, count * sizeof(ops[0]));
	return count * sizeof(ops[0]);
}
