/* SPDX-License-Identifier: BSD-2-Clause */
/* What the configuration says, as C. */
#ifndef MOLT_CONFIG_H
#define MOLT_CONFIG_H

#ifndef IS_ENABLED

/*
 * IS_ENABLED(CONFIG_X): 1 where the symbol is y, else 0, as an ordinary expression,
 * so that both branches are compiled and the dead one is dropped.
 */
#define IS_ENABLED(symbol)	   IS_ENABLED_EXPAND(symbol)
#define IS_ENABLED_EXPAND(value)   IS_ENABLED_SPLIT(IS_ENABLED_PAD_##value)
#define IS_ENABLED_PAD_1	   0,
#define IS_ENABLED_SPLIT(pad)	   IS_ENABLED_PICK(pad 1, 0, 0)
#define IS_ENABLED_PICK(a, b, ...) b

#endif

#endif
