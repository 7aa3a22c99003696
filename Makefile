# SPDX-License-Identifier: BSD-2-Clause
# Molt's build. What is built, and how long it lives, stands in each folder's Makefile:
#   obj-y       stays               init-y      goes when boot is over
#   memblock-y  as configured       meminit-y   as configured (docs/lifetimes.md)
#   ccflags-y   flags for the folder            CFLAGS_file.o   flags for one file

O		?= build
KCONFIG_CONFIG	?= $(O)/.config
CROSS_COMPILE	?= riscv64-unknown-elf-
HOSTCC		?= gcc
PYTHON		?= /usr/bin/python3
GDB		?= gdb-multiarch
MEM		?= 128M
BOARD		?= virt
SMP		?= $(if $(filter sifive_u,$(BOARD)),2,1)

folders := arch/riscv bugs core drivers lib lib/libfdt mm

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.PHONY: FORCE

# 'clean' takes what make reads as words.
ifneq ($(words x$(O)x),1)
$(error O='$(O)' has a space in it, which make takes for the end of a name)
endif
ifneq ($(findstring $(abspath $(O))/,$(CURDIR)/),)
$(error O=$(O) holds the source itself)
endif

Q := $(if $(filter 1,$(V)),,@)
say = @printf '  %-7s %s\n' $1 $2

# What needs no kernel here, and of it what must not run beside anything else.
alone	:= clean distclean menuconfig guiconfig oldconfig olddefconfig savedefconfig \
	   listnewconfig helpnewconfig defconfig %_defconfig
apart	:= help footprint lifetimes bench check bugs debug host-tests host-check host-tools memmap \
	   $(O)/host/% fuzz fuzz-programs fuzz-planted coverage $(alone)
goals	:= $(or $(MAKECMDGOALS),all)

ifneq ($(and $(filter $(alone),$(goals)),$(word 2,$(goals))),)

.PHONY: $(goals) in-turn
$(goals): in-turn ; @:
in-turn:
	$(Q)set -e; for goal in $(goals); do $(MAKE) $$goal; done

else

.PHONY: all
all: $(O)/molt.elf $(O)/Image

# ---- configuration

kconfig := KCONFIG_CONFIG=$(KCONFIG_CONFIG) $(PYTHON)

$(KCONFIG_CONFIG):
	@echo 'no configuration: using qemu_virt_defconfig'
	$(Q)$(kconfig) scripts/kconfig.py defconfig configs/qemu_virt_defconfig

.PHONY: clean distclean menuconfig guiconfig oldconfig olddefconfig savedefconfig defconfig
.PHONY: listnewconfig helpnewconfig need-windows
guiconfig: need-windows
need-windows:
	$(Q)$(PYTHON) -c 'import tkinter; tkinter.Tk().destroy()' 2>/dev/null || \
		{ echo 'guiconfig needs the package python3-tk, and a display;' \
		"'make menuconfig' does the same in a terminal" >&2; exit 1; }

menuconfig guiconfig oldconfig: $(KCONFIG_CONFIG)
	$(Q)$(kconfig) -m $@ Kconfig
	$(Q)$(kconfig) scripts/kconfig.py sync $(O)/include

olddefconfig: $(KCONFIG_CONFIG)
	$(Q)$(kconfig) scripts/kconfig.py olddefconfig

listnewconfig helpnewconfig: $(KCONFIG_CONFIG)
	$(Q)$(kconfig) scripts/kconfig.py $@

savedefconfig: $(KCONFIG_CONFIG)
	$(Q)$(kconfig) scripts/kconfig.py savedefconfig $(O)/defconfig

defconfig: qemu_virt_defconfig ;
%_defconfig: configs/%_defconfig FORCE
	$(Q)$(kconfig) scripts/kconfig.py defconfig $<

# ---- the kernel

ifneq ($(filter-out $(apart),$(goals)),)

# Read by make, which first brings it up to date and then starts over.
include $(O)/include/config/auto.conf
$(O)/include/config/auto.conf: $(KCONFIG_CONFIG) scripts/kconfig.py \
		$(wildcard Kconfig $(folders:=/Kconfig))
	$(Q)$(kconfig) scripts/kconfig.py sync $(O)/include

include scripts/toolchain.mk

cppflags := -Iinclude -include $(O)/include/generated/autoconf.h
cflags := -std=gnu11 $(target) -g -ffreestanding -fno-common -fno-pie -fno-strict-aliasing \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
	-msmall-data-limit=0 -ftls-model=local-exec \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Werror
cflags += $(if $(CONFIG_FRAME_POINTER),-fno-omit-frame-pointer,-fomit-frame-pointer)
cflags += $(if $(CONFIG_UBSAN),-fsanitize=undefined)

# What is shed may be large: it is built for speed, whatever is chosen for the rest.
optimize-obj := $(if $(CONFIG_CC_OPTIMIZE_FOR_SIZE),-Os)$(if \
	$(CONFIG_CC_OPTIMIZE_FOR_PERFORMANCE),-O2)$(if $(CONFIG_CC_OPTIMIZE_FOR_DEBUGGING),-Og)
optimize-init := -O2
optimize-memblock := $(if $(CONFIG_ARCH_DISCARD_MEMBLOCK),$(optimize-init),$(optimize-obj))
optimize-meminit := $(if $(CONFIG_MEMORY_HOTPLUG),$(optimize-obj),$(optimize-init))

# Class files are compiled one by one: a class is a prefix to names of sections, which LTO gives
# only when it links.
lto-obj := $(if $(CONFIG_LTO),$(flags-lto))

# For libfdt and the files that call it.
libfdt-flags := -include lib/libfdt/libfdt_env.h -isystem lib/libfdt/upstream

# $(call add-object,FOLDER/FILE.o,FILE.o,CLASS)
define add-object
objects += $1
class-$1 := $3
flags-$1 := $(ccflags-y) $(CFLAGS_$2)
CFLAGS_$2 :=
endef

define read-folder
$(foreach list,obj init memblock meminit ccflags,$(eval $(list)-y :=))
include $1/Makefile
$$(foreach class,obj init memblock meminit,$$(foreach file,$$($$(class)-y),\
	$$(eval $$(call add-object,$1/$$(file),$$(file),$$(class)))))
endef
# Quotes taken off.
initramfs-source := $(subst ",,$(CONFIG_INITRAMFS_SOURCE))
$(foreach folder,$(folders),$(eval $(call read-folder,$(folder))))

# $(call remember,FILE,COMMAND): FILE holds COMMAND, and is new only when that has changed.
# So what is made by COMMAND depends on FILE.
remember = $(if $(call differ,$(strip $2),$(strip $(file <$1))),$(file >$1,$(strip $2)))
differ = $(or $(subst x$1,,x$2),$(subst x$2,,x$1))

source-of = $(or $(wildcard $(1:.o=.S)),$(1:.o=.c))
compile = $(CC) $(cppflags) $(cflags) $(optimize-$(class-$1)) $(lto-$(class-$1)) $(flags-$1) \
	-c $(source-of) -o $(O)/$1
preprocess = $(CC) $(cppflags) $(flags-$1) -Iarch/riscv/include -D__ASSEMBLER__ \
	-E -P -x c $1.S -o $(O)/$1
dependencies = -MMD -MP -MT $@ -MF $@.d
fixdep = $(Q)scripts/fixdep.sh $@.d $(O)/include/config
apply-class = $(Q)OBJCOPY=$(OBJCOPY) OBJDUMP=$(OBJDUMP) scripts/apply_class.sh

linker-script := arch/riscv/kernel.lds
# $(call link,NAME,OBJECTS,FLAGS): $(O)/NAME.elf, with OBJECTS beside those of the folders.
link = $(CC) $(if $(CONFIG_LTO),$(cflags) $(optimize-obj) $(lto-obj),$(target)) \
	-nostdlib -static -T $(O)/$(linker-script) \
	-Wl,--gc-sections -Wl,--orphan-handling=error -Wl,--build-id=sha1 -Wl,--fatal-warnings \
	$(ldflags-family) -Wl,-Map=$(O)/$1.map $(addprefix $(O)/,$(objects) $2) $(libgcc) \
	$3 -o $(O)/$1.elf

# A kernel that knows its functions' names or frames is linked twice: a first one says where
# they are. The tables move none of them, or the check fails (docs/adr/0007-names-of-functions.md).
tables := $(if $(CONFIG_KALLSYMS_BOOT),kallsyms) $(if $(CONFIG_UNWIND_TABLES),unwind)
names := $(patsubst %,molt.%.o,$(tables))
make-table-kallsyms := $(if $(CONFIG_KALLSYMS),keep,table)
make-table-unwind := table
# $(call make-table,NAME), $(call check-table,NAME)
define make-table
$(Q)$(PYTHON) scripts/$1.py $(make-table-$1) $(O)/molt.unnamed.elf >$(O)/molt.$1.S
$(Q)$(CC) $(target) -c $(O)/molt.$1.S -o $(O)/molt.$1.o

endef
define check-table
$(Q)$(PYTHON) scripts/$1.py check $@

endef
define make-tables
$(Q)$(call link,molt.unnamed,)
$(foreach table,$(tables),$(call make-table,$(table)))
endef

# The kernel is linked with its relocations, for the checker; its users get it without.
link-molt = $(call link,molt,$(names),-Xlinker --emit-relocs)
define check-lifetimes
$(Q)mv $@ $(O)/molt.relocs.elf
$(Q)$(PYTHON) scripts/check_lifetimes.py --addr2line=$(ADDR2LINE) \
	$(O)/molt.relocs.elf $(O)/molt.objects
$(Q)$(OBJCOPY) --wildcard --remove-section='.rela.*' $(O)/molt.relocs.elf $@
$(Q)$(OBJCOPY) --discard-locals $@
endef

$(shell mkdir -p $(addprefix $(O)/,$(sort $(dir $(objects) $(linker-script)))))
$(foreach object,$(objects),\
	$(call remember,$(O)/$(object).cmd,$(class-$(object)): $(call compile,$(object))))
$(call remember,$(O)/$(linker-script).cmd,$(call preprocess,$(linker-script)))
$(call remember,$(O)/molt.elf.cmd,$(link-molt))
$(file >$(O)/molt.objects)$(foreach object,$(objects),\
	$(file >>$(O)/molt.objects,$(class-$(object)) $(O)/$(object)))

define make-object
$(call say,$1,$*.o)
$(Q)$(call compile,$*.o) $(dependencies)
$(fixdep)
$(if $(filter-out obj,$(class-$*.o)),$(apply-class) $(class-$*.o) $@)
endef

$(O)/%.o: %.c $(O)/%.o.cmd | lib/libfdt/upstream/libfdt.h
	$(call make-object,CC)

$(O)/%.o: %.S $(O)/%.o.cmd | lib/libfdt/upstream/libfdt.h
	$(call make-object,AS)

# Written anew only where it changes.
$(O)/core/initramfs_data.o: $(O)/core/initramfs.cpio
$(O)/core/initramfs.cpio: FORCE
	$(Q)$(PYTHON) scripts/initramfs.py '$(initramfs-source)' $@

$(O)/$(linker-script): $(linker-script).S $(O)/$(linker-script).cmd
	$(call say,LDS,$(linker-script))
	$(Q)$(call preprocess,$(linker-script)) $(dependencies)
	$(fixdep)

$(O)/molt.elf: $(addprefix $(O)/,$(objects) $(linker-script)) $(O)/molt.elf.cmd \
		scripts/check_lifetimes.py $(wildcard scripts/lifetimes/*.py) \
		$(tables:%=scripts/%.py) scripts/symbols.py
	$(call say,LD,molt.elf)
	$(if $(tables),$(make-tables))
	$(Q)$(link-molt)
	$(check-lifetimes)
	$(foreach table,$(tables),$(call check-table,$(table)))
	$(Q)$(PYTHON) scripts/symbols.py $@ >$(O)/molt.symbols

$(O)/Image: $(O)/molt.elf
	$(call say,OBJCOPY,Image)
	$(Q)$(OBJCOPY) -O binary $< $@

-include $(patsubst %,$(O)/%.d,$(objects) $(linker-script))

lib/libfdt/upstream/libfdt.h: $(if $(LIBFDT_SRC),FORCE)
ifdef LIBFDT_SRC
	$(Q)LIBFDT_SRC='$(LIBFDT_SRC)' scripts/fetch_libfdt.sh
else
	@echo "libfdt's source is missing: run './bootstrap make', or 'make LIBFDT_SRC=DIR'" >&2
	@exit 1
endif
$(patsubst %.o,%.c,$(filter lib/libfdt/%,$(objects))): | lib/libfdt/upstream/libfdt.h ;

.PHONY: compile_commands.json
compile_commands.json:
	$(call say,GEN,$@)
	$(file >$@,[)
	$(foreach object,$(objects),$(file >>$@,\
		{"directory": "$(CURDIR)"$(comma) "file": "$(call source-of,$(object))"$(comma) \
		"command": "$(call compile,$(object))"}$(if \
		$(filter-out $(object),$(lastword $(objects))),$(comma))))
	$(file >>$@,])
comma := ,

endif

# ---- running and testing

# One word for the shell, whatever is in it.
quote = '$(subst ','\'',$1)'
machine = --out $(O) --board $(BOARD) --mem $(MEM) --smp $(SMP) \
	--append=$(call quote,$(APPEND)) --qemu-args=$(call quote,$(QEMU_ARGS))

.PHONY: run gdb debug footprint lifetimes bench check bugs
run: all
	$(Q)$(PYTHON) scripts/run_qemu.py $(machine)

gdb: all
	$(Q)$(PYTHON) scripts/run_gdb.py $(machine) --gdb=$(call quote,$(GDB)) \
		--gdb-args=$(call quote,$(GDB_ARGS))

# In a folder of its own. Two harts, where nothing else is said: some checks need them.
debug-folder := O=$(O)/debug KCONFIG_CONFIG=$(O)/debug/.config
debug:
	$(Q)$(MAKE) $(debug-folder) debug_defconfig
	$(Q)$(MAKE) $(debug-folder) $(if $(filter file,$(origin SMP)),SMP=2) run

# These build kernels of their own, untouched by this one's configuration.
without-us := env -u MAKEFLAGS -u KCONFIG_CONFIG
configs = $(if $(filter undefined,$(origin CONFIGS)),,--configs=$(call quote,$(CONFIGS)))
footprint:
	$(Q)$(without-us) $(PYTHON) scripts/footprint.py --mem=$(call quote,$(MEM)) \
		--format=$(call quote,$(or $(FORMAT),table)) $(configs)

lifetimes:
	$(Q)$(without-us) $(PYTHON) scripts/lifetimes_report.py \
		--format=$(call quote,$(or $(FORMAT),text)) $(configs)

bench:
	$(Q)$(without-us) $(PYTHON) scripts/bench.py --format=$(call quote,$(or $(FORMAT),table)) \
		$(if $(BASE),--base=$(call quote,$(BASE)))

check:
	$(Q)$(without-us) $(PYTHON) test/run.py

bugs:
	$(Q)$(without-us) $(PYTHON) test/run.py 'bugs: '

-include test/host/Makefile
-include test/fuzz/Makefile
-include test/coverage.mk
include tools/Makefile

# ---- housekeeping

clean:
	$(Q)rm -rf $(addprefix $(O)/,arch bugs core drivers lib mm include host debug Image molt.*)

distclean: clean
	$(Q)rm -rf $(addprefix $(O)/,.config .config.old defconfig) compile_commands.json
	$(Q)rm -rf build/check build/footprint build/bench
	$(Q)[ ! -d $(O) ] || rmdir --ignore-fail-on-non-empty $(O)

named = $(patsubst configs/%_defconfig,%,$(sort $(wildcard configs/*_defconfig)))
define help
Configure
  make menuconfig | guiconfig  in a terminal | in windows (python3-tk)
  make oldconfig               ask about each symbol that is new
  make olddefconfig            give those their defaults, drop what is unknown
  make listnewconfig           list them; make helpnewconfig: with their help
  make defconfig               the reference: qemu_virt_defconfig
  make NAME_defconfig          $(wordlist 1,5,$(named))
                               $(wordlist 6,99,$(named))
  make savedefconfig           what differs from the defaults: $$(O)/defconfig
Build
  make                         $$(O)/molt.elf, $$(O)/Image, $$(O)/molt.map
  make compile_commands.json   for editors
  make host-tools              the program behind make memmap
  make clean | distclean       remove what was built | configurations, too
Run
  make run                     boot on QEMU
  make gdb [GDB_ARGS=]         boot under gdb, from the first instruction on
  make debug                   debug_defconfig in $$(O)/debug, with every check
See
  make footprint [FORMAT=table|csv|md|json] [CONFIGS="NAME NAME..."]
                               memory and time of the four corners, or of these
  make lifetimes [FORMAT=text|json] [CONFIGS="NAME NAME..."]
                               bytes by class, file, symbol; what could be shed
  make bench [FORMAT=json|md] [BASE=FILE]
                               boot and single calls, in instructions
  make memmap DTB=board.dtb [INITRD=|KERNEL=size@addr] [FDT=addr] [CMDLINE=]
              [FORMAT=text|json|svg]
                               a board's map of memory (docs/memmap.md)
Judge
  make check                   all tests; make host-check: those on the host
  make bugs                    known mistakes, planted and found (docs/bugs.md)
  make fuzz [TIME=60] [TARGET=]
                               fuzz what reads the firmware's map, in seconds
  make coverage                what unit tests reach of memblock and the FDT
Variables
  O=build                      folder of all output
  KCONFIG_CONFIG=$$(O)/.config  the configuration
  MEM=128M SMP=1               the machine's memory and harts
  BOARD=virt                   or sifive_u (SMP=2 to 5), spike
  APPEND= QEMU_ARGS=           the kernel's parameters; more arguments for QEMU
  V=1                          show commands
  LLVM=1                       build with clang and lld (docs/build.md)
  CROSS_COMPILE=riscv64-unknown-elf-  HOSTCC=gcc  GDB=gdb-multiarch
  PYTHON=/usr/bin/python3      one that has kconfiglib and pyelftools
  LIBFDT_SRC=                  an upstream libfdt in place of Debian's
endef
.PHONY: help
help:
	$(info $(help))
	@:

endif
