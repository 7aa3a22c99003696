# SPDX-License-Identifier: BSD-2-Clause
"""Both compilers, with LTO and without: every configuration is built and booted."""
import itertools
import os
import tempfile

from elftools.elf.elffile import ELFFile

from build_test import STEP, steps_of
from judge import boot_success
from suite import BUILD, CONFIGS, CORNERS, Once, expect, expect_equal, locked, make, test

COMPILERS = {"gcc": "LLVM=0", "clang": "LLVM=1"}
# What each leaves of itself in an ELF.
MARKS = {"gcc": b"GCC:", "clang": b"clang version"}


def configure(folder, config, *symbols):
    """Configuration `config`, with `symbols` on as well."""
    make(folder, f"{config}_defconfig")
    if symbols:
        with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
            file.writelines(f"CONFIG_{symbol}=y\n" for symbol in symbols)
        make(folder, "olddefconfig")


@Once
def kernel(case):
    """The folder of a kernel: (configuration, compiler, symbols that are on as well)."""
    config, compiler, symbols = case
    folder = os.path.join(BUILD, "-".join([config, compiler, *symbols]))
    with locked(folder):
        configure(folder, config, *symbols)
        text = make(folder, COMPILERS[compiler])
    rest = STEP.sub("", text).replace("make: Nothing to be done for 'all'.", "").split()
    expect_equal(rest, [], "words beside the steps")
    comment = section(folder, ".comment")
    expect(MARKS[compiler] in comment, f"not {compiler}'s: {comment}")
    return folder


def section(folder, name):
    with open(os.path.join(folder, "molt.elf"), "rb") as file:
        return ELFFile(file).get_section_by_name(name).data()


def boots(config, folder):
    """On one hart and on two, every self check and ledger as they must be."""
    for mem, harts in (("128M", 1), ("32M", 2)):
        boot_success(config, mem, harts, kernel=os.path.join(folder, "Image"))


@test(*zip([*CONFIGS, "bench", "bench_hotplug", "stress"]))
def clang(config):
    boots(config, kernel((config, "clang", ())))


@test(*itertools.product([*CORNERS, "debug"], COMPILERS))
def lto(config, compiler):
    boots(config, kernel((config, compiler, ("LTO",))))


@test(*zip(COMPILERS))
def lto_merges_files(compiler):
    """The option reaches the compiler and the linker: what stays is another text."""
    plain, merged = (section(kernel(("qemu_virt", compiler, symbols)), ".text")
                     for symbols in ((), ("LTO",)))
    expect(plain != merged, "text is the same with LTO and without")


@test(*zip(COMPILERS))
def no_lto_in_a_class(compiler):
    """A class file that holds bytecode would keep its sections' names: it is refused."""
    with tempfile.TemporaryDirectory(prefix="molt-build-") as folder:
        configure(folder, "qemu_virt")
        text = make(folder, COMPILERS[compiler], "optimize-init=-O2 -flto", status=2)
    expect("holds LTO bytecode, which cannot be given the class init" in text,
           f"not refused for that:\n{text}")


@test()
def compilers_do_not_mix():
    """In a folder that the other has used, all is built anew; then nothing more."""
    with tempfile.TemporaryDirectory(prefix="molt-build-") as folder:
        configure(folder, "tiny")
        whole = steps_of(make(folder, "LLVM=0"))
        expect_equal(steps_of(make(folder, "LLVM=1")), whole, "steps of the other compiler")
        expect(MARKS["gcc"] not in section(folder, ".comment"), "some of it is still gcc's")
        expect_equal(steps_of(make(folder, "LLVM=1")), set(), "steps of a second make")


@test()
def llvm_takes_no_other_value():
    with tempfile.TemporaryDirectory(prefix="molt-build-") as folder:
        configure(folder, "tiny")
        text = make(folder, "LLVM=15", status=2)
        expect("LLVM=15: it is 1, for clang and lld, or 0" in text, f"not said:\n{text}")
        expect("molt.elf" not in os.listdir(folder), "something was built")
