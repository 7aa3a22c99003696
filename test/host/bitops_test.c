/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <lib/bitops.h>

/* Each bit alone, with all above it, and with noise above it. */
static void lowest(void)
{
	for (unsigned int bit = 0; bit < 64; bit++) {
		CHECK_EQ(lowest_bit(1ULL << bit), bit);
		CHECK_EQ(lowest_bit(~0ULL << bit), bit);
		for (u64 noise = 1; noise; noise *= 0x9e3779b97f4a7c15ULL * 2)
			CHECK_EQ(lowest_bit((noise | 1) << bit), bit);
	}
}

int main(void)
{
	TEST(lowest);
	return check_report();
}
