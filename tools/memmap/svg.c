// SPDX-License-Identifier: BSD-2-Clause
/* The map as a picture that stands alone: no script, no font, nothing to be fetched. */
#include "map.h"
#include "svg_layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WIDTH	   960
#define LEFT	   24
#define NODE_X	   168 /* the strip that tells nodes apart, then the bar, then labels */
#define NODE_WIDTH 14
#define BAR_X	   186
#define BAR_WIDTH  150
#define LABEL_X	   384
#define SIZE_X	   592 /* sizes end here */
#define NAME_X	   606
#define NAME_MAX   50 /* characters; the tool tip has them all */
#define TOP	   118
#define NOTES_GAP  40

static const char style[] =
	"text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#222}"
	".page{fill:#fff}.head{font-size:18px;font-weight:600}.mono{font-family:ui-monospace,"
	"'DejaVu Sans Mono',monospace}.soft{fill:#666}.end{text-anchor:end}.mid{text-anchor:middle}"
	".lead{fill:none;stroke:#999;stroke-width:.75}.edge{fill:none;stroke:#666;stroke-width:.75}"
	".free{fill:#d3ecd3}.firmware{fill:#c0392b}.reserved{fill:#e39b2d}.cma{fill:#2aa198}"
	".kernel{fill:#3b6fd4}.initramfs{fill:#8e5bd0}.fdt{fill:#d6568f}.limit{fill:#b4b4b4}"
	".unmapped{fill:#7d7d7d}.node0{fill:#5b7083}.node1{fill:#b08968}.node2{fill:#6a994e}"
	".node3{fill:#9a6fb0}.nid{font-size:10px;fill:#fff}.hatch{stroke:#fff;stroke-width:1.5;"
	"stroke-opacity:.75}"
	"@media(prefers-color-scheme:dark){text{fill:#ddd}.page{fill:#1b1d20}.soft{fill:#9a9a9a}"
	".lead{stroke:#777}.edge{stroke:#999}.free{fill:#31503a}.limit{fill:#6a6a6a}"
	".unmapped{fill:#484848}.hatch{stroke:#1b1d20}.infree{fill:#cfe8cf}}";

/* ---- Text ---- */

/* What XML cannot hold, a control character, becomes a question mark. */
static void put_character(unsigned char c)
{
	if (c < ' ' || c == 0x7f)
		putchar('?');
	else if (c >= 0x80 || strchr("<>&\"'", c))
		printf("&#%u;", c);
	else
		putchar(c);
}

static void put_text(const char *text)
{
	while (*text)
		put_character((unsigned char)*text++);
}

static void put_name(const char *name)
{
	int i;

	for (i = 0; i < NAME_MAX && name[i]; i++)
		put_character((unsigned char)name[i]);
	if (name[i])
		printf("&#8230;");
}

static void __printf(4, 5) text_at(double x, double y, const char *class, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	put_text(text);
	printf("</text>\n");
}

/* ---- Boxes ---- */

/* Thinner than this and nobody sees it: it is drawn as a tick of its place. */
#define LEAST_HEIGHT 1.5

static void box(const struct svg_piece *piece, const char *class)
{
	double height = piece->height > LEAST_HEIGHT ? piece->height : LEAST_HEIGHT;

	printf("<rect x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" class=\"%s\"%s>", BAR_X,
		TOP + piece->top, BAR_WIDTH, height, class, *class ? "" : " fill=\"url(#hatch)\"");
	printf("<title>");
	put_text(piece->reserved ? piece->reserved->name : "free");
	if (piece->reserved)
		printf(": %s%s%s", piece->reserved->kind,
			piece->reserved->nomap ? ", not mapped" : "",
			piece->reserved->reusable ? ", reusable" : "");
	printf("\n0x%lx - 0x%lx, %s%s</title></rect>\n", piece->base, piece->end,
		human_size(piece->end - piece->base), piece->memory ? "" : ", no RAM");
}

static void put_free(const struct svg_piece *piece)
{
	box(piece, "free");
	if (piece->height >= SVG_LINE)
		text_at(BAR_X + BAR_WIDTH / 2, TOP + piece->top + piece->height / 2 + 4,
			"mid infree", "free, %s", rough_size(piece->end - piece->base));
}

static void put_node(double top, double bottom, unsigned int nid)
{
	double x = NODE_X + NODE_WIDTH / 2.0, y = TOP + (top + bottom) / 2;

	printf("<rect x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" class=\"node%u\">"
	       "<title>node %u</title></rect>\n",
		NODE_X, TOP + top, NODE_WIDTH, bottom - top, nid % 4, nid);
	if (bottom - top >= 3 * SVG_LINE)
		printf("<text transform=\"translate(%.1f %.1f) rotate(-90)\" class=\"mid nid\">"
		       "node %u</text>\n",
			x + 3.5, y, nid);
}

/* A strip for the pieces of each range of RAM, which follow one another. */
static void put_nodes(const struct svg_layout *layout)
{
	const struct svg_piece *first = layout->pieces, *last;
	const struct svg_piece *end = layout->pieces + layout->piece_count;

	for (; first < end; first = last + 1) {
		last = first;
		while (last + 1 < end && last[1].memory == first->memory)
			last++;
		if (first->memory)
			put_node(first->top, last->top + last->height, first->memory->nid);
	}
}

static void put_pieces(const struct svg_layout *layout)
{
	const struct svg_piece *piece, *end = layout->pieces + layout->piece_count;

	for (piece = layout->pieces; piece < end; piece++) {
		if (!piece->reserved)
			put_free(piece);
	}
	/* On top, since ticks are higher than to scale. */
	for (piece = layout->pieces; piece < end; piece++) {
		if (piece->reserved)
			box(piece, piece->reserved->kind);
		if (piece->reserved && piece->reserved->nomap)
			box(piece, "");
	}
}

/* ---- What stands beside the bar ---- */

static void put_banks(const struct svg_layout *layout)
{
	unsigned long i;

	for (i = 0; i < layout->bank_count; i++) {
		const struct svg_bank *bank = &layout->banks[i];
		double top = TOP + bank->top, bottom = top + bank->height;

		printf("<rect x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" class=\"edge\"/>\n",
			BAR_X, top, BAR_WIDTH, bank->height);
		text_at(NODE_X - 8, top + 9, "mono end", "0x%lx", bank->base);
		if (bank->height >= 2 * SVG_LINE)
			text_at(NODE_X - 8, bottom, "mono end", "0x%lx", bank->end);
		if (i + 1 == layout->bank_count)
			continue;
		printf("<path d=\"M%d %.1fl25 -6 25 12 25 -12 25 12 25 -12 25 6\" "
		       "class=\"edge\"/>\n",
			BAR_X, bottom + SVG_BREAK / 2.0);
		text_at(NODE_X - 8, bottom + SVG_BREAK / 2.0 + 4, "soft end", "%s not shown",
			human_size(bank[1].base - bank->end));
	}
}

static void put_labels(const struct svg_layout *layout)
{
	unsigned long i;

	for (i = 0; i < layout->label_count; i++) {
		const struct svg_label *label = &layout->labels[i];
		double at = TOP + label->at, line = TOP + label->line;

		printf("<path d=\"M%d %.1fh8L%d %.1fh6\" class=\"lead\"/>"
		       "<rect x=\"%d\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"%s\"/>\n",
			BAR_X + BAR_WIDTH, at, LABEL_X - 24, line, LABEL_X - 15, line - 4.5,
			label->reserved->kind);
		text_at(LABEL_X, line + 4, "mono", "0x%lx", label->reserved->base);
		text_at(SIZE_X, line + 4, "end", "%s", rough_size(label->reserved->size));
		printf("<text x=\"%d\" y=\"%.1f\">", NAME_X, line + 4);
		put_name(label->reserved->name);
		printf("</text>\n");
	}
}

/* ---- Legend and notes ---- */

static void swatch(double *x, const char *class, const char *fill, const char *text)
{
	printf("<rect x=\"%.1f\" y=\"76\" width=\"14\" height=\"14\" class=\"%s\"%s/>", *x, class,
		fill);
	text_at(*x + 20, 87, "", "%s", text);
	*x += 36 + 7.2 * (double)strlen(text);
}

/* Of what is there to be seen. */
static void put_legend(const struct board_map *map)
{
	static const char *const kinds[] = {
		"firmware", "reserved", "cma", "kernel", "initramfs", "fdt", "limit", "unmapped"};
	bool nomap = false;
	double x = LEFT;
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
		printf("<rect x=\"%.1f\" y=\"76\" width=\"14\" height=\"14\" class=\"limit\"/>", x);
		swatch(&x, "", " fill=\"url(#hatch)\"", "not mapped");
	}
}

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

		printf("<text x=\"%d\" y=\"%.1f\" class=\"%s\">", LEFT, *y, class);
		for (i = 0; i < length; i++)
			put_character((unsigned char)text[i]);
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

static void put_notes(const struct board_map *map, const struct svg_layout *layout)
{
	double y = TOP + layout->height + NOTES_GAP;
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

/* What the page must be high enough for. */
static unsigned long note_lines(const struct board_map *map, const struct svg_layout *layout)
{
	unsigned long lines = map->zones.count + (layout->unlabelled ? 1 : 0), i;

	for (i = 0; i < map->warnings.count; i++) {
		const char *text = map->warnings.texts[i];

		for (; *text; text += text[0] == ' ') {
			text += note_length(text);
			lines++;
		}
	}
	return lines;
}

static void put_head(const struct board_map *map, const char *title, double height)
{
	const char *name = strrchr(title, '/');
	u64 ram = 0, zones = 0;
	unsigned long i;

	for (i = 0; i < map->memory.count; i++)
		ram += map->memory.memory[i].size;
	for (i = 0; i < map->zones.count; i++)
		zones += map->zones.zones[i].size;
	name = name ? name + 1 : title;
	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" "
	       "viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>",
		WIDTH, height, WIDTH, height);
	put_text(name);
	printf(": the map of memory</title>\n<style>%s</style>\n", style);
	printf("<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
	       "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	       "<path d=\"M0 0V6\" class=\"hatch\"/></pattern></defs>\n");
	printf("<rect width=\"100%%\" height=\"100%%\" class=\"page\"/>\n");
	text_at(LEFT, 34, "head", "%s", name);
	text_at(LEFT, 56, "soft", "%s of RAM, of which the zones get %s; %lu hart%s",
		rough_size(ram), rough_size(zones), map->harts.count,
		map->harts.count == 1 ? "" : "s");
}

void svg_print(const struct board_map *map, const char *title)
{
	static struct svg_layout layout;

	svg_lay_out(map, &layout);
	put_head(map, title,
		TOP + layout.height + NOTES_GAP + SVG_LINE * (double)note_lines(map, &layout));
	put_legend(map);
	put_nodes(&layout);
	put_pieces(&layout);
	put_banks(&layout);
	put_labels(&layout);
	put_notes(map, &layout);
	printf("</svg>\n");
}
