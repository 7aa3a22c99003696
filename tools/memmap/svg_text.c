// SPDX-License-Identifier: BSD-2-Clause
#include "svg_page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void svg_put_character(unsigned char c)
{
	if (c < ' ' || c == 0x7f)
		putchar('?');
	else if (c >= 0x80 || strchr("<>&\"'", c))
		printf("&#%u;", c);
	else
		putchar(c);
}

void svg_put_text(const char *text)
{
	while (*text)
		svg_put_character((unsigned char)*text++);
}

void svg_text_at(double x, double y, const char *class, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	svg_put_text(text);
	printf("</text>\n");
}
