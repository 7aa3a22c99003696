// SPDX-License-Identifier: BSD-2-Clause
#include <lib/parse.h>
#include <lib/string.h>

/* The value of a digit in @base; @base for what is none. */
static unsigned int digit_value(char c, unsigned int base)
{
	unsigned int value = base;

	if (c >= '0' && c <= '9')
		value = (unsigned int)(c - '0');
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		value = (unsigned int)((c | 0x20) - 'a') + 10;
	return value < base ? value : base;
}

/* How often a suffix shifts by 10 bits; 0 where there is none. */
static unsigned int suffix_steps(char c)
{
	switch (c | 0x20) {
	case 'k':
		return 1;
	case 'm':
		return 2;
	case 'g':
		return 3;
	case 't':
		return 4;
	}
	return 0;
}

bool parse_size(const char **text, u64 *value)
{
	unsigned int base = 10, digit, steps;
	const char *at = *text, *digits;
	u64 number = 0;

	if (at[0] == '0' && (at[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	}
	for (digits = at; (digit = digit_value(*at, base)) < base; at++) {
		if (number > (~(u64)0 - digit) / base)
			return false;
		number = number * base + digit;
	}
	if (at == digits)
		return false;
	steps = suffix_steps(*at);
	if (number > ~(u64)0 >> 10 * steps)
		return false;
	*text = at + (steps ? 1 : 0);
	*value = number << 10 * steps;
	return true;
}
