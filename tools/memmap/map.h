/* SPDX-License-Identifier: BSD-2-Clause */
/* The map of a board's memory: what memmap was asked, and what it prints. */
#ifndef TOOLS_MEMMAP_MAP_H
#define TOOLS_MEMMAP_MAP_H

#include <molt/compiler.h>
#include <molt/types.h>
#include <stdio.h>

/* A range of the command line. */
struct given_range {
	bool given;
	phys_addr_t base, size;
};

struct request {
	const char *path;    /* of the blob */
	const char *cmdline; /* in place of the tree's bootargs, or NULL */
	struct given_range initrd, kernel;
	struct given_range fdt; /* its base; the size is the blob's own */
};

struct map_memory {
	phys_addr_t base, size;
	unsigned int nid;
	unsigned int flags; /* enum memblock_flags */
};

struct map_reserved {
	phys_addr_t base, size;
	const char *name; /* of a node, with its unit address; or what the range is */
	const char *kind; /* docs/memmap.md lists them */
	bool nomap, reusable;
};

struct map_hart {
	u32 id;
	unsigned int nid;
};

/* What a zone gets: whole pages of RAM that nobody has. */
struct map_zone {
	unsigned int nid;
	const char *name;
	u64 size;
};

struct map_list {
	unsigned long count;
	union {
		struct map_memory *memory;
		struct map_reserved *reserved;
		struct map_hart *harts;
		struct map_zone *zones;
		const char **texts;
		void *entries;
	};
};

struct board_map {
	struct map_list memory, reserved, harts, zones;
	struct map_list warnings; /* what the kernel would say, level warning and above */
	u64 hotpluggable;	  /* bytes that zones get and that can be unplugged */
	u64 unusable;		  /* bytes of pages, and of shared blocks, that nobody can have */
	phys_addr_t initrd, initrd_size; /* size 0: none, or refused */
	u32 timebase;			 /* ticks a second */
	const char *stdout_path, *bootargs;
};

/* Read the board's tree as boot does, under what was asked for. Ends the program on a bad one. */
void board_read(const struct request *request);

/* The command line as it was before it was cut up into parameters. */
extern const char *bootargs_read;

/* The map that the zones would be handed, from what was read. */
void board_map_make(struct board_map *map);

/* The formats. */
void text_print(const struct board_map *map);
void json_print(const struct board_map *map);
void svg_print(const struct board_map *map, const char *title);

/* Another entry of @size bytes at the end of a list, all zero. */
void *list_add(struct map_list *list, size_t size);

/* What the kernel said so far: each message of level warning and above, without newline. */
extern struct map_list kernel_said;

/* One line on stderr, and status 1. */
void __noreturn fail(const char *fmt, ...) __printf(1, 2);

/*
 * @bytes for people: in the largest unit that they are a multiple of, and to four digits in
 * the one that suits. Each result lasts for three calls more.
 */
const char *human_size(u64 bytes);
const char *rough_size(u64 bytes);

/* Text of a tree, which may hold anything: a question mark for what is not printable ASCII. */
void put_clean(FILE *file, const char *text);

#endif
