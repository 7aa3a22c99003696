/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads as harts. */
#ifndef TEST_HOST_HARTS_H
#define TEST_HOST_HARTS_H

#define HOST_HARTS_MAX 8

/* Calls @fn(index, @argument) on @count harts at once, hart 0 being the caller's thread. */
void harts_run(unsigned int count, void (*fn)(unsigned int index, void *argument), void *argument);

/* What harts keep of the zones is as it was at the program's start: the zones are others now. */
void harts_forget_pages(void);

#endif
