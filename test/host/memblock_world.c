/* SPDX-License-Identifier: BSD-2-Clause */
#include "memblock_world.h"

#include <string.h>

#include <arch/page.h>
#include <molt/stage.h>

unsigned char arena[ARENA_SIZE] __attribute__((aligned(4096)));

static struct memblock pristine;
static struct snapshot last_snapshot;

static void poison(struct memblock_type *type)
{
	memset(type->regions, 0xaa, type->max * sizeof(*type->regions));
}

#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
static struct memblock_type pristine_physmem;

static void fresh_physmem(void)
{
	if (!pristine_physmem.max)
		pristine_physmem = physmem;
	physmem = pristine_physmem;
	poison(&physmem);
}
#else
static void fresh_physmem(void)
{
}
#endif

void fresh(void)
{
	if (!pristine.memory.max)
		pristine = memblock;
	memblock = pristine;
	poison(memory);
	poison(reserved);
	fresh_physmem();
	stage_now = STAGE_MEMBLOCK;
	linear_offset = 0;
}

void fresh_at(phys_addr_t base)
{
	fresh();
	linear_offset = (unsigned long)arena - base;
	memset(arena, 0x5a, sizeof(arena));
}

void fresh_ram(void)
{
	fresh_at(RAM);
	memblock_add(RAM, ARENA_SIZE);
}

/* ---- Comparing ---- */

static bool region_is(const struct memblock_region *r, const struct want *want)
{
	return r->base == want->base && r->size == want->size && r->flags == want->flags &&
	       (!NUMA || memblock_get_region_node(r) == want->nid);
}

bool table_is(const struct memblock_type *type, const struct want *want, unsigned long cnt)
{
	phys_addr_t total = 0;

	if (type->cnt != cnt)
		return false;
	for (unsigned long i = 0; i < cnt; i++) {
		if (!region_is(&type->regions[i], &want[i]))
			return false;
		total += want[i].size;
	}
	return type->total_size == total;
}

const struct snapshot *take_snapshot(void)
{
	struct snapshot *s = &last_snapshot;

	s->state = memblock;
	memcpy(s->memory_regions, memory->regions, memory->cnt * sizeof(*memory->regions));
	memcpy(s->reserved_regions, reserved->regions, reserved->cnt * sizeof(*memory->regions));
	return s;
}

static bool same_type(const struct memblock_type *a, const struct memblock_type *b,
	const struct memblock_region *regions)
{
	return a->cnt == b->cnt && a->max == b->max && a->total_size == b->total_size &&
	       a->regions == b->regions && a->name == b->name &&
	       !memcmp(a->regions, regions, a->cnt * sizeof(*regions));
}

bool unchanged(const struct snapshot *s)
{
	const struct memblock *old = &s->state;

	return same_type(memory, &old->memory, s->memory_regions) &&
	       same_type(reserved, &old->reserved, s->reserved_regions) &&
	       memblock.bottom_up == old->bottom_up && memblock.can_resize == old->can_resize &&
	       memblock.current_limit == old->current_limit;
}

/* ---- Many entries ---- */

int add_to(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	if (type == memory)
		return memblock_add(base, size);
#ifdef CONFIG_HAVE_MEMBLOCK_PHYS_MAP
	if (type == &physmem)
		return memblock_physmem_add(base, size);
#endif
	return memblock_reserve(base, size);
}

int drop_from(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	return type == memory ? memblock_remove(base, size) : memblock_phys_free(base, size);
}

bool fill(struct memblock_type *type, phys_addr_t base, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		if (add_to(type, base + i * FILL_STEP, PAGE_SIZE))
			return false;
	return true;
}

phys_addr_t table_bytes(unsigned long max)
{
	return (max * sizeof(struct memblock_region) + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}
