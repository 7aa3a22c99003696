# SPDX-License-Identifier: BSD-2-Clause
"""ELF files as the checker needs them: whole tables at once, for it runs at every link."""
import struct
from bisect import bisect_right
from collections import namedtuple
from functools import cached_property

from elftools.common.exceptions import ELFError

SHF_ALLOC, SHF_EXEC, SHF_TLS = 0x2, 0x4, 0x400
SHT_SYMTAB, SHT_RELA, SHT_NOBITS = 2, 4, 8
OTHER_TABLES = frozenset((9, 19, 0x40000014))  # REL, RELR, CREL
SHN_UNDEF, SHN_ABS = 0, 0xfff1
NOTYPE, OBJECT, FUNC, SECTION, FILE, TLS = 0, 1, 2, 3, 4, 6
WEAK = 2  # of what binds a symbol
EM_RISCV = 243

Section = namedtuple("Section", "index name kind flags address offset size link info")
# `place`: the index of its section. `file`: for a local symbol, the source that it is from.
Symbol = namedtuple("Symbol", "name kind bind place value size file")
# In section `section`, `offset` from its begin.
Relocation = namedtuple("Relocation", "section offset kind symbol addend")


class File:
    """An ELF file of RV64; ValueError, with its path, where it is none or is damaged."""

    def __init__(self, path):
        self.path = str(path)
        with open(path, "rb") as file:
            self.data = file.read()
        try:
            self._read_header()
            self.symbols = self._read_symbols()
        except (ELFError, struct.error, IndexError, UnicodeDecodeError) as error:
            raise ValueError(f"{path} is no whole ELF file: {error!r}") from error

    def _read_header(self):
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ELFError("no little-endian ELF of 64 bits")
        kind, self.machine = struct.unpack_from("<HH", self.data, 16)
        self.relocatable = kind == 1
        if self.machine != EM_RISCV:
            raise ELFError(f"machine {self.machine} is not RISC-V")
        start, = struct.unpack_from("<Q", self.data, 40)
        size, count, names = struct.unpack_from("<HHH", self.data, 58)
        if not count or size != 64:
            raise ELFError("no section headers")
        raw = [struct.unpack_from("<IIQQQQIIQQ", self.data, start + 64 * index)
               for index in range(count)]
        table = self._bytes(raw[names][4], raw[names][5])
        self.sections = [Section(index, text(table, s[0]), s[1], s[2], s[3], s[4], s[5], s[6], s[7])
                         for index, s in enumerate(raw)]

    def _bytes(self, offset, size):
        if offset + size > len(self.data):
            raise ELFError(f"it ends before byte {offset + size}")
        return self.data[offset:offset + size]

    def contents(self, section):
        """The bytes that are stored of a section: none of one that is all zeros."""
        return b"" if section.kind == SHT_NOBITS else self._bytes(section.offset, section.size)

    def _read_symbols(self):
        tables = [s for s in self.sections if s.kind == SHT_SYMTAB]
        if not tables:
            raise ELFError("no symbol table")
        names, symbols, file = self.contents(self.sections[tables[0].link]), [], ""
        for name, info, _, place, value, size in struct.iter_unpack(
                "<IBBHQQ", self.contents(tables[0])):
            name = text(names, name)
            if info & 15 == FILE:
                file = name
            symbols.append(Symbol(name, info & 15, info >> 4, place, value, size,
                                  "" if info >> 4 else file))
        return symbols

    def relocations(self):
        """All relocations of sections that are loaded."""
        for table in self.sections:
            if table.kind in OTHER_TABLES:
                raise ValueError(f"{self.path}: {table.name} holds relocations that RISC-V has not")
            if table.kind != SHT_RELA or not self.sections[table.info].flags & SHF_ALLOC:
                continue
            section = self.sections[table.info]
            base = 0 if self.relocatable else section.address
            for offset, info, addend in struct.iter_unpack("<QQq", self.contents(table)):
                yield Relocation(section, offset - base, info & 0xffffffff,
                                 self.symbols[info >> 32], addend)

    @cached_property
    def allocated(self):
        """The sections that are loaded, by address."""
        return sorted((s for s in self.sections if s.flags & SHF_ALLOC and s.size),
                      key=lambda s: s.address)

    @cached_property
    def globals(self):
        """{name: Symbol} of those that other files see and that are defined here."""
        found = {}
        for symbol in self.symbols:
            if symbol.bind and symbol.place != SHN_UNDEF:
                found[symbol.name] = symbol
        return found

    @cached_property
    def template(self):
        """Where the per-hart areas' template is linked."""
        return min((s.address for s in self.sections if s.flags & SHF_TLS), default=0)

    @cached_property
    def _named(self):
        """{section index: its symbols that have a name in the source, by address}"""
        named = {}
        for symbol in self.symbols:
            if (symbol.kind in (NOTYPE, OBJECT, FUNC, TLS) and symbol.name
                    and 0 < symbol.place < len(self.sections)
                    and symbol.name[0] not in ".$" and not bound(symbol)):
                # In a linked file those of per-hart variables count from the template's begin.
                if symbol.kind == TLS:
                    symbol = symbol._replace(value=self.template + symbol.value)
                named.setdefault(symbol.place, []).append(symbol)
        for symbols in named.values():
            # Of several at a place the last wins: functions and objects, and of these globals.
            symbols.sort(key=lambda s: (s.value, s.kind != NOTYPE, s.size, s.bind))
        return {place: ([s.value for s in symbols], symbols) for place, symbols in named.items()}

    def symbol_at(self, section, address):
        """What `address` (in an object: the offset) in a section belongs to, or None.

        Labels of assembly have no size: they reach to the next, in code.
        """
        values, symbols = self._named.get(section.index, ((), ()))
        for index in range(bisect_right(values, address) - 1, -1, -1):
            symbol = symbols[index]
            if address < symbol.value + symbol.size:
                return symbol
            if not symbol.size and (section.flags & SHF_EXEC or address == symbol.value):
                return symbol
            if symbol.size:
                break
        return None

    def named_symbols(self):
        """The symbols of all sections that have a name in the source."""
        return [symbol for _, symbols in self._named.values() for symbol in symbols]


def edge(symbol):
    """Whether it is an edge that the linker script sets: an address, nothing is read there."""
    return symbol.name.startswith("__") and symbol.name.endswith(("_begin", "_end")) and \
        not symbol.size


def bound(symbol):
    """Whether it is an edge, or an end of a table."""
    return edge(symbol) or symbol.name.startswith(("__start_", "__stop_"))


def text(table, offset):
    """The string in a table of strings."""
    return table[offset:table.index(b"\0", offset)].decode() if offset < len(table) else ""
