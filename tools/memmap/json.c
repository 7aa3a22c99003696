// SPDX-License-Identifier: BSD-2-Clause
/* The map for programs: docs/memmap.md describes each member. */
#include "map.h"

#include <stdio.h>

/* Bytes beyond ASCII are taken for Latin-1, so that whatever a tree holds is valid JSON. */
static void put_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_text(const char *key, const char *text)
{
	printf("\"%s\": ", key);
	put_string(text);
}

static void put_number(const char *key, u64 number)
{
	printf("\"%s\": \"0x%lx\"", key, number);
}

static void put_range(phys_addr_t base, phys_addr_t size)
{
	put_number("base", base);
	printf(", ");
	put_number("size", size);
}

static void put_bool(const char *key, bool value)
{
	printf(", \"%s\": %s", key, value ? "true" : "false");
}

static void put_memory(const struct map_list *list, unsigned long i)
{
	put_range(list->memory[i].base, list->memory[i].size);
	printf(", ");
	put_number("nid", list->memory[i].nid);
	printf(", ");
	put_number("flags", list->memory[i].flags);
}

static void put_reserved(const struct map_list *list, unsigned long i)
{
	const struct map_reserved *reserved = &list->reserved[i];

	put_range(reserved->base, reserved->size);
	printf(", ");
	put_text("name", reserved->name);
	printf(", ");
	put_text("kind", reserved->kind);
	put_bool("nomap", reserved->nomap);
	put_bool("reusable", reserved->reusable);
}

static void put_zone(const struct map_list *list, unsigned long i)
{
	put_number("nid", list->zones[i].nid);
	printf(", ");
	put_text("name", list->zones[i].name);
	printf(", ");
	put_number("size", list->zones[i].size);
}

static void put_hart(const struct map_list *list, unsigned long i)
{
	put_number("id", list->harts[i].id);
	printf(", ");
	put_number("nid", list->harts[i].nid);
}

/* One entry a line, so that two boards can be compared by diff. */
static void put_objects(const char *key, const struct map_list *list,
	void (*put)(const struct map_list *list, unsigned long i))
{
	unsigned long i;

	printf("  \"%s\": [", key);
	for (i = 0; i < list->count; i++) {
		printf("%s\n    {", i ? "," : "");
		put(list, i);
		putchar('}');
	}
	printf("%s],\n", list->count ? "\n  " : "");
}

static void put_warnings(const struct map_list *list)
{
	unsigned long i;

	printf("  \"warnings\": [");
	for (i = 0; i < list->count; i++) {
		printf("%s\n    ", i ? "," : "");
		put_string(list->texts[i]);
	}
	printf("%s]\n", list->count ? "\n  " : "");
}

static void put_chosen(const struct board_map *map)
{
	printf("  ");
	put_number("timebase", map->timebase);
	printf(",\n  ");
	put_text("stdout", map->stdout_path);
	printf(",\n  ");
	put_text("bootargs", map->bootargs);
	printf(",\n  \"initrd\": ");
	if (map->initrd_size) {
		putchar('{');
		put_range(map->initrd, map->initrd_size);
		putchar('}');
	} else {
		printf("null");
	}
	printf(",\n");
}

void json_print(const struct board_map *map)
{
	printf("{\n");
	put_objects("memory", &map->memory, put_memory);
	put_objects("reserved", &map->reserved, put_reserved);
	put_objects("zones", &map->zones, put_zone);
	put_objects("harts", &map->harts, put_hart);
	put_chosen(map);
	put_warnings(&map->warnings);
	printf("}\n");
}
