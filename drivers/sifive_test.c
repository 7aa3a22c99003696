// SPDX-License-Identifier: BSD-2-Clause
/* sifive,test1: a store ends the run, and QEMU with the status that it holds. */
#include <drivers/driver.h>
#include <molt/init.h>

#define TEST_PASS 0x5555
#define TEST_FAIL 0x3333

static volatile u32 *test_device;

static void sifive_test_exit(int status)
{
	*test_device = status ? (u32)status << 16 | TEST_FAIL : TEST_PASS;
}

static void __init sifive_test_attach(void *registers, const struct device *device)
{
	(void)device;
	test_device = registers;
}

DRIVER(sifive_test) = {
	.kind = DRIVER_POWER,
	COMPATIBLE("sifive,test1"),
	.attach = sifive_test_attach,
	.power_off = sifive_test_exit,
};
