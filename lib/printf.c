// SPDX-License-Identifier: BSD-2-Clause
#include <lib/printf.h>
#include <lib/string.h>

struct spec {
	void (*put)(void *context, char c);
	void *context;
	bool left, zero;
	int width;
};

static void put_padded(struct spec *spec, const char *text, int length)
{
	int pad = spec->width - length;

	for (; !spec->left && pad > 0; pad--)
		spec->put(spec->context, ' ');
	while (length-- > 0)
		spec->put(spec->context, *text++);
	for (; pad > 0; pad--)
		spec->put(spec->context, ' ');
}

static void put_number(struct spec *spec, u64 value, unsigned int base, bool negative)
{
	char digits[24], *p = digits + sizeof(digits);
	int length;

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	length = (int)(digits + sizeof(digits) - p) + negative;
	if (negative && spec->zero)
		spec->put(spec->context, '-');
	for (; spec->zero && spec->width > length; spec->width--)
		spec->put(spec->context, '0');
	if (negative && !spec->zero)
		*--p = '-';
	put_padded(spec, p, (int)(digits + sizeof(digits) - p));
}

static const char *parse_flags(struct spec *spec, const char *fmt)
{
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '0')
			spec->zero = true;
		else
			break;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		spec->width = spec->width * 10 + (*fmt - '0');
	return fmt;
}

void format(void (*put)(void *context, char c), void *context, const char *fmt, va_list args)
{
	for (; *fmt; fmt++) {
		struct spec spec = {put, context, false, false, 0};
		int precision = -1;
		bool is_long = false;
		const char *text;
		s64 number;

		if (*fmt != '%') {
			put(context, *fmt);
			continue;
		}
		fmt = parse_flags(&spec, fmt + 1);
		if (fmt[0] == '.' && fmt[1] == '*') {
			precision = va_arg(args, int);
			fmt += 2;
		}
		for (; *fmt == 'l' || *fmt == 'z'; fmt++)
			is_long = true;
		switch (*fmt) {
		case 'c':
			put(context, (char)va_arg(args, int));
			break;
		case 's':
			text = va_arg(args, const char *);
			put_padded(&spec, text ? text : "(null)",
				(int)strnlen(text ? text : "(null)", (size_t)precision));
			break;
		case 'd':
			number = is_long ? va_arg(args, s64) : va_arg(args, int);
			put_number(&spec, number < 0 ? -(u64)number : (u64)number, 10, number < 0);
			break;
		case 'u':
		case 'x':
			put_number(&spec, is_long ? va_arg(args, u64) : va_arg(args, unsigned int),
				*fmt == 'u' ? 10 : 16, false);
			break;
		case 'p':
			put_number(&spec, (u64)va_arg(args, void *), 16, false);
			break;
		case '\0':
			return;
		default:
			put(context, *fmt);
		}
	}
}

struct buffer {
	char *next, *last;
	int length;
};

static void buffer_put(void *context, char c)
{
	struct buffer *buffer = context;

	if (buffer->next < buffer->last)
		*buffer->next++ = c;
	buffer->length++;
}

int vsnprintf(char *text, size_t size, const char *fmt, va_list args)
{
	struct buffer buffer = {text, size ? text + size - 1 : text, 0};

	format(buffer_put, &buffer, fmt, args);
	if (size)
		*buffer.next = '\0';
	return buffer.length;
}

int snprintf(char *text, size_t size, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(text, size, fmt, args);
	va_end(args);
	return length;
}
