/* SPDX-License-Identifier: BSD-2-Clause */
/* What harts_boot.c sets for harts.c. */
#ifndef CORE_HARTS_H
#define CORE_HARTS_H

extern char *hart_areas; /* hart_count areas, one behind the other */

#endif
