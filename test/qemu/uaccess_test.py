# SPDX-License-Identifier: BSD-2-Clause
"""User addresses: the exception table, and what all of it costs who does not use it."""
import os
import struct

from elftools.elf.elffile import ELFFile
from judge import boot_success, judged
from suite import built, expect, expect_equal, function_of, symbols, test


def table(config):
    """The exception table's entries: (address, where it goes on)."""
    symbol = symbols(config)
    begin, end = symbol["__ex_table_begin"], symbol["__ex_table_end"]
    with open(os.path.join(built(config), "molt.elf"), "rb") as file:
        rodata = ELFFile(file).get_section_by_name(".rodata")
        data = rodata.data()[begin - rodata["sh_addr"]:end - rodata["sh_addr"]]
    fields = [begin + 4 * index + distance
              for index, (distance,) in enumerate(struct.iter_unpack("<i", data))]
    return list(zip(fields[::2], fields[1::2]))


@test()
def exception_table():
    """Sorted, and each entry goes on in the function that it is in."""
    entries = table("debug")
    expect_equal(len(entries), 13, "entries")
    expect_equal(entries, sorted(entries), "the order")
    for at, to in entries:
        name = function_of("debug", at)
        expect(name.startswith("user_"), f"an entry is in {name}")
        expect_equal(function_of("debug", to), name, "where it goes on")


@test(("qemu_virt",), ("keep_hotplug",), ("tiny",))
def nobody_uses_it(config):
    """Not a byte of it is in a kernel that does not use it."""
    names = [name for name in symbols(config) if name.startswith(("user_", "extable_"))]
    expect_equal((names, table(config)), ([], []), "names and entries")


@test((1,), (4,))
def self_check(smp):
    run = boot_success("debug", "32M", smp)
    with judged(run):
        expect(run.one("check", name="uaccess")["ok"], "the check failed")
