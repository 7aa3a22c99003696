/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Broken device trees: cut at every length, every byte changed to several values, and
 * random damage. Each must be read to 0 or to an error, touching no byte outside.
 *
 *	fdt_fuzz_test [RANDOM-DAMAGES [SEED]]
 *
 * A sanitizer's finding ends a process, so trees are read in a child; where it dies, that is
 * one failure, and the next child goes on behind it.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libfdt.h>
#include <molt/compiler.h>

#include "fdt_build.h"

#define DEATHS_MAX 10 /* of one kind, before the rest is left */

static const char *const trees[] = {"virt", "board"};
static unsigned char *tree, *damaged;
static unsigned long tree_size;
static u64 seed;
static unsigned long random_count = 20000;

/* What a child is at, seen by its parent. */
static volatile unsigned long *at;

/* Damages tree number @n of its kind. Returns the bytes that are mapped. */
typedef unsigned long damage(unsigned long n);

static unsigned long cut_memory(unsigned long n)
{
	return n;
}

/* The header says so too. */
static unsigned long cut_all(unsigned long n)
{
	fdt_set_totalsize(damaged, (u32)n);
	return n > sizeof(struct fdt_header) ? n : sizeof(struct fdt_header);
}

/* The header says so, but all of it is there. */
static unsigned long cut_header(unsigned long n)
{
	fdt_set_totalsize(damaged, (u32)n);
	return tree_size;
}

static const unsigned char values[] = {0, 1, 2, 3, 4, 9, 0x7f, 0x80, 0xff};

static unsigned long change_byte(unsigned long n)
{
	damaged[n / ARRAY_SIZE(values)] = values[n % ARRAY_SIZE(values)];
	return tree_size;
}

static unsigned long flip_bit(unsigned long n)
{
	damaged[n / 8] ^= (unsigned char)(1 << n % 8);
	return tree_size;
}

static u64 random_state;

static unsigned long pick(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

static void damage_once(void)
{
	unsigned long cells = tree_size / 4, to = pick(cells) * 4, from = pick(cells) * 4;
	unsigned long left = tree_size - (to > from ? to : from);

	switch (pick(4)) {
	case 0:
		damaged[pick(tree_size)] = (unsigned char)pick(256);
		break;
	case 1:
		memcpy(damaged + to, &(fdt32_t){cpu_to_fdt32((u32)pick(12))}, 4);
		break;
	case 2:
		memmove(damaged + to, damaged + from, pick(left < 64 ? left : 64) & ~3UL);
		break;
	default:
		memset(damaged + to, pick(2) ? 0xff : 0x80, 4);
	}
}

/* The same number is the same damage, with the same seed. */
static unsigned long random_damage(unsigned long n)
{
	random_state = (seed + n) * 0x9e3779b97f4a7c15ULL | 1;
	for (unsigned long count = 1 + pick(8); count; count--)
		damage_once();
	return tree_size;
}

/* A reservation block that is broken or too long ends the boot, and says so. */
static bool panic_expected(void)
{
	return strstr(panic_text, "reservation block");
}

/* Whether libfdt too finds nothing but whole tags, up to the last. */
static bool libfdt_agrees(void)
{
	int offset, next = 0;
	u32 tag;

	do {
		offset = next;
		tag = fdt_next_tag(damaged, offset, &next);
	} while (tag != FDT_END && next > offset);
	return tag == FDT_END && next > offset;
}

static bool read_damaged(unsigned long mapped)
{
	jmp_buf jump;
	int err;

	panic_jump = &jump;
	if (setjmp(jump)) {
		if (!panic_expected())
			fprintf(stderr, "panic: %s\n", panic_text);
		return panic_expected();
	}
	err = boot_read(damaged, mapped);
	if (err > 0)
		fprintf(stderr, "result %d\n", err);
	if (!err && !libfdt_agrees()) {
		fprintf(stderr, "libfdt finds a tag that is broken\n");
		return false;
	}
	return err <= 0;
}

/* Whether trees @from to @count are read well; ends where one is not. */
static bool read_all(damage *make, unsigned long from, unsigned long count)
{
	for (*at = from; *at < count; ++*at) {
		memcpy(damaged, tree, tree_size);
		if (!read_damaged(make(*at)))
			return false;
	}
	return true;
}

static void in_children(damage *make, unsigned long count, const char *what)
{
	unsigned long next = 0;
	int deaths = 0;

	while (next < count && deaths < DEATHS_MAX) {
		int status = 1;
		pid_t child;

		*at = next;
		fflush(stdout);
		child = fork();
		if (!child)
			_exit(!read_all(make, next, count));
		if (child < 0 || waitpid(child, &status, 0) != child || status) {
			printf("%s: damage %lu: status 0x%x\n", what, *at, (unsigned int)status);
			deaths++;
		}
		next = *at + 1;
	}
	CHECK_EQ(deaths, 0);
	CHECK(deaths || *at == count);
}

static void for_each_tree(damage *make, unsigned long times, unsigned long fixed)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(trees); i++) {
		tree = tree_load(trees[i], &tree_size);
		damaged = malloc(tree_size);
		in_children(make, fixed ? fixed : times * tree_size, trees[i]);
		free(damaged);
		free(tree);
	}
}

static void undamaged(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(trees); i++) {
		tree = tree_load(trees[i], &tree_size);
		CHECK_EQ(boot_read(tree, tree_size), 0);
		CHECK(boot_read(tree, tree_size - 1) < 0);
		free(tree);
	}
}

static void memory_that_ends_early(void)
{
	for_each_tree(cut_memory, 1, 0);
}

static void a_header_that_ends_early(void)
{
	for_each_tree(cut_header, 1, 0);
}

static void both_end_early(void)
{
	for_each_tree(cut_all, 1, 0);
}

static void every_byte_changed(void)
{
	for_each_tree(change_byte, ARRAY_SIZE(values), 0);
}

static void every_bit_flipped(void)
{
	for_each_tree(flip_bit, 8, 0);
}

static void damaged_at_random(void)
{
	for_each_tree(random_damage, 0, random_count);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		random_count = strtoul(argv[1], NULL, 0);
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);
	printf("seed %llu, %lu random damages to each tree\n", (unsigned long long)seed,
		random_count);
	at = mmap(NULL, sizeof(*at), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return 1;
	TEST(undamaged);
	TEST(memory_that_ends_early);
	TEST(a_header_that_ends_early);
	TEST(both_end_early);
	TEST(every_byte_changed);
	TEST(every_bit_flipped);
	TEST(damaged_at_random);
	return check_report();
}
