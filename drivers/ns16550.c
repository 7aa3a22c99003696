// SPDX-License-Identifier: BSD-2-Clause
/* ns16550: polled output. The firmware has set speed and format. */
#include <drivers/device.h>
#include <molt/init.h>

#define THR	 0 /* transmit holding register */
#define LSR	 5 /* line status register */
#define LSR_THRE 0x20

/* A port that is never ready loses characters; it must not stop the kernel. */
#define WAIT_MAX 1000000

static volatile u8 *uart;
static u8 uart_shift, uart_width;

void __init ns16550_attach(void *registers, const struct device_found *device)
{
	uart = registers;
	uart_shift = (u8)device->reg_shift;
	uart_width = (u8)device->reg_io_width;
}

static u32 read_register(unsigned int index)
{
	volatile u8 *address = uart + (index << uart_shift);

	return uart_width == 4 ? *(volatile u32 *)address : *address;
}

static void put(u8 byte)
{
	unsigned int tries = WAIT_MAX;

	while (!(read_register(LSR) & LSR_THRE) && --tries)
		;
	if (uart_width == 4)
		*(volatile u32 *)uart = byte;
	else
		*uart = byte;
}

void ns16550_putchar(char c)
{
	if (c == '\n')
		put('\r');
	put((u8)c);
}
