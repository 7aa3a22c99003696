// SPDX-License-Identifier: BSD-2-Clause
/* What stands above and below the picture. */
#include "svg_page.h"

#include <stdio.h>
#include <string.h>

/* ---- Legend ---- */

static void swatch(double *x, const char *class, const char *fill, const char *text)
{
	printf("<rect x=\"%.1f\" y=\"%d\" width=\"14\" height=\"14\" class=\"%s\"%s/>", *x,
		SVG_LEGEND, class, fill);
	svg_text_at(*x + 20, SVG_LEGEND + 11, "", "%s", text);
	*x += 36 + 7.2 * (double)strlen(text);
}

void svg_put_legend(const struct board_map *map)
{
	static const char *const kinds[] = {
		"firmware", "reserved", "cma", "kernel", "initramfs", "fdt", "limit", "unmapped"};
	bool nomap = false;
	double x = SVG_LEFT;
	unsigned long i, kind;

	swatch(&x, "free", "", "free: the zones' own");
	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (i = 0; i < map->reserved.count; i++) {
			if (!strcmp(map->reserved.reserved[i].kind, kinds[kind])) {
				swatch(&x, kinds[kind], "", kinds[kind]);
				break;
			}
		}
	}
	for (i = 0; i < map->reserved.count; i++)
		nomap |= map->reserved.reserved[i].nomap;
	if (nomap) {
		printf("<rect x=\"%.1f\" y=\"%d\" width=\"14\" height=\"14\" class=\"limit\"/>", x,
			SVG_LEGEND);
		swatch(&x, "", " fill=\"url(#hatch)\"", "not mapped");
	}
}

/* ---- Notes ---- */

#define NOTE_MAX 125 /* characters in a line */

/* How much of @text goes into a line: to a space, where there is one in its latter half. */
static size_t note_length(const char *text)
{
	size_t length = strlen(text);

	if (length <= NOTE_MAX)
		return length;
	for (length = NOTE_MAX; length > NOTE_MAX / 2 && text[length] != ' ';)
		length--;
	return text[length] == ' ' ? length : NOTE_MAX;
}

static void put_note(double *y, const char *class, const char *text)
{
	while (*text) {
		size_t length = note_length(text), i;

		printf("<text x=\"%d\" y=\"%.1f\" class=\"%s\">", SVG_LEFT, *y, class);
		for (i = 0; i < length; i++)
			svg_put_character((unsigned char)text[i]);
		printf("</text>\n");
		*y += SVG_LINE;
		text += length + (text[length] == ' ');
	}
}

static void put_zones(const struct board_map *map, double *y)
{
	unsigned long i;
	char text[128];

	for (i = 0; i < map->zones.count; i++) {
		const struct map_zone *zone = &map->zones.zones[i];

		snprintf(text, sizeof(text), "Zone %s of node %u gets %s", zone->name, zone->nid,
			rough_size(zone->size));
		put_note(y, "", text);
	}
}

void svg_put_notes(const struct board_map *map, const struct svg_layout *layout)
{
	double y = SVG_TOP + layout->height + SVG_GAP;
	unsigned long i;
	char text[128];

	put_zones(map, &y);
	if (layout->unlabelled) {
		snprintf(text, sizeof(text), "%lu smaller ranges have no label: point at them",
			layout->unlabelled);
		put_note(&y, "soft", text);
	}
	for (i = 0; i < map->warnings.count; i++)
		put_note(&y, "soft", map->warnings.texts[i]);
}

double svg_notes_height(const struct board_map *map, const struct svg_layout *layout)
{
	unsigned long lines = map->zones.count + (layout->unlabelled ? 1 : 0), i;

	for (i = 0; i < map->warnings.count; i++) {
		const char *text = map->warnings.texts[i];

		for (; *text; text += text[0] == ' ') {
			text += note_length(text);
			lines++;
		}
	}
	return (double)lines * SVG_LINE;
}
