/* SPDX-License-Identifier: BSD-2-Clause */
/* The picture's page: where its parts stand, and text on it. */
#ifndef TOOLS_MEMMAP_SVG_PAGE_H
#define TOOLS_MEMMAP_SVG_PAGE_H

#include "svg_layout.h"

/* In pixels from the upper left corner. */
#define SVG_WIDTH  960
#define SVG_LEFT   24
#define SVG_LEGEND 76  /* of the legend, down to SVG_TOP */
#define SVG_TOP	   118 /* of the drawing, from which struct svg_layout counts */
#define SVG_GAP	   40  /* between the drawing and the notes below it */

/* A character of a tree, whatever it is; XML cannot hold a control character: "?". */
void svg_put_character(unsigned char c);
void svg_put_text(const char *text);

/* A line of text whose baseline begins there. @class: of the style sheet in svg.c */
void svg_text_at(double x, double y, const char *class, const char *fmt, ...) __printf(4, 5);

/* What the colours mean, as far as the map has them. */
void svg_put_legend(const struct board_map *map);

/* Below the drawing: what the zones get, and what could not be honoured. */
void svg_put_notes(const struct board_map *map, const struct svg_layout *layout);

/* Their height. */
double svg_notes_height(const struct board_map *map, const struct svg_layout *layout);

#endif
