/* SPDX-License-Identifier: BSD-2-Clause */
/* Supervisor CSRs and their fields: privileged ISA 20211203, chapter 4. */
#ifndef ASM_CSR_H
#define ASM_CSR_H

#define SATP_MODE_SV39 (8UL << 60)
#define SATP_PPN       ((1UL << 44) - 1)

#define SSTATUS_SIE 0x2UL
#define SSTATUS_SUM 0x40000UL

/* Also of sip. */
#define SIE_SSIE (1UL << 1)
#define SIE_STIE (1UL << 5)

#ifndef __ASSEMBLER__
#define csr_read(csr)                                                        \
	({                                                                   \
		unsigned long value_;                                        \
		__asm__ volatile("csrr %0, " #csr : "=r"(value_)::"memory"); \
		value_;                                                      \
	})
#define csr_write(csr, value) __asm__ volatile("csrw " #csr ", %0" ::"rK"(value) : "memory")
#define csr_set(csr, bits)    __asm__ volatile("csrs " #csr ", %0" ::"rK"(bits) : "memory")
#define csr_clear(csr, bits)                                                                       \
	({                                                                                         \
		unsigned long value_;                                                              \
		__asm__ volatile("csrrc %0, " #csr ", %1" : "=r"(value_) : "rK"(bits) : "memory"); \
		value_;                                                                            \
	})
#endif

#endif
