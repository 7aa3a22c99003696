# SPDX-License-Identifier: BSD-2-Clause
"""An object as if it were linked, for tools that read DWARF: each section has an address."""
import struct

from lifetimes.elf64 import SHF_ALLOC, SHT_RELA

# Sections of code and data lie so far apart.
APART = 1 << 24

BYTES = {1: 4, 2: 8, 33: 1, 34: 2, 35: 4, 36: 8, 37: 1, 38: 2, 39: 4, 40: 8, 54: 1, 55: 2, 56: 4}
MINUS = frozenset((37, 38, 39, 40))
SIX = {52: -1, 53: 0}  # SUB6 and SET6: a part of a byte


def address(section):
    """Where a section of an object lies in what settle() makes."""
    return section.index * APART if section.flags & SHF_ALLOC else 0


def settle(elf):
    """The bytes of an executable file with `elf`'s debug sections, relocated."""
    data = bytearray(elf.data)
    struct.pack_into("<H", data, 16, 2)
    start, = struct.unpack_from("<Q", data, 40)
    for section in elf.sections:
        struct.pack_into("<Q", data, start + 64 * section.index + 16, address(section))
        if section.kind == SHT_RELA:
            # It is done, and nobody is to do it again.
            struct.pack_into("<I", data, start + 64 * section.index + 4, 0)
            if not elf.sections[section.info].flags & SHF_ALLOC:
                _apply(elf, data, section)
    return bytes(data)


def _apply(elf, data, table):
    section = elf.sections[table.info]
    for offset, info, addend in struct.iter_unpack("<QQq", elf.contents(table)):
        kind, symbol = info & 0xffffffff, elf.symbols[info >> 32]
        home = elf.sections[symbol.place] if 0 < symbol.place < len(elf.sections) else None
        value = (address(home) if home else 0) + symbol.value + addend
        at = section.offset + offset
        if kind in SIX:
            old = data[at] if SIX[kind] else 0
            data[at] = data[at] & 0xc0 | (old - value if SIX[kind] else value) & 0x3f
        elif kind in BYTES:
            size = BYTES[kind]
            old = int.from_bytes(data[at:at + size], "little") if 33 <= kind <= 40 else 0
            new = old - value if kind in MINUS else old + value
            data[at:at + size] = (new & (1 << 8 * size) - 1).to_bytes(size, "little")
