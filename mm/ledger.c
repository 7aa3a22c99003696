// SPDX-License-Identifier: BSD-2-Clause
/* Who owns each byte of RAM. */
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/zone.h>
#include <molt/init.h>
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

void ledger_read(u64 bytes[OWNER_COUNT])
{
	memcpy(bytes, ledger, sizeof(ledger));
	if (!stage_reached(STAGE_ZONES))
		return;
	bytes[OWNER_FREE] = zone_free_bytes();
	bytes[OWNER_CMA] = zone_free_in(1U << ZONE_CMA);
}

u64 ledger_bytes(enum ledger_owner owner)
{
	u64 bytes[OWNER_COUNT];

	ledger_read(bytes);
	return bytes[owner];
}

s64 ledger_difference(void)
{
	u64 bytes[OWNER_COUNT], sum = 0;
	unsigned int owner;

	ledger_read(bytes);
	for (owner = 0; owner < OWNER_COUNT; owner++)
		sum += bytes[owner];
	return (s64)(sum - ledger_ram);
}

void __init ledger_reset(void)
{
	memset(ledger, 0, sizeof(ledger));
}
