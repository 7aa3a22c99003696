// SPDX-License-Identifier: BSD-2-Clause
/* uaccess: three user pages, the last read-only, nothing around them; and forged pointers. */
#include <arch/paging.h>
#include <arch/uaccess.h>
#include <core/check.h>
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/tables.h>
#include <mm/zone.h>
#include <molt/err.h>

#define BASE	 0x10000000UL
#define PAGES	 4 /* of which three are mapped */
#define ORDER	 2
#define WRITABLE (2 * PAGE_SIZE)
#define END	 (BASE + 3 * PAGE_SIZE)

static user_ptr_t user(u64 address)
{
	return (user_ptr_t){address};
}

/* Copies of all lengths and alignments across the edge of a page, and what is around them. */
static bool copies_are_exact(unsigned char *pages, unsigned char *buffer)
{
	unsigned long at, size, i;
	bool ok = true;

	for (at = PAGE_SIZE - 20; at < PAGE_SIZE + 4; at++) {
		for (size = 0; size < 40; size++) {
			memset(pages, 0x11, WRITABLE);
			memset(buffer, 0x22, 64);
			ok = ok && !copy_to_user(user(BASE + at), buffer, size);
			for (i = at - 8; i < at + size + 8; i++)
				ok = ok && pages[i] == (i >= at && i < at + size ? 0x22 : 0x11);
			memset(pages + at, 0x33, size);
			ok = ok && !copy_from_user(buffer + 1, user(BASE + at), size);
			for (i = 0; i < 64; i++)
				ok = ok && buffer[i] == (i > 0 && i <= size ? 0x33 : 0x22);
		}
	}
	return ok;
}

/* What was copied before a fault is there, and what was not is counted. */
static bool faults_are_counted(unsigned char *pages, unsigned char *buffer)
{
	unsigned long before;
	bool ok = true;

	for (before = 0; before < 20; before++) {
		memset(pages, 0x44, 4 * PAGE_SIZE);
		memset(buffer, 0x55, 64);
		ok = ok && copy_from_user(buffer, user(END - before), 40) == 40 - before;
		ok = ok && (!before || buffer[before - 1] == 0x44) && buffer[before] == 0x55;
		memset(buffer, 0x55, 64);
		/* The last page may be read, and not written. */
		ok = ok && copy_to_user(user(BASE + WRITABLE - before), buffer, 40) == 40 - before;
		ok = ok && (!before || pages[WRITABLE - 1] == 0x55) && pages[WRITABLE] == 0x44;
	}
	ok = ok && copy_from_user(buffer, user(BASE - 1), 2) == 2;
	return ok && copy_to_user(user(END - 1), buffer, 2) == 2;
}

/* On a page, behind it, and across its edge, where half of the number may be touched. */
#define NUMBER_IS_EXACT(bits)                                                                \
	({                                                                                   \
		u##bits value = 0;                                                           \
                                                                                             \
		!put_user_u##bits(user(BASE + 64), (u##bits)0x8899aabbccddeeffUL) &&         \
			!get_user_u##bits(&value, user(BASE + 64)) &&                        \
			value == (u##bits)0x8899aabbccddeeffUL &&                            \
			get_user_u##bits(&value, user(END)) == -EFAULT &&                    \
			put_user_u##bits(user(END - bits / 8), 0) == -EFAULT &&              \
			get_user_u##bits(&value, user(END - bits / 16)) == -EFAULT &&        \
			put_user_u##bits(user(BASE + WRITABLE - bits / 16), 0) == -EFAULT && \
			get_user_u##bits(&value, user(USER_LIMIT - bits / 8)) == -EFAULT &&  \
			get_user_u##bits(&value, user(USER_LIMIT)) == -EFAULT &&             \
			get_user_u##bits(&value, user((u64)&value)) == -EFAULT &&            \
			put_user_u##bits(user((u64)&value), 1) == -EFAULT &&                 \
			value == (u##bits)0x8899aabbccddeeffUL;                              \
	})

static bool numbers_are_exact(void)
{
	return NUMBER_IS_EXACT(8) && NUMBER_IS_EXACT(16) && NUMBER_IS_EXACT(32) &&
	       NUMBER_IS_EXACT(64);
}

static bool texts_are_read(unsigned char *pages, unsigned char *buffer)
{
	char *text = (char *)buffer;
	bool ok;

	memset(pages, 'x', 4 * PAGE_SIZE);
	pages[PAGE_SIZE + 2] = '\0';
	memset(text, '#', 64);
	ok = strnlen_user(user(BASE + PAGE_SIZE - 3), 64) == 5 &&
	     strnlen_user(user(BASE + PAGE_SIZE - 3), 4) == 4 && strnlen_user(user(BASE), 0) == 0 &&
	     strnlen_user(user(END - 3), 64) == -EFAULT && strnlen_user(user(END - 3), 3) == 3 &&
	     strnlen_user(user((u64)text), 3) == -EFAULT;
	ok = ok && strncpy_from_user(text, user(BASE + PAGE_SIZE - 3), 64) == 5 &&
	     !memcmp(text, "xxxxx\0#", 7);
	ok = ok && strncpy_from_user(text, user(BASE), 7) == 7 && !memcmp(text, "xxxxxxx#", 8);
	return ok && strncpy_from_user(text, user(END), 7) == -EFAULT &&
	       strncpy_from_user(text, user(USER_LIMIT - 1), 7) == -EFAULT;
}

/* Kernel memory, what lies between the halves, and sizes that lead around. */
static bool forgeries_are_refused(unsigned char *buffer)
{
	static const u64 forged[] = {USER_LIMIT, USER_LIMIT - 7, (u64)-1, (u64)-8, 1UL << 63};
	bool ok = copy_from_user(buffer, user((u64)buffer), 8) == 8 &&
		  copy_to_user(user((u64)buffer), buffer, 8) == 8 &&
		  copy_from_user(buffer, user(BASE), ~0UL) == ~0UL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(forged); i++)
		ok = ok && copy_from_user(buffer, user(forged[i]), 8) == 8 &&
		     copy_to_user(user(forged[i]), buffer, 8) == 8;
	return ok;
}

static bool map_part(unsigned long offset, unsigned long size, phys_addr_t pa, enum prot prot)
{
	struct check_tries tries = {0};
	int err;

	do
		err = paging_map(&kernel_space, BASE + offset, pa + offset, size, prot | PROT_USER);
	while (err && check_again(&tries));
	return !err;
}

static bool map(phys_addr_t pa)
{
	return map_part(0, WRITABLE, pa, PROT_READ | PROT_WRITE) &&
	       map_part(WRITABLE, PAGE_SIZE, pa, PROT_READ);
}

static void unmap(void)
{
	struct table_chain chain = {0};

	paging_unmap(&kernel_space, BASE, END - BASE);
	paging_prune(&kernel_space, BASE, END - BASE, &chain);
	tables_fence();
	paging_free_tables(&kernel_space, &chain);
}

bool check_uaccess(void)
{
	u64 free = ledger_bytes(OWNER_FREE), tables = ledger_bytes(OWNER_TABLES);
	struct check_tries tries = {0};
	unsigned char *pages, buffer[64];
	bool ok;

	do
		pages = page_alloc(ORDER, GFP_KERNEL);
	while (!pages && check_again(&tries));
	if (!pages || !map(__pa(pages)))
		return check_report("uaccess", false, ",\"mapped\":false");
	tables_fence();
	ok = extable_is_sorted() && copies_are_exact(pages, buffer) &&
	     faults_are_counted(pages, buffer) && numbers_are_exact() &&
	     texts_are_read(pages, buffer) && forgeries_are_refused(buffer);
	unmap();
	page_free(pages, ORDER);
	ok = ok && ledger_bytes(OWNER_FREE) == free && ledger_bytes(OWNER_TABLES) == tables;
	return check_report("uaccess", ok, "");
}
