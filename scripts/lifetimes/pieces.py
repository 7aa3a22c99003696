# SPDX-License-Identifier: BSD-2-Clause
"""Whether all that an object defines lies where its class does.

A class is a prefix to names of sections. A flag that is forgotten, or LTO, which makes its
sections when it links, would move a file's content out of its class without a sound.
"""
from collections import defaultdict

from lifetimes.classes import section_class
from lifetimes.elf64 import SECTION, SHF_ALLOC, SHF_TLS, WEAK
from lifetimes.source import short


def complaints(objects, classes, linked, bounds):
    """What is not in its place, a line each; `classes`: {path of an object: its class}."""
    machine_code = {file.path for file in objects.files}
    for path, life in classes.items():
        if life != "resident" and path not in machine_code:
            yield f"{short(path)} is class {life} and is no machine code: it has no sections yet"
    places = Places(linked)
    for file in objects.files:
        life = classes.get(file.path, "resident")
        yield from unclassed(file, life, bounds)
        yield from astray(file, places, objects, bounds)


def unclassed(file, life, bounds):
    """Sections of a class file that do not carry a class."""
    for section in file.sections:
        if section.name.startswith(".gnu.lto_") and life != "resident":
            yield f"{short(file.path)} is class {life} and holds code for LTO, which has no class"
            return
        if (life != "resident" and section.flags & SHF_ALLOC and section.size
                and bounds.of_section(section.name) == "resident"
                and section_class(section.name) == "resident"
                and not section.name.startswith(".exit")):
            yield (f"{short(file.path)} is class {life}, and its section {section.name} is not: "
                   "scripts/apply_class.sh has not seen it")


class Places:
    """Where the linked kernel has the symbols of a file."""

    def __init__(self, linked):
        self._globals, self._locals = linked.globals, defaultdict(list)
        for symbol in linked.symbols:
            if (not symbol.bind and symbol.name and 0 < symbol.place < len(linked.sections)
                    and linked.sections[symbol.place].flags & SHF_ALLOC):
                self._locals[symbol.file, symbol.name].append(symbol)

    def is_weak(self, symbol):
        """Whether no strong one has taken a weak symbol's place, be it LTO's."""
        return symbol.name in self._globals and self._globals[symbol.name].bind == WEAK

    def of(self, symbol):
        if symbol.bind:
            found = self._globals.get(symbol.name)
            return [found] if found else []
        return self._locals[symbol.file, symbol.name]


def is_place(symbol):
    """Whether a local symbol's name and file say which it is: not so the assembler's own."""
    return symbol.name and symbol.name[0] != "$" and symbol.name != ".L0 " and \
        (symbol.file or symbol.name[0] != ".")


def astray(file, places, objects, bounds):
    """Symbols of an object that are linked outside of the class of their section."""
    wanted = defaultdict(set)
    for symbol in file.symbols:
        section = file.sections[symbol.place] if 0 < symbol.place < len(file.sections) else None
        # The template of per-hart variables is one piece, and symbols count from its begin.
        if (section and section.flags & (SHF_ALLOC | SHF_TLS) == SHF_ALLOC
                and symbol.kind != SECTION and (symbol.bind or is_place(symbol))
                and (symbol.bind != WEAK or places.is_weak(symbol) and objects.has(file, symbol))):
            for place in places.of(symbol):
                wanted[symbol.name, place.value].add(bounds.of_section(section.name))
    for (name, address), lives in wanted.items():
        found = bounds.of(address)
        # The linker makes one of equal strings, as long as they stay or go together. A label at
        # an end of its section may be the begin of what is next.
        if found not in lives and not (name.startswith(".") and (
                any(bounds.stays(life) != (address in bounds.window) for life in lives)
                or bounds.of(address - 1) in lives)):
            yield (f"{short(file.path)}: {name} is {' or '.join(sorted(lives))}, and is linked "
                   f"among what is {found or 'outside the image'} ({address:#x})")
