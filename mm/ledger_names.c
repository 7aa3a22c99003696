// SPDX-License-Identifier: BSD-2-Clause
/* What owners are called. */
#include <mm/ledger.h>

const char *const ledger_names[OWNER_COUNT] = {
#define X(symbol, name) [OWNER_##symbol] = name,
	LEDGER_OWNERS(X)
#undef X
		[OWNER_FREE] = "free",
};

const char *ledger_label(enum ledger_owner owner)
{
	static const char *const kernel[] = {
		"kernel text", "kernel rodata", "kernel data", "kernel init"};

	return owner >= OWNER_TEXT && owner <= OWNER_INIT ? kernel[owner - OWNER_TEXT]
							  : ledger_names[owner];
}
_Static_assert(OWNER_INIT == OWNER_TEXT + 3, "the image's parts follow one another");
