// SPDX-License-Identifier: BSD-2-Clause
/* TEST_FAULTS: find_file=NAME tells what of the first files has that name. [init] */
#include <core/initramfs.h>
#include <molt/initcall.h>
#include <molt/param.h>
#include <molt/printk.h>

static const char *wanted;

static bool set_find_file(const char *value)
{
	wanted = value;
	return *value;
}
early_param("find_file=", set_find_file);

static int find_file(void)
{
	struct cpio_entry entry;

	if (!wanted)
		return 0;
	if (initramfs_find(wanted, &entry))
		pr_notice("file %s: there is none\n", wanted);
	else
		pr_notice("file %s: %u bytes: %.*s\n", wanted, entry.size, (int)entry.size,
			(const char *)entry.data);
	return 0;
}
device_initcall(find_file);
