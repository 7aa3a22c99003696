# SPDX-License-Identifier: BSD-2-Clause
"""References from a longer life to a shorter one, as two witnesses tell of them.

The linked kernel tells what lies where, whatever the compiler and the linker made of it.
Each object tells what the linker left out, and which string it meant where the linker made
one of several (docs/adr/0012-two-witnesses.md).
"""
from collections import namedtuple

from lifetimes import elf64
from lifetimes.classes import MAY_REFER_TO
from lifetimes.relocations import naming

# One end: in `elf`, at `address` of `section` (of an object: an offset; None: another file).
# `symbol` is what it belongs to, None for strings and the compiler's own tables.
End = namedtuple("End", "life elf section address symbol")
Reference = namedtuple("Reference", "holder target")


def section_of(elf, address):
    """The section of a linked file that holds `address`, or None."""
    for section in elf.allocated:
        if section.address <= address < section.address + section.size:
            return section
    return None


def linked_end(elf, life, address, named=None):
    """The End at an address; `named` is the symbol that a relocation has for it."""
    section = section_of(elf, address)
    symbol = elf.symbol_at(section, address) if section else None
    return End(life, elf, section, address, named if named and elf64.bound(named) else symbol)


def in_linked(elf, bounds, objects):
    """The References of a linked kernel that MAY_REFER_TO does not allow."""
    for relocation in naming(elf):
        if objects.is_edge(relocation.symbol):
            continue
        place, at = relocation.section.address + relocation.offset, aim(elf, relocation)
        lives = bounds.of_holder(place), bounds.of(at)
        if lives[1] is None or lives[0] is None or lives[1] in MAY_REFER_TO[lives[0]]:
            continue
        reference = Reference(linked_end(elf, lives[0], place),
                              linked_end(elf, lives[1], at, relocation.symbol))
        if not (is_shared(reference.target) and bounds.same_home(place, at)):
            yield reference


def to_nothing(elf, bounds):
    """The Ends that refer to what the linker script has discarded: ld refuses to link them, lld
    has them refer to address 0."""
    for relocation in naming(elf):
        if not relocation.symbol.place and not relocation.symbol.name:
            place = relocation.section.address + relocation.offset
            yield linked_end(elf, bounds.of_holder(place), place)


def aim(elf, relocation):
    """The address of what a relocation means: of an array's end, which may be another's begin,
    the array; of a table's end, the table."""
    symbol = relocation.symbol
    if symbol.name.startswith("__stop_"):
        symbol = elf.globals.get("__start_" + symbol.name[len("__stop_"):], symbol)
    return symbol.value + min(max(relocation.addend, 0), symbol.size - 1) if symbol.size \
        else symbol.value + relocation.addend


def is_shared(end):
    """Whether the linker may have put it into another's place: constants without a name."""
    return bool(not end.symbol and end.section and not end.section.flags & elf64.SHF_EXEC)


class Objects:
    """All objects of a kernel that are machine code; what is for LTO is only in the kernel."""

    def __init__(self, paths, linked, bounds):
        self._linked, self._bounds = linked, bounds
        self.files = [elf64.File(path) for path in paths if is_elf(path)]
        self._definitions = {}
        for file in self.files:
            for name, symbol in file.globals.items():
                # A strong definition has the word over a weak one.
                if name not in self._definitions or symbol.bind == 1:
                    self._definitions[name] = file, symbol

    def has(self, file, symbol):
        """Whether a global symbol is that file's, and not another's of the same name."""
        return self._definitions[symbol.name][0] is file

    def is_edge(self, symbol):
        """Whether the linker script sets it, not a label that has such a name."""
        return elf64.edge(symbol) and symbol.bind and symbol.name not in self._definitions

    def references(self):
        """Their References that MAY_REFER_TO does not allow."""
        for file in self.files:
            lives = [self._bounds.of_section(s.name) for s in file.sections]
            for relocation in naming(file):
                section = relocation.section
                life = "resident" if section.flags & elf64.SHF_TLS else lives[section.index]
                if life == "init" or self.is_edge(relocation.symbol):
                    continue
                end = self._target(file, lives, relocation)
                if end and end.life not in MAY_REFER_TO[life]:
                    holder = End(life, file, section, relocation.offset,
                                 file.symbol_at(section, relocation.offset))
                    yield Reference(holder, end)

    def _target(self, file, lives, relocation):
        symbol = relocation.symbol
        if symbol.place == elf64.SHN_UNDEF or symbol.bind == elf64.WEAK:
            found = self._definitions.get(symbol.name)
            if not found:
                return self._linked_target(symbol)
            if found[0] is not file:
                file, symbol = found
                lives = {symbol.place: self._bounds.of_section(file.sections[symbol.place].name)} \
                    if symbol.place < len(file.sections) else {}
        if symbol.place >= len(file.sections) or \
                not file.sections[symbol.place].flags & elf64.SHF_ALLOC:
            return None
        section = file.sections[symbol.place]
        address = aim(file, relocation._replace(symbol=symbol))
        return End(lives[symbol.place], file, section, address,
                   symbol if elf64.bound(symbol) else file.symbol_at(section, address))

    def _linked_target(self, symbol):
        """What the linker script, a library or LTO defines."""
        found = self._linked.globals.get(symbol.name)
        life = found and self._bounds.of(found.value)
        return life and linked_end(self._linked, life, found.value, found)


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"
