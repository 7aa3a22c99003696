/* SPDX-License-Identifier: BSD-2-Clause */
/* One error language: a function that can fail returns 0 or one of these, negated. */
#ifndef MOLT_ERR_H
#define MOLT_ERR_H

enum molt_error {
	ENOENT = 2,	 /* what was named does not exist */
	EIO = 5,	 /* a device or the firmware refused */
	ENOMEM = 12,	 /* no memory of the kind asked for */
	EFAULT = 14,	 /* a user named memory that it has not */
	EBUSY = 16,	 /* in use */
	EEXIST = 17,	 /* already there */
	EINVAL = 22,	 /* a value that can never be right */
	ENOSPC = 28,	 /* a table is full */
	EPROTO = 71,	 /* malformed data from outside */
	ETIMEDOUT = 110, /* it did not come in time */
};

#endif
