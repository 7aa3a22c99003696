// SPDX-License-Identifier: BSD-2-Clause
/* The map as a picture that stands alone: no script, no font, nothing to be fetched. */
#include "svg_page.h"

#include <stdio.h>
#include <string.h>

#define NODE_X	   168 /* the strip that tells nodes apart, then the bar, then labels */
#define NODE_WIDTH 14
#define BAR_X	   186
#define BAR_WIDTH  150
#define LABEL_X	   384
#define SIZE_X	   592 /* sizes end here */
#define NAME_X	   606
#define NAME_MAX   50 /* characters; the tool tip has them all */

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

/* ---- Boxes ---- */

/* Thinner than this and nobody sees it: it is drawn as a tick of its place. */
#define LEAST_HEIGHT 1.5

static void box(const struct svg_piece *piece, const char *class)
{
	double height = piece->height > LEAST_HEIGHT ? piece->height : LEAST_HEIGHT;

	printf("<rect x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" class=\"%s\"%s>", BAR_X,
		SVG_TOP + piece->top, BAR_WIDTH, height, class,
		*class ? "" : " fill=\"url(#hatch)\"");
	printf("<title>");
	svg_put_text(piece->reserved ? piece->reserved->name : "free");
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
		svg_text_at(BAR_X + BAR_WIDTH / 2, SVG_TOP + piece->top + piece->height / 2 + 4,
			"mid infree", "free, %s", rough_size(piece->end - piece->base));
}

static void put_node(double top, double bottom, unsigned int nid)
{
	double x = NODE_X + NODE_WIDTH / 2.0, y = SVG_TOP + (top + bottom) / 2;

	printf("<rect x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" class=\"node%u\">"
	       "<title>node %u</title></rect>\n",
		NODE_X, SVG_TOP + top, NODE_WIDTH, bottom - top, nid % 4, nid);
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
		double top = SVG_TOP + bank->top, bottom = top + bank->height;

		printf("<rect x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\" class=\"edge\"/>\n",
			BAR_X, top, BAR_WIDTH, bank->height);
		svg_text_at(NODE_X - 8, top + 9, "mono end", "0x%lx", bank->base);
		if (bank->height >= 2 * SVG_LINE)
			svg_text_at(NODE_X - 8, bottom, "mono end", "0x%lx", bank->end);
		if (i + 1 == layout->bank_count)
			continue;
		printf("<path d=\"M%d %.1fl25 -6 25 12 25 -12 25 12 25 -12 25 6\" "
		       "class=\"edge\"/>\n",
			BAR_X, bottom + SVG_BREAK / 2.0);
		svg_text_at(NODE_X - 8, bottom + SVG_BREAK / 2.0 + 4, "soft end", "%s not shown",
			human_size(bank[1].base - bank->end));
	}
}

static void put_name(const char *name)
{
	int i;

	for (i = 0; i < NAME_MAX && name[i]; i++)
		svg_put_character((unsigned char)name[i]);
	if (name[i])
		printf("&#8230;");
}

static void put_labels(const struct svg_layout *layout)
{
	unsigned long i;

	for (i = 0; i < layout->label_count; i++) {
		const struct svg_label *label = &layout->labels[i];
		double at = SVG_TOP + label->at, line = SVG_TOP + label->line;

		printf("<path d=\"M%d %.1fh8L%d %.1fh6\" class=\"lead\"/>"
		       "<rect x=\"%d\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"%s\"/>\n",
			BAR_X + BAR_WIDTH, at, LABEL_X - 24, line, LABEL_X - 15, line - 4.5,
			label->reserved->kind);
		svg_text_at(LABEL_X, line + 4, "mono", "0x%lx", label->reserved->base);
		svg_text_at(SIZE_X, line + 4, "end", "%s", rough_size(label->reserved->size));
		printf("<text x=\"%d\" y=\"%.1f\">", NAME_X, line + 4);
		put_name(label->reserved->name);
		printf("</text>\n");
	}
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
		SVG_WIDTH, height, SVG_WIDTH, height);
	svg_put_text(name);
	printf(": the map of memory</title>\n<style>%s</style>\n", style);
	printf("<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
	       "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	       "<path d=\"M0 0V6\" class=\"hatch\"/></pattern></defs>\n");
	printf("<rect width=\"100%%\" height=\"100%%\" class=\"page\"/>\n");
	svg_text_at(SVG_LEFT, 34, "head", "%s", name);
	svg_text_at(SVG_LEFT, 56, "soft", "%s of RAM, of which the zones get %s; %lu hart%s",
		rough_size(ram), rough_size(zones), map->harts.count,
		map->harts.count == 1 ? "" : "s");
}

void svg_print(const struct board_map *map, const char *title)
{
	static struct svg_layout layout;

	svg_lay_out(map, &layout);
	put_head(map, title, SVG_TOP + layout.height + SVG_GAP + svg_notes_height(map, &layout));
	svg_put_legend(map);
	put_nodes(&layout);
	put_pieces(&layout);
	put_banks(&layout);
	put_labels(&layout);
	svg_put_notes(map, &layout);
	printf("</svg>\n");
}
