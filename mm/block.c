// SPDX-License-Identifier: BSD-2-Clause
/* Whole blocks: a buddy system from 2 MiB to 1 GiB. */
#include "zone_internal.h"
#include <lib/bitops.h>

struct gib *gibs;
u32 gib_count;
phys_addr_t zone_base;
char *zone_start;

/* Whether there is a descriptor for block @id, which is of that GiB. */
static bool gib_has(const struct gib *gib, block_id id)
{
	return id % BLOCKS_PER_GIB - gib->whole.first < gib->whole.count;
}

bool block_known(phys_addr_t pa)
{
	const struct gib *gib;

	if (pa < zone_base || pa - zone_base >= (phys_addr_t)gib_count * GIB_SIZE)
		return false;
	gib = gib_of(block_of(pa));
	return READ_ONCE(gib->whole.zone) != ZONE_NONE && gib_has(gib, block_of(pa));
}

void block_list_add(block_id *head, block_id id)
{
	struct block *block = block_at(id);

	block->prev = BLOCK_NONE;
	block->next = *head;
	if (*head != BLOCK_NONE)
		block_at(*head)->prev = id;
	*head = id;
}

void block_list_remove(block_id *head, block_id id)
{
	const struct block *block = block_at(id);

	if (block->prev == BLOCK_NONE)
		*head = block->next;
	else
		block_at(block->prev)->next = block->next;
	if (block->next != BLOCK_NONE)
		block_at(block->next)->prev = block->prev;
}

/* Harts look at a GiB's without a lock. */
static void set_state(struct block *block, enum block_state state)
{
	WRITE_ONCE(block->state, (u8)state);
}

/* Once in the kernel: it is long, and no fast way comes by. */
static void __noinline run_insert(struct zone *zone, block_id id, unsigned int order)
{
	struct block *block = block_at(id);

	set_state(block, BLOCK_FREE);
	block->order = (u8)order;
	block_list_add(&zone->blocks[order - BLOCK_ORDER], id);
	zone->block_mask |= 1U << (order - BLOCK_ORDER);
}

static void run_remove(struct zone *zone, block_id id, unsigned int order)
{
	block_id *head = &zone->blocks[order - BLOCK_ORDER];

	block_list_remove(head, id);
	if (*head == BLOCK_NONE)
		zone->block_mask &= ~(1U << (order - BLOCK_ORDER));
}

void gib_split(block_id id)
{
	struct gib *gib = gib_of(id);
	u32 absent = block_absent(gib->whole.zone);
	struct block *block, *end;

	if (gib_is_split(gib))
		return;
	gib->untouched = 0;
	block = gib->blocks + gib->whole.first;
	end = block + gib->whole.count;
	for (; block < end; block++)
		WRITE_ONCE(block->what, absent);
	set_state(&gib->whole, BLOCK_SPLIT);
}

void block_chunk(block_id id, block_id *first, block_id *end)
{
	const struct gib *gib = gib_of(id);
	block_id base = ALIGN_DOWN(id, BLOCKS_PER_GIB);

	*first = ALIGN_DOWN(id, BLOCKS_PER_CHUNK);
	*end = *first + BLOCKS_PER_CHUNK;
	if (*first < base + gib->whole.first)
		*first = base + gib->whole.first;
	if (*end > base + gib->whole.first + gib->whole.count)
		*end = base + gib->whole.first + gib->whole.count;
}

/* Guards the making of maps: zones that share a chunk have a lock each. */
static spinlock_t maps_lock;

/* Pages of blocks that nobody has broken cannot be freed singly: they are joined. */
static void make_maps(block_id id)
{
	block_id first, end;
	struct page_word *word, *stop;

	block_chunk(id, &first, &end);
	word = map_of(first)->words;
	stop = word + (end - first) * MAP_WORDS;
	for (; word < stop; word += 4) {
		word[0].joined = ~0UL;
		word[1].joined = ~0UL;
		word[2].joined = ~0UL;
		word[3].joined = ~0UL;
	}
}

void block_make_map(block_id id)
{
	u8 *made = &gib_of(id)->whole.use, bit = (u8)(1 << id % BLOCKS_PER_GIB / BLOCKS_PER_CHUNK);

	if (__atomic_load_n(made, __ATOMIC_ACQUIRE) & bit)
		return;
	spin_lock(&maps_lock);
	if (!(*made & bit)) {
		make_maps(id);
		__atomic_store_n(made, *made | bit, __ATOMIC_RELEASE);
	}
	spin_unlock(&maps_lock);
}

bool blocks_merge(struct zone *zone)
{
	block_id id;

	if (!zone->loose_count)
		return false;
	while ((id = block_take_loose(zone)) != BLOCK_NONE)
		block_put(zone, id, BLOCK_ORDER);
	return true;
}

block_id block_take(struct zone *zone, unsigned int order)
{
	u32 orders = ~0U << (order - BLOCK_ORDER), fitting = zone->block_mask & orders;
	unsigned int have;
	block_id id;

	if (order == BLOCK_ORDER && zone->loose_count)
		return block_take_loose(zone);
	if (!fitting && blocks_merge(zone))
		fitting = zone->block_mask & orders;
	if (!fitting)
		return BLOCK_NONE;
	have = BLOCK_ORDER + lowest_bit(fitting);
	id = zone->blocks[have - BLOCK_ORDER];
	run_remove(zone, id, have);
	if (have == ZONE_ORDER_MAX && order < have) {
		gib_split(id);
		gib_of(id)->untouched = BLOCKS_PER_GIB;
	}
	while (have > order) {
		have--;
		run_insert(zone, id + (1U << (have - BLOCK_ORDER)), have);
	}
	set_state(block_at(id), BLOCK_USED);
	block_at(id)->order = (u8)order;
	return id;
}

void block_carve(struct zone *zone, block_id head, block_id id, unsigned int order)
{
	unsigned int have = block_at(head)->order;

	run_remove(zone, head, have);
	if (have == ZONE_ORDER_MAX && order < have) {
		gib_split(id);
		gib_of(id)->untouched = BLOCKS_PER_GIB;
	}
	while (have > order) {
		u32 half = 1U << (--have - BLOCK_ORDER);

		/* The half that it is not in stays free. */
		run_insert(zone, id & half ? head : head + half, have);
		head += id & half;
	}
	set_state(block_at(id), BLOCK_USED);
	block_at(id)->order = (u8)order;
}

/* Whether @id heads a free run of @order in @zone: it may then be merged with. */
static bool run_is_free(const struct zone *zone, block_id id, unsigned int order)
{
	const struct gib *gib = gib_of(id);
	const struct block *block;

	if (!gib_has(gib, id))
		return false;
	block = block_at(id);
	/* Of a block of another zone no more is to be known: it has a lock of its own. */
	return block->zone == zone->index && block->state == BLOCK_FREE && block->order == order;
}

void block_put(struct zone *zone, block_id id, unsigned int order)
{
	while (order < ZONE_ORDER_MAX) {
		u32 size = 1U << (order - BLOCK_ORDER);
		block_id buddy = id ^ size;

		if (!run_is_free(zone, buddy, order))
			break;
		run_remove(zone, buddy, order);
		block_at(id | size)->state = BLOCK_ABSENT;
		id &= ~size;
		order++;
	}
	if (order == ZONE_ORDER_MAX) {
		set_state(block_at(id), BLOCK_ABSENT);
		set_state(&gib_of(id)->whole, BLOCK_FREE);
		WRITE_ONCE(gib_of(id)->whole.zone, zone->index);
	}
	run_insert(zone, id, order);
}

void block_put_gibs(struct zone *zone, block_id id, u32 n)
{
	block_id *head = &zone->blocks[ZONE_ORDER_MAX - BLOCK_ORDER], next = *head;
	struct gib *gib = gib_of(id) + n;

	/* From above down, so that the lowest is the first of the list. */
	id += (n - 1) * BLOCKS_PER_GIB;
	if (next != BLOCK_NONE)
		gib_of(next)->whole.prev = id;
	for (; n--; id -= BLOCKS_PER_GIB) {
		gib--;
		gib->whole.next = next;
		gib->whole.prev = id - BLOCKS_PER_GIB;
		gib->whole.state = BLOCK_FREE;
		gib->whole.order = ZONE_ORDER_MAX;
		next = id;
	}
	gib->whole.prev = BLOCK_NONE;
	*head = next;
	zone->block_mask |= 1U << (ZONE_ORDER_MAX - BLOCK_ORDER);
}

/* The same, in a GiB that is split, and where @id itself is no head. */
static enum block_state run_around(block_id id, block_id *head)
{
	const struct gib *gib = gib_of(id);
	const struct block *block;
	unsigned int order, mask = 1, at = id % BLOCKS_PER_GIB;

	for (order = BLOCK_ORDER + 1; order < ZONE_ORDER_MAX; order++, mask = 2 * mask + 1) {
		unsigned int first = at & ~mask;

		if (first < gib->whole.first)
			break;
		block = &gib->blocks[first];
		*head = id - at + first;
		if (block->state == BLOCK_BROKEN)
			break;
		if (block->state != BLOCK_ABSENT)
			return block->state != BLOCK_LOOSE && block->order >= order
				       ? (enum block_state)block->state
				       : BLOCK_ABSENT;
	}
	return BLOCK_ABSENT;
}

enum block_state block_run(block_id id, block_id *head)
{
	enum block_state state = (enum block_state)block_at(id)->state;

	if (state == BLOCK_LOOSE)
		state = BLOCK_FREE;
	*head = gib_is_split(gib_of(id)) ? id : ALIGN_DOWN(id, BLOCKS_PER_GIB);
	if (state == BLOCK_ABSENT && *head == id && gib_is_split(gib_of(id)))
		return run_around(id, head);
	return state;
}
