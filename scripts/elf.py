# SPDX-License-Identifier: BSD-2-Clause
"""A built kernel as the linker left it: bounds, input sections, and what each byte is."""
import os
import re
from collections import namedtuple

from elftools.elf.elffile import ELFFile

# An input section: in output section `output`, from `object` (a path under the build folder).
Section = namedtuple("Section", "output name address size object")

# Named bytes: a symbol, or what has none: an object's strings. Twins of a name in one
# object (statics of several functions) are one item. `sections`: where they came from.
Item = namedtuple("Item", "name object lifetime bytes sections")

INPUT = re.compile(r"^ (?!\*)(\S+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S.*))?$")
PLACE = re.compile(r"^\s{10,}0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S.*)$")
OUTPUT = re.compile(r"^(\.\S+|/DISCARD/)")

# lld's map: address, load address, size, alignment, and in columns output, input, symbol.
LLD_HEADING = re.compile(r"^ +VMA +LMA +Size")
LLD_OUTPUT = re.compile(r"^ *[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +\d+ (\.\S+)$")
LLD_INPUT = re.compile(r"^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ {9}(\S+):\((\S+)\)$")


def lifetime(section_name):
    """The class that a section's name carries: init, memblock, meminit or resident."""
    found = re.match(r"\.(init|memblock|meminit)", section_name)
    return found[1] if found else "resident"


def _object(path, folder):
    """`path` under the build folder; archive members by the archive's own name; LTO's as one."""
    if re.search(r"\.ltrans\d*\.|\.lto\.o$|^lto\.tmp$", path):
        return "lto.o"
    return os.path.relpath(path, folder) if path.startswith(folder + "/") \
        else os.path.basename(path)


def _read_lld_map(lines, folder):
    """The input sections that lld has placed."""
    output = ""
    for line in lines:
        if found := LLD_OUTPUT.match(line):
            output = found[1]
        elif found := LLD_INPUT.match(line):
            address, size, path, name = found.groups()
            path = os.path.abspath(path) if os.path.exists(path) else path
            yield _section(output, name, (address, size, path), folder)


def _read_map(path, folder):
    """All input sections of a link map: those that were placed, and those left out; of the
    latter lld tells nothing."""
    placed, left_out, into, output, name = [], [], None, "", ""
    lines = path.read_text(encoding="utf-8").splitlines()
    if lines and LLD_HEADING.match(lines[0]):
        return list(_read_lld_map(lines, folder)), []
    for line in lines:
        if line.startswith("Discarded input sections"):
            into = left_out
        elif line.startswith("Linker script and memory map"):
            into = placed
        elif into is None:
            continue
        elif found := OUTPUT.match(line):
            output = found[1]
        elif found := INPUT.match(line):
            name = found[1]
            if found[2]:
                into.append(_section(output, name, found.groups()[1:], folder))
        elif name and (found := PLACE.match(line)):
            into.append(_section(output, name, found.groups(), folder))
            name = ""
    return placed, left_out


def _section(output, name, place, folder):
    address, size, path = place
    return Section(output, name, int(address, 16), int(size, 16), _object(path, folder))


def _settle(sections):
    """The sections that have bytes, by address.

    ld lists a section of strings that were all merged into others with its old size, at
    the address of the section that really comes next: its bytes do not count.
    """
    settled = []
    for section in sorted((s for s in sections if s.size), key=lambda s: s.address):
        if settled and settled[-1].address + settled[-1].size > section.address:
            last = settled.pop()
            if section.address > last.address:
                settled.append(last._replace(size=section.address - last.address))
        settled.append(section)
    return settled


class Kernel:
    """`folder`/molt.elf with its map; ValueError or OSError where they cannot be read."""

    def __init__(self, folder):
        self.folder = folder
        with open(folder / "molt.elf", "rb") as file:
            elf = ELFFile(file)
            self._alloc = {s.name: s["sh_size"] for s in elf.iter_sections()
                           if s["sh_flags"] & 2}
            symbols = list(elf.get_section_by_name(".symtab").iter_symbols())
        self._bounds = {s.name: s["st_value"] for s in symbols if s.name.startswith("__")}
        self._symbols = sorted(
            {(s["st_value"], s["st_size"]): s.name for s in symbols
             if s["st_size"] and s["st_info"]["type"] in ("STT_FUNC", "STT_OBJECT", "STT_NOTYPE")
             }.items())
        placed, left_out = _read_map(folder / "molt.map", str(folder))
        self.sections = _settle(s for s in placed if s.output in self._alloc)
        self.left_out = {(s.object, s.name) for s in left_out}
        if not self.sections:
            raise ValueError(f"{folder}/molt.map names no input section")

    def bounds(self, name):
        """[begin, end) of `name`, as include/molt/sections.h has it."""
        return self._bounds[f"__{name}_begin"], self._bounds[f"__{name}_end"]

    def span(self, name):
        begin, end = self.bounds(name)
        return end - begin

    def within(self, section, name):
        """Whether all of an input section lies between the bounds of `name`."""
        begin, end = self.bounds(name)
        return begin <= section.address and section.address + section.size <= end

    def resident(self):
        """The input sections that stay when the init window is gone."""
        begin, end = self.bounds("text")[0], self.bounds("data")[1]
        return [s for s in self.sections if begin <= s.address < end]

    def resident_bytes(self):
        """What the resident sections hold, before they are rounded up to pages."""
        return sum(self._alloc[name] for name in (".text", ".rodata", ".data"))

    def edges(self):
        """Bytes between the last of each part of the image and the page behind it.

        The zeros of the window begin on a page of their own: `init_data` ends before them.
        """
        bounds = {part: self.bounds(part) for part in (
            "text", "rodata", "data", "init_text", "init_rodata", "init_data", "init_bss")}
        bounds["init_data"] = bounds["init_data"][0], bounds["init_bss"][0]
        bounds["init_bss"] = bounds["init_bss"][0], self.bounds("init")[1]
        return {part: end - max([begin, *(s.address + s.size for s in self.sections
                                          if begin <= s.address < end)])
                for part, (begin, end) in bounds.items()}

    def names(self, sections):
        """(section, [(name, bytes)]) of each, by address."""
        symbols = iter(self._symbols)
        ahead = next(symbols, None)
        for section in sections:
            inside = []
            while ahead and ahead[0][0] < section.address + section.size:
                if ahead[0][0] >= section.address:
                    inside.append(ahead)
                ahead = next(symbols, None)
            yield section, list(_named(section, inside))

    def resident_items(self):
        """The named bytes of the resident part: {(name, object): Item}."""
        items = {}
        for section, names in self.names(self.resident()):
            for name, size in names:
                key = (name, section.object)
                old = items.get(key, Item(*key, lifetime(section.name), 0, ()))
                items[key] = old._replace(bytes=old.bytes + size,
                                          sections=old.sections + (section.name,))
        return items


def _named(section, symbols):
    """(name, bytes) of each symbol that begins in a section; aliases once."""
    end = 0
    for (address, size), name in symbols:
        if address >= end:
            # The compiler numbers statics anew whenever the file changes.
            yield re.sub(r"\.\d+$", "", name), size
            end = address + size
    if not symbols:
        yield "(strings)" if ".str" in section.name else section.name, section.size
