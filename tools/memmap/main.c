// SPDX-License-Identifier: BSD-2-Clause
/* memmap: the map of a board's memory, from its device tree. docs/memmap.md */
#include "map.h"

#include <errno.h>
#include <getopt.h>
#include <lib/parse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: memmap [OPTION...] FILE.dtb\n"
	"  --format=text|json|svg\n"
	"  --cmdline=TEXT        in place of the tree's bootargs\n"
	"  --initrd=SIZE@ADDR    in place of the tree's\n"
	"  --kernel=SIZE@ADDR    where the kernel's image lies; else nothing is reserved for one\n"
	"  --fdt=ADDR            where the tree itself lies; else nothing is reserved for it\n"
	"Numbers are decimal, or hexadecimal with 0x; K, M, G or T may follow.\n";

static const char *blob_path;

void fail(const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fprintf(stderr, "memmap: %s: ", blob_path);
	put_clean(stderr, text);
	fputc('\n', stderr);
	exit(1);
}

static void __noreturn __printf(1, 2) misused(const char *fmt, ...)
{
	va_list args;

	fputs("memmap: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n%s", usage);
	exit(2);
}

void *list_add(struct map_list *list, size_t size)
{
	/* Room doubles whenever the count is a power of 2. */
	if (!(list->count & (list->count - 1)))
		list->entries = realloc(list->entries, 2 * (list->count + 1) * size);
	if (!list->entries)
		fail("no memory");
	return memset((char *)list->entries + size * list->count++, 0, size);
}

static struct given_range read_range(const char *option, const char *text)
{
	struct given_range range = {.given = true};
	const char *at = text;

	if (!parse_size(&at, &range.size) || *at++ != '@' || !parse_size(&at, &range.base) || *at)
		misused("--%s=%s: not SIZE@ADDR", option, text);
	if (!range.size || range.size > PHYS_ADDR_MAX - range.base)
		misused("--%s=%s: no range of addresses", option, text);
	return range;
}

static struct given_range read_address(const char *option, const char *text)
{
	struct given_range range = {.given = true};
	const char *at = text;

	if (!parse_size(&at, &range.base) || *at)
		misused("--%s=%s: no address", option, text);
	/* As the boot protocol wants it; and behind it there is room for any tree. */
	if (range.base % 8 || range.base > PHYS_ADDR_MAX >> 1)
		misused("--%s=%s: not where a tree can be: a multiple of 8", option, text);
	return range;
}

enum option_id {
	OPTION_HELP,
	OPTION_FORMAT,
	OPTION_CMDLINE,
	OPTION_INITRD,
	OPTION_KERNEL,
	OPTION_FDT,
};

static const struct option options[] = {
	{"help", no_argument, NULL, OPTION_HELP},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"cmdline", required_argument, NULL, OPTION_CMDLINE},
	{"initrd", required_argument, NULL, OPTION_INITRD},
	{"kernel", required_argument, NULL, OPTION_KERNEL},
	{"fdt", required_argument, NULL, OPTION_FDT},
	{0},
};

/* Returns the format's name, which is one of the three. */
static const char *read_options(int argc, char **argv, struct request *request)
{
	const char *format = "text";
	int id;

	while ((id = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (id) {
		case OPTION_HELP:
			fputs(usage, stdout);
			exit(0);
		case OPTION_FORMAT:
			format = optarg;
			break;
		case OPTION_CMDLINE:
			request->cmdline = optarg;
			break;
		case OPTION_INITRD:
			request->initrd = read_range("initrd", optarg);
			break;
		case OPTION_KERNEL:
			request->kernel = read_range("kernel", optarg);
			break;
		case OPTION_FDT:
			request->fdt = read_address("fdt", optarg);
			break;
		default: /* getopt has said what is wrong */
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (strcmp(format, "text") && strcmp(format, "json") && strcmp(format, "svg"))
		misused("--format=%s: text, json or svg", format);
	if (optind != argc - 1)
		misused("one FILE.dtb");
	request->path = argv[optind];
	return format;
}

static void print(const struct board_map *map, const char *format)
{
	if (!strcmp(format, "json"))
		json_print(map);
	else if (!strcmp(format, "svg"))
		svg_print(map, blob_path);
	else
		text_print(map);
	if (fflush(stdout) || ferror(stdout))
		fail("standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	static struct request request;
	static struct board_map map;
	const char *format = read_options(argc, argv, &request);

	blob_path = request.path;
	board_read(&request);
	board_map_make(&map);
	print(&map, format);
	return 0;
}
