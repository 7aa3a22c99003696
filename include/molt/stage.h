/* SPDX-License-Identifier: BSD-2-Clause */
/* The stages of boot. An API that is legal only in some of them asserts it. */
#ifndef MOLT_STAGE_H
#define MOLT_STAGE_H

#include <molt/types.h>

enum stage {
	STAGE_ENTRY,	/* handed over by the firmware; early tables */
	STAGE_MEMBLOCK, /* memblock knows RAM and what is taken */
	STAGE_MAPPED,	/* the final Sv39 tables are live */
	STAGE_ZONES,	/* the zones own free memory; memblock may not allocate */
	STAGE_RUNNING,	/* every hart is in its idle thread */
	STAGE_MOLTED,	/* the init window is gone */
	STAGE_COUNT,
};

/* The last stage that was reached. Written by the boot hart alone, only upwards. */
extern enum stage stage_now;

static inline bool stage_reached(enum stage stage)
{
	return stage_now >= stage;
}

#endif
