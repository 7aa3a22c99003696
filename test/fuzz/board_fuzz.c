/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two structured targets do with a program. */
#include "board.h"

#include <stdlib.h>
#include <string.h>

#include "../host/check.h"
#include "../host/fdt_build.h"
#include "fuzz.h"

/* Leaves the tree in the file that is named in the environment, for dtc to read. */
static void show(size_t size)
{
	const char *path = getenv("MOLT_FUZZ_DTB");
	FILE *file = path ? fopen(path, "wb") : NULL;

	if (!file)
		return;
	fwrite(build, 1, size, file);
	fclose(file);
}

/* What ends a sound board's boot, beside what is expected. */
static bool says_no_room(void)
{
	return strstr(panic_text, "no room for the");
}

void board_fuzz(const u8 *program, size_t size, enum board_style style)
{
	static struct board board;
	const char *end;
	bool goes_on;

	board_decode(&board, program, size, style);
	board.size = board_write(&board);
	show(board.size);
	goes_on =
		fuzz_read(build, board.size, board.fdt, board.kernel[0].size ? board.kernel : NULL);
	if (board.damage_count || (!goes_on && says_no_room()))
		return;
	end = board_expect(&board);
	if (end)
		MUST(!goes_on && (strstr(panic_text, end) || strstr(printk_text, end)),
			"expected: %s", end);
	else
		MUST(goes_on, "ended: %s%s", printk_text, panic_text);
	if (goes_on)
		board_compare(&board);
}
