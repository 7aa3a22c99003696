// SPDX-License-Identifier: BSD-2-Clause
/* Who owns each byte of RAM. */
#include <mm/ledger.h>
#include <mm/zone.h>
#include <molt/panic.h>
#include <molt/stage.h>

u64 ledger_ram;

static u64 ledger[OWNER_COUNT];

void ledger_add(enum ledger_owner owner, s64 bytes)
{
	u64 now = __atomic_add_fetch(&ledger[owner], (u64)bytes, __ATOMIC_RELAXED);

	if ((s64)now < 0)
		panic("ledger: %s has %ld bytes, booked from %lx", ledger_names[owner], (s64)now,
			CALLER);
}

u64 ledger_bytes(enum ledger_owner owner)
{
	if ((owner == OWNER_FREE || owner == OWNER_CMA) && stage_reached(STAGE_ZONES))
		return owner == OWNER_FREE ? zone_free_bytes() : zone_free_in(1U << ZONE_CMA);
	return ledger[owner];
}

s64 ledger_difference(void)
{
	u64 sum = 0;
	int owner;

	for (owner = 0; owner < OWNER_COUNT; owner++)
		sum += ledger_bytes((enum ledger_owner)owner);
	return (s64)(sum - ledger_ram);
}
