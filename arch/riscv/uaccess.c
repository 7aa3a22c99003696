// SPDX-License-Identifier: BSD-2-Clause
/* Users' addresses: judged here, followed in uaccess.S. */
#include <arch/uaccess.h>
#include <molt/err.h>
#include <molt/panic.h>

unsigned long user_copy(void *to, const void *from, unsigned long size);
long user_text(char *to, const void *from, unsigned long most);

static bool in_users_half(user_ptr_t user, unsigned long size)
{
	return size <= USER_LIMIT && user.address <= USER_LIMIT - size;
}

/* The kernel's side: in the user's half a fault there would pass for the user's mistake. */
static void check_own(const void *own, unsigned long size)
{
	if (size && (u64)own < USER_LIMIT)
		panic("user access: %lx is no address of the kernel's", (u64)own);
}

unsigned long copy_from_user(void *to, user_ptr_t from, unsigned long size)
{
	check_own(to, size);
	return in_users_half(from, size) ? user_copy(to, (const void *)from.address, size) : size;
}

unsigned long copy_to_user(user_ptr_t to, const void *from, unsigned long size)
{
	check_own(from, size);
	return in_users_half(to, size) ? user_copy((void *)to.address, from, size) : size;
}

#define NUMBER(bits)                                                                            \
	int user_get_##bits(u##bits *value, const void *from);                                  \
	int user_put_##bits(void *to, u##bits value);                                           \
	int get_user_u##bits(u##bits *value, user_ptr_t from)                                   \
	{                                                                                       \
		bool inside = in_users_half(from, bits / 8);                                    \
                                                                                                \
		return inside && !user_get_##bits(value, (const void *)from.address) ? 0        \
										     : -EFAULT; \
	}                                                                                       \
	int put_user_u##bits(user_ptr_t to, u##bits value)                                      \
	{                                                                                       \
		bool inside = in_users_half(to, bits / 8);                                      \
                                                                                                \
		return inside && !user_put_##bits((void *)to.address, value) ? 0 : -EFAULT;     \
	}
NUMBER(8)
NUMBER(16)
NUMBER(32)
NUMBER(64)

/* A text may end before the user's half does, however many bytes are allowed. */
static long read_text(char *to, user_ptr_t text, unsigned long max)
{
	unsigned long most = USER_LIMIT - text.address;
	long length;

	if (text.address >= USER_LIMIT)
		return -EFAULT;
	if (most > max)
		most = max;
	length = user_text(to, (const void *)text.address, most);
	return length < 0 || ((unsigned long)length == most && most < max) ? -EFAULT : length;
}

long strnlen_user(user_ptr_t text, unsigned long max)
{
	return read_text(NULL, text, max);
}

long strncpy_from_user(char *to, user_ptr_t text, unsigned long max)
{
	check_own(to, max);
	return read_text(to, text, max);
}
