# SPDX-License-Identifier: BSD-2-Clause
# The two families of tools: GNU's, or LLVM's with LLVM=1. What only one of them knows, or
# each says in its own way, stands here and nowhere else.

ifneq ($(filter-out 0 1,$(LLVM)),)
$(error LLVM=$(LLVM): it is 1, for clang and lld, or 0)
endif

# Debian's names have the version; elsewhere there is one only.
llvm-version := $(if $(shell command -v clang-14),-14)

# GNU's does not see what clang has inlined, and misnames files of gcc's.
ADDR2LINE := llvm-addr2line$(llvm-version)

ifeq ($(LLVM),1)

CC	:= clang$(llvm-version) --target=riscv64-unknown-elf
OBJCOPY	:= llvm-objcopy$(llvm-version)
OBJDUMP	:= llvm-objdump$(llvm-version)

# The linker relaxes nothing, and refuses what asks for it.
target		:= -march=rv64imac -mabi=lp64 -mcmodel=medany -mno-relax
# Recognise no memset() in a loop.
flags-no-idioms := -fno-builtin
flags-lto	:= -flto
# The assembler hands on all of its own labels.
ldflags-family	:= -fuse-ld=lld -Wl,--discard-locals
libgcc		:=

else

CC	:= $(CROSS_COMPILE)gcc
LD	:= $(CROSS_COMPILE)ld
OBJCOPY	:= $(CROSS_COMPILE)objcopy
OBJDUMP	:= $(CROSS_COMPILE)objdump

target		:= -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany
# Recognise no memset() in a loop.
flags-no-idioms := -fno-tree-loop-distribute-patterns
# Fewer registers to save where the short way is left late.
flags-short-way := -fno-cse-follow-jumps
# In one piece, and one process.
flags-lto	:= -flto=1 -flto-partition=one
ldflags-family	:= $(if $(findstring no-warn-rwx,$(shell $(LD) --help)),\
	-Xlinker --no-warn-rwx-segments)
# That -march makes gcc choose a libgcc for another ABI; this one is the right one.
libgcc		:= $(shell $(CC) -march=rv64imac -mabi=lp64 -print-libgcc-file-name)

endif
