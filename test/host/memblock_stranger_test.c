/* SPDX-License-Identifier: BSD-2-Clause */
/* A stranger uses memblock's header: with macros of his own, which it must not redefine. */
#define ARRAY_SIZE(a)	   (sizeof(a) / sizeof(*(a)))
#define likely(x)	   (x)
#define unlikely(x)	   (x)
#define min(a, b)	   ((a) < (b) ? (a) : (b))
#define max(a, b)	   ((a) > (b) ? (a) : (b))
#define ALIGN_UP(x, align) (((x) + (align)-1) / (align) * (align))
#define PAGE_SHIFT	   12
#define PAGE_SIZE	   (1UL << PAGE_SHIFT)
#define __aligned(n)	   __attribute__((aligned(n)))
#define __section(s)	   __attribute__((section(s)))
#define IS_ENABLED(symbol) (0)
#include <mm/memblock.h>

#include "check.h"

static void his_macros_and_our_header(void)
{
	const phys_addr_t bases[] = {16 * PAGE_SIZE, 32 * PAGE_SIZE};

	for (unsigned int i = 0; i < ARRAY_SIZE(bases); i++)
		CHECK_EQ(memblock_add(ALIGN_UP(bases[i], PAGE_SIZE), PAGE_SIZE), 0);
	CHECK_EQ(memblock.memory.cnt, 2);
	CHECK_EQ(memblock_phys_mem_size(), max(2, 1) * PAGE_SIZE);
}

int main(void)
{
	TEST(his_macros_and_our_header);
	return check_report();
}
