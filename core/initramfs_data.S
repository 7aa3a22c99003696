/* SPDX-License-Identifier: BSD-2-Clause */
/* The archive that scripts/initramfs.py has made of INITRAMFS_SOURCE. */
	.section .init.ramfs, "a"
	.balign	4
	.incbin	INITRAMFS_ARCHIVE
