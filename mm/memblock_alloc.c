// SPDX-License-Identifier: BSD-2-Clause
/* memblock: the public calls that allocate. Each is refused once the zones own memory. */
#include "memblock_internal.h"

/* Every allocation of physical memory. */
static phys_addr_t alloc_phys(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, unsigned how, const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return 0;
	return memblock_take_phys(size, align, start, end, nid, how, function, caller);
}
ASKS_FIRST(alloc_phys, memblock_take_phys);

/* Every allocation of memory in the linear map. */
static void *alloc_linear(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
	phys_addr_t max_addr, int nid, unsigned how, const char *function, unsigned long caller)
{
	if (memblock_frozen(function, caller))
		return NULL;
	return memblock_take_linear(size, align, min_addr, max_addr, nid, how, function, caller);
}
ASKS_FIRST(alloc_linear, memblock_take_linear);

phys_addr_t memblock_phys_alloc_range(
	phys_addr_t size, phys_addr_t align, phys_addr_t start, phys_addr_t end)
{
	return alloc_phys(size, align, start, end, NUMA_NO_NODE, 0, __func__, CALLER);
}

phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align)
{
	return alloc_phys(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE,
		0, __func__, CALLER);
}

phys_addr_t memblock_phys_alloc_owner(phys_addr_t size, phys_addr_t align, unsigned owner)
{
	if (owner >= MEMBLOCK_OWNER_LIMIT)
		return 0;
	return alloc_phys(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE,
		owner << ALLOC_OWNER_SHIFT, __func__, CALLER);
}

phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid)
{
	return alloc_phys(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, nid, 0,
		__func__, CALLER);
}

phys_addr_t memblock_alloc_range_nid(phys_addr_t size, phys_addr_t align, phys_addr_t start,
	phys_addr_t end, int nid, bool exact_nid)
{
	return alloc_phys(
		size, align, start, end, nid, exact_nid ? ALLOC_EXACT_NODE : 0, __func__, CALLER);
}

void *memblock_alloc_try_nid(
	phys_addr_t size, phys_addr_t align, phys_addr_t min_addr, phys_addr_t max_addr, int nid)
{
	return alloc_linear(size, align, min_addr, max_addr, nid, ALLOC_CLEAR, __func__, CALLER);
}

void *memblock_alloc_try_nid_raw(
	phys_addr_t size, phys_addr_t align, phys_addr_t min_addr, phys_addr_t max_addr, int nid)
{
	return alloc_linear(size, align, min_addr, max_addr, nid, 0, __func__, CALLER);
}

void *memblock_alloc_exact_nid_raw(
	phys_addr_t size, phys_addr_t align, phys_addr_t min_addr, phys_addr_t max_addr, int nid)
{
	return alloc_linear(
		size, align, min_addr, max_addr, nid, ALLOC_EXACT_NODE, __func__, CALLER);
}

void *memblock_alloc(phys_addr_t size, phys_addr_t align)
{
	return alloc_linear(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE,
		NUMA_NO_NODE, ALLOC_CLEAR, __func__, CALLER);
}

void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align)
{
	return alloc_linear(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE,
		NUMA_NO_NODE, 0, __func__, CALLER);
}

void *memblock_alloc_from(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr)
{
	return alloc_linear(size, align, min_addr, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE,
		ALLOC_CLEAR, __func__, CALLER);
}

void *memblock_alloc_low(phys_addr_t size, phys_addr_t align)
{
	return alloc_linear(size, align, MEMBLOCK_LOW_LIMIT, ARCH_LOW_ADDRESS_LIMIT, NUMA_NO_NODE,
		ALLOC_CLEAR, __func__, CALLER);
}

void *memblock_alloc_node(phys_addr_t size, phys_addr_t align, int nid)
{
	return alloc_linear(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, nid,
		ALLOC_CLEAR, __func__, CALLER);
}
