/* SPDX-License-Identifier: BSD-2-Clause */
/* Supervisor Binary Interface 1.0 (and DBCN of 2.0): calls into the firmware. */
#ifndef ASM_SBI_H
#define ASM_SBI_H

#include <molt/types.h>

#define SBI_LEGACY_PUTCHAR 0x01
#define SBI_BASE	   0x10
#define SBI_TIME	   0x54494d45
#define SBI_IPI		   0x735049
#define SBI_RFENCE	   0x52464e43
#define SBI_HSM		   0x48534d
#define SBI_SRST	   0x53525354
#define SBI_DBCN	   0x4442434e

#define SBI_BASE_PROBE		       3
#define SBI_HSM_START		       0
#define SBI_HSM_STATUS		       2
#define SBI_RFENCE_SFENCE_VMA	       1
#define SBI_DBCN_WRITE_BYTE	       2
#define SBI_SRST_SHUTDOWN	       0
#define SBI_SRST_COLD_REBOOT	       1
#define SBI_SRST_REASON_NONE	       0
#define SBI_SRST_REASON_SYSTEM_FAILURE 1

struct sbi_result {
	long error; /* 0, or one of SBI's negative codes (SBI 1.0, table 1) */
	long value;
};

/**
 * sbi_call - call extension @extension, function @function
 *
 * Any stage, any context. Clobbers nothing but a0 and a1 (SBI 1.0, chapter 3).
 */
struct sbi_result sbi_call(unsigned long extension, unsigned long function, unsigned long a0,
	unsigned long a1, unsigned long a2);

#endif
