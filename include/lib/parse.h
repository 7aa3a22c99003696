/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in text. [init] */
#ifndef LIB_PARSE_H
#define LIB_PARSE_H

#include <molt/types.h>

/**
 * parse_size - a number of bytes: decimal, or hexadecimal with 0x; K, M, G or T may follow
 * @text: moved behind what was read
 *
 * Returns false, with @value as it was, where there is no number or it has over 64 bits.
 */
bool parse_size(const char **text, u64 *value);

#endif
