/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A board as the structured targets see it: what its device tree is to say of memory.
 *
 * An input is a program, a list of struct op. board_decode() makes a board of any bytes,
 * board_write() its device tree, board_expect() the map that boot must come to.
 */
#ifndef TEST_FUZZ_BOARD_H
#define TEST_FUZZ_BOARD_H

#include <stddef.h>

#include <mm/boot.h>
#include <molt/types.h>

/* One step of a program, little endian, with nothing between. Any value of any field goes. */
struct op {
	u8 kind;   /* modulo OP_COUNT */
	u8 repeat; /* of a range: this many more, each two sizes above the one before */
	u16 flags; /* enum node_flags and others, as the kind has it */
	u32 number;
	u64 base, size;
};
_Static_assert(sizeof(struct op) == 24, "programs are stored");

enum op_kind {
	OP_MEMORY,	   /* a node of /memory, with its first range; number: its NUMA node */
	OP_MEMORY_RANGE,   /* one more range of that node */
	OP_RESERVED,	   /* a child of /reserved-memory, with its first range */
	OP_RESERVED_RANGE, /* one more range of that child */
	OP_DYNAMIC,	   /* a child that is to be placed: size; number: log2 of its alignment */
	OP_ALLOC_RANGE,	   /* where that child may be placed */
	OP_RESERVATION,	   /* an entry of the reservation block */
	OP_INITRD,	   /* /chosen's */
	OP_USABLE,	   /* a range of /chosen's linux,usable-memory-range */
	OP_MEM,		   /* mem=size, or with MEM_AT_BASE mem=size@base */
	OP_KERNEL,	   /* base: where the kernel runs, which reads this */
	OP_FDT,		   /* base: where the tree itself lies */
	OP_CELLS,	   /* number: root's and /reserved-memory's, two bits each */
	OP_LAYOUT,	   /* number: the order of the nodes */
	OP_DAMAGE,	   /* the bytes at base modulo the blob's size become those of size */
	OP_COUNT,
};

enum node_flags {
	NODE_DISABLED = 1,
	NODE_HOTPLUGGABLE = 2,
	NODE_NUMA = 4,
	NODE_NO_MAP = 8,
	NODE_REUSABLE = 16,
	NODE_CMA_DEFAULT = 32,
	NODE_FIRMWARE = 64, /* named as OpenSBI names its own */
	NODE_OKAY = 128,    /* a status that says so */
	NODE_ALIGNED = 256, /* a dynamic one: it has an alignment */
	MEM_AT_BASE = 512,
};

struct range {
	u64 base, size;
};

/* Children and nodes hold ranges [first, first + count) of their board's. */
struct node {
	unsigned int flags;
	u32 number;
	unsigned int first, count;
	bool dynamic; /* ranges are its alloc-ranges */
	u64 size;     /* of a dynamic one */
};

#define BOARD_NODES	   64
#define BOARD_RANGES	   512
#define BOARD_RESERVATIONS 64
#define BOARD_USABLE	   12
#define BOARD_DAMAGES	   8
#define BOARD_KERNEL_PARTS 3

struct board {
	size_t size;		       /* of its tree */
	u32 address_cells, size_cells; /* the root's */
	u32 reserved_address_cells, reserved_size_cells;
	u32 layout;
	unsigned int memory_count, reserved_count, range_count, reservation_count;
	unsigned int usable_count, damage_count;
	struct node memory[BOARD_NODES], reserved[BOARD_NODES];
	struct range ranges[BOARD_RANGES], reservations[BOARD_RESERVATIONS];
	struct range usable[BOARD_USABLE];
	u64 initrd_base, initrd_end; /* both 0: none */
	struct range mem;	     /* size 0: none */
	bool mem_at_base;
	u64 fdt;				       /* or PHYS_ADDR_MAX: in no memory */
	struct kernel_part kernel[BOARD_KERNEL_PARTS]; /* the first of size 0: none */
	struct op damages[BOARD_DAMAGES];
};

/* What a target leaves of a program. */
enum board_style {
	BOARD_ANY,
	BOARD_RESERVED, /* one piece of RAM, and of the rest only what reserves */
};

/* Make @board what @size bytes of program say; what is too much for it is passed over. */
void board_decode(struct board *board, const u8 *program, size_t size, enum board_style style);

/* Write its device tree, damaged as it says. Returns the blob's size; it is in build[]. */
size_t board_write(const struct board *board);

/*
 * Make cells[] what boot must come to. Returns NULL; or, where boot must end, words of the
 * message that it ends with.
 */
const char *board_expect(const struct board *board);

/* What memblock holds is what board_expect() told: or a finding. */
void board_compare(const struct board *board);

/* LLVMFuzzerTestOneInput() for a program: its tree is read, and the map is the expected one. */
void board_fuzz(const u8 *program, size_t size, enum board_style style);

/* LLVMFuzzerCustomMutator() for programs of either style. */
size_t board_mutate(u8 *program, size_t size, size_t max_size, unsigned int seed);

#endif
