/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads and writes at addresses that a user names. [UACCESS]
 *
 * Such an address is an allegation: it has a type of its own, and is followed here alone. What
 * is not in the user's half of the address space is refused without a look; what is not
 * mapped, or not for users, or not writable, is found by trying. The kernel can touch user
 * pages only within these calls. On any hart, with the user's address space active.
 */
#ifndef ARCH_UACCESS_H
#define ARCH_UACCESS_H

#include <molt/compiler.h>
#include <molt/types.h>

typedef struct {
	u64 address;
} user_ptr_t;

/* Whether the exception table is in order, by which a fault finds its entry. */
bool extable_is_sorted(void);

/* Users' addresses are below this. */
#define USER_LIMIT (1UL << 38)

/**
 * copy_from_user, copy_to_user - @size bytes
 * Returns how many were not copied, from the end: 0 is success. Those before are. What the
 * kernel passes for its own side must be its own: else this panics.
 */
unsigned long __must_check copy_from_user(void *to, user_ptr_t from, unsigned long size);
unsigned long __must_check copy_to_user(user_ptr_t to, const void *from, unsigned long size);

/**
 * get_user_uN, put_user_uN - one number, in one access where its address is aligned
 * Returns 0, or -EFAULT with *value as it was.
 */
int __must_check get_user_u8(u8 *value, user_ptr_t from);
int __must_check get_user_u16(u16 *value, user_ptr_t from);
int __must_check get_user_u32(u32 *value, user_ptr_t from);
int __must_check get_user_u64(u64 *value, user_ptr_t from);
int __must_check put_user_u8(user_ptr_t to, u8 value);
int __must_check put_user_u16(user_ptr_t to, u16 value);
int __must_check put_user_u32(user_ptr_t to, u32 value);
int __must_check put_user_u64(user_ptr_t to, u64 value);

/**
 * strnlen_user - the length of a text, of which at most @max bytes are looked at
 * Returns @max where it does not end before; -EFAULT where it cannot be read.
 */
long __must_check strnlen_user(user_ptr_t text, unsigned long max);

/**
 * strncpy_from_user - a text with its closing 0, at most @max bytes
 * Returns its length; @max, with no 0 at the end of @to, where it is longer; -EFAULT.
 */
long __must_check strncpy_from_user(char *to, user_ptr_t text, unsigned long max);

#endif
