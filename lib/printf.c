// SPDX-License-Identifier: BSD-2-Clause
#include <lib/printf.h>
#include <lib/string.h>

struct spec {
	put_text *put;
	void *context;
	bool left, zero, is_long;
	int width, precision; /* precision -1: none */
};

static void put_times(const struct spec *spec, char c, int times)
{
	while (times-- > 0)
		spec->put(spec->context, &c, 1);
}

static void put_padded(const struct spec *spec, const char *text, int length)
{
	int pad = spec->width - length;

	if (!spec->left)
		put_times(spec, ' ', pad);
	spec->put(spec->context, text, (size_t)length);
	if (spec->left)
		put_times(spec, ' ', pad);
}

static void put_number(struct spec *spec, u64 value, unsigned int base, bool negative)
{
	char digits[24], *end = digits + sizeof(digits), *p = end;

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (spec->zero && !spec->left) {
		put_times(spec, '-', negative);
		put_times(spec, '0', spec->width - (int)(end - p) - negative);
		spec->width = 0;
	} else if (negative) {
		*--p = '-';
	}
	put_padded(spec, p, (int)(end - p));
}

static const char *parse_number(const char *fmt, int *number)
{
	for (*number = 0; *fmt >= '0' && *fmt <= '9'; fmt++)
		*number = *number * 10 + (*fmt - '0');
	return fmt;
}

/* What stands between the % and the conversion. Returns where that is. */
static const char *parse_spec(struct spec *spec, const char *fmt, va_list *args)
{
	for (; *fmt == '-' || *fmt == '0'; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else
			spec->zero = true;
	}
	fmt = parse_number(fmt, &spec->width);
	if (fmt[0] == '.' && fmt[1] == '*') {
		spec->precision = va_arg(*args, int);
		fmt += 2;
	} else if (*fmt == '.') {
		fmt = parse_number(fmt + 1, &spec->precision);
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		spec->is_long = true;
	return fmt;
}

static void put_string(const struct spec *spec, const char *text)
{
	if (!text)
		text = "(null)";
	put_padded(spec, text, (int)strnlen(text, (size_t)spec->precision));
}

/* Returns false for a conversion that there is not. */
static bool put_conversion(struct spec *spec, char conversion, va_list *args)
{
	s64 number;
	char c;

	switch (conversion) {
	case 'c':
		c = (char)va_arg(*args, int);
		put_padded(spec, &c, 1);
		return true;
	case 's':
		put_string(spec, va_arg(*args, const char *));
		return true;
	case 'd':
		number = spec->is_long ? va_arg(*args, s64) : va_arg(*args, int);
		put_number(spec, number < 0 ? -(u64)number : (u64)number, 10, number < 0);
		return true;
	case 'u':
	case 'x':
		put_number(spec, spec->is_long ? va_arg(*args, u64) : va_arg(*args, unsigned int),
			conversion == 'u' ? 10 : 16, false);
		return true;
	case 'p':
		put_number(spec, (u64)va_arg(*args, void *), 16, false);
		return true;
	case '%':
		put_times(spec, '%', 1);
		return true;
	}
	return false;
}

/* What @from, a %, stands for; as it is where that is nothing. Returns what follows. */
static const char *put_specified(struct spec *spec, const char *from, va_list *args)
{
	const char *fmt = parse_spec(spec, from + 1, args);

	if (*fmt && put_conversion(spec, *fmt, args))
		return fmt + 1;
	fmt += *fmt != '\0';
	spec->put(spec->context, from, (size_t)(fmt - from));
	return fmt;
}

void format(put_text *put, void *context, const char *fmt, va_list list)
{
	const char *from;
	va_list args;

	va_copy(args, list);
	while (*fmt) {
		for (from = fmt; *fmt && *fmt != '%'; fmt++)
			;
		if (fmt > from)
			put(context, from, (size_t)(fmt - from));
		if (*fmt)
			fmt = put_specified(
				&(struct spec){put, context, .precision = -1}, fmt, &args);
	}
	va_end(args);
}

struct buffer {
	char *next, *last;
	int length;
};

static void buffer_put(void *context, const char *text, size_t length)
{
	struct buffer *buffer = context;
	size_t room = (size_t)(buffer->last - buffer->next), fit = length < room ? length : room;

	memcpy(buffer->next, text, fit);
	buffer->next += fit;
	buffer->length += (int)length;
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
