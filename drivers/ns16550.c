// SPDX-License-Identifier: BSD-2-Clause
/* ns16550: polled output. The firmware has set speed and format. */
#include <drivers/driver.h>
#include <molt/init.h>
#include <molt/printk.h>

#define THR	 0 /* transmit holding register */
#define LSR	 5 /* line status register */
#define LSR_THRE 0x20

/* A port that is never ready loses characters; it must not stop the kernel. */
#define WAIT_MAX 1000000

static volatile u8 *uart;
static u8 uart_shift, uart_width;

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

static void ns16550_putchar(char c)
{
	if (c == '\n')
		put('\r');
	put((u8)c);
}

static bool __init ns16550_probe(const struct fdt_node *node, const struct device *device)
{
	static const char complaint[] __initconst =
		"fdt: %s: reg-shift or reg-io-width makes no sense\n";

	(void)node;
	if (device->reg_shift <= 3 && (device->reg_io_width == 1 || device->reg_io_width == 4))
		return true;
	pr_err(complaint, device->path);
	return false;
}

static void __init ns16550_attach(void *registers, const struct device *device)
{
	uart = registers;
	uart_shift = (u8)device->reg_shift;
	uart_width = (u8)device->reg_io_width;
}

DRIVER(ns16550) = {
	.kind = DRIVER_CONSOLE,
	COMPATIBLE("ns16550a"),
	.probe = ns16550_probe,
	.attach = ns16550_attach,
	.putchar = ns16550_putchar,
};
