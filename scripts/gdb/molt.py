# SPDX-License-Identifier: BSD-2-Clause
"""Molt in gdb: symbols on both sides of the MMU's switch, and the commands `molt ...`.

gdb-multiarch -x scripts/gdb/molt.py molt.elf; make gdb does that. docs/build.md.
"""
import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import memblock  # noqa: E402  (its folder was named just now)
import page  # noqa: E402
import zones  # noqa: E402
from kernel import Kernel, Unknown, has  # noqa: E402


def stages(kernel):
    """The stages that were reached, with what was recorded of each."""
    names = kernel.strings("stage_names")
    recorded = kernel.variable("records") if has("records") else None
    free = names and kernel.strings("ledger_names").index("free")
    yield f"{'stage':10}" + (f"{'instret':>15}{'free':>15}" if recorded else "")
    for number in range(kernel.stage() + 1):
        line = f"{names[number]:10}"
        if recorded:
            line += (f"{int(recorded[number]['instret']):15}"
                     f"{int(recorded[number]['bytes'][free]):15}")
        yield line
    yield f"now: {names[kernel.stage()]}, " + (
        "translated" if kernel.translated() else "at physical addresses")


def address_in(expression):
    """What the user has typed for an address."""
    try:
        return int(gdb.parse_and_eval(f"(unsigned long)({expression})"))
    except gdb.MemoryError:
        raise
    except gdb.error as reason:
        raise gdb.GdbError(f"molt page {expression}: {reason}") from reason


class Molt(gdb.Command):
    """What the kernel knows of its memory:

molt stages     the stages of boot that were reached, with instructions and free bytes
molt memblock   RAM, and what of it is taken, while memblock is there
molt zones      each zone, counted from its metadata
molt page ADDR  a page's state: zone, block, order, owner; ADDR is physical, or the kernel's
molt help       this text"""

    def __init__(self, path):
        super().__init__("molt", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION, prefix=False)
        self.path = path

    def invoke(self, argument, from_tty):
        word, _, rest = argument.partition(" ")
        try:
            lines = self.lines(word, rest.strip())
            print("\n".join(lines))
        except Unknown as reason:
            print(f"molt: {reason}")
        except gdb.MemoryError as reason:
            print(f"molt: this cannot be read now: {reason}")

    def lines(self, word, rest):
        if word in ("", "help"):
            return [self.__doc__]
        if word not in ("stages", "memblock", "zones", "page") or bool(rest) != (word == "page"):
            raise gdb.GdbError("molt stages | memblock | zones | page ADDR | help")
        if not gdb.selected_thread():
            raise Unknown("no machine is connected")
        kernel = Kernel(self.path)
        if word == "page":
            return list(page.describe(kernel, address_in(rest)))
        tables = {"stages": stages, "memblock": memblock.table, "zones": zones.table}
        return list(tables[word](kernel))


def install():
    """Once the ELF is known: its symbols a second time, where it runs before satp is set."""
    path = gdb.current_progspace().filename
    if not path:
        raise gdb.GdbError("name molt.elf first: gdb-multiarch -x scripts/gdb/molt.py molt.elf")
    kernel = Kernel(path)
    gdb.execute(f"add-symbol-file {path} -o {kernel.to_phys:#x}", to_string=True)
    Molt(path)


gdb.execute("set confirm off")
gdb.execute("set pagination off")
install()
