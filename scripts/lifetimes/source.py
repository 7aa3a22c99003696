# SPDX-License-Identifier: BSD-2-Clause
"""Functions, files and lines of what is to be reported; DWARF is read for that alone."""
import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict, namedtuple
from contextlib import contextmanager

from elftools.construct import Array
from elftools.elf.elffile import ELFFile

from lifetimes import settle
from lifetimes.declared import plain
from lifetimes.elf64 import SHF_EXEC
from lifetimes.relocations import naming, target

# Debian's name has the version; elsewhere there is one only.
ADDR2LINE = "llvm-addr2line-14" if shutil.which("llvm-addr2line-14") else "llvm-addr2line"

# A function that an instruction is of, from the innermost that was inlined outwards.
Frame = namedtuple("Frame", "function file line")
FRAME = re.compile(r"(.*):(\d+|\?)(?: \(.*\))?$")


def is_code(end):
    return bool(end.section and end.section.flags & SHF_EXEC)


def is_extable(end):
    """Whether an end is of the exception table: its entries have no names."""
    if end.elf.relocatable or not end.section:
        return bool(end.section) and end.section.name.startswith("__ex_table")
    begin, stop = (end.elf.globals.get(f"__ex_table_{edge}") for edge in ("begin", "end"))
    return bool(begin and stop) and begin.value <= end.address < stop.value


class Source:
    """Asks `addr2line`, a tool of the compiler's family; `objects` are what was linked."""

    def __init__(self, addr2line, objects=()):
        self._tool, self.objects = addr2line, objects
        self._frames, self._variables, self._users = {}, {}, {}

    def learn(self, ends):
        """Look up the code among `ends`, all of a file at a time."""
        wanted = defaultdict(set)
        for end in ends:
            if is_code(end) and self._key(end) not in self._frames:
                wanted[end.elf].add(self._key(end)[1])
        for elf, addresses in wanted.items():
            with self._readable(elf) as path:
                self._ask(elf.path, path, sorted(addresses))

    def frames(self, end):
        """The Frames of an end in code, [] where nothing is known."""
        self.learn([end])
        return self._frames.get(self._key(end), [])

    def place(self, end):
        """`file:line` of an end; where no line is known, its object or section."""
        if is_code(end):
            for frame in self.frames(end):
                if frame.line:
                    return f"{frame.file}:{frame.line}"
        elif end.section:
            place = self._variable(end) if end.symbol else self._user(end)
            if place:
                return place
        if end.elf.relocatable:
            return f"{short(end.elf.path)}({end.section.name})"
        return (end.symbol and self._object(end.symbol)) or "the linker script"

    def file(self, end):
        """The file of a variable or constant; None where no line is known."""
        place = end.section and (self._variable(end) if end.symbol else self._user(end))
        return place.rpartition(":")[0] if place else None

    def _object(self, symbol):
        """The object and section that a symbol is from."""
        for file in self.objects:
            for other in file.symbols:
                if ((other.name, other.bind) == (symbol.name, symbol.bind)
                        and other.file in ("", symbol.file)
                        and 0 < other.place < len(file.sections)):
                    return f"{short(file.path)}({file.sections[other.place].name})"
        return None

    @staticmethod
    def _key(end):
        base = settle.address(end.section) if end.elf.relocatable else 0
        return end.elf.path, base + end.address

    @staticmethod
    @contextmanager
    def _readable(elf):
        """The path of a file whose DWARF can be read."""
        if not elf.relocatable:
            yield elf.path
            return
        with tempfile.NamedTemporaryFile(suffix=".elf") as file:
            file.write(settle.settle(elf))
            file.flush()
            yield file.name

    def _ask(self, name, path, addresses):
        command = [self._tool, "-a", "-f", "-i", "-e", path]
        try:
            done = subprocess.run(command, input="".join(f"{a:#x}\n" for a in addresses), text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        except FileNotFoundError as error:
            raise OSError(f"{self._tool} is missing: ./bootstrap installs it") from error
        if done.returncode:
            raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
        frames, function = None, ""
        for line in done.stdout.splitlines():
            found = FRAME.match(line)
            if re.fullmatch(r"0x[0-9a-f]+", line):
                frames, function = self._frames.setdefault((name, int(line, 16)), []), ""
            elif found and function:
                number = int(found[2]) if found[2].isdigit() else 0
                frames.append(Frame(function, short(found[1]), number))
                function = ""
            else:
                function = line

    def _variable(self, end):
        """file:line of the variable that an end in data belongs to."""
        if end.elf.path not in self._variables:
            with self._readable(end.elf) as path:
                self._variables[end.elf.path] = dict(variables(path))
        base = settle.address(end.section) if end.elf.relocatable else 0
        known = self._variables[end.elf.path]
        return known.get(base + end.symbol.value) or known.get(plain(end.symbol.name))

    def _user(self, end):
        """file:line of the code that uses a constant or table without a name."""
        path = end.elf.path
        if end.elf.relocatable or is_extable(end):
            return None
        if path not in self._users:
            self._users[path] = {}
            for relocation in naming(end.elf):
                if relocation.section.flags & SHF_EXEC:
                    self._users[path].setdefault(target(relocation), relocation)
        # Up to the table's begin, which is what the code names.
        for address in range(end.address, max(end.section.address, end.address - 4096) - 1, -1):
            user = self._users[path].get(address)
            if user:
                place = end._replace(section=user.section,
                                     address=user.section.address + user.offset)
                return self.place(place)
        return None


def variables(path):
    """(address, file:line) of each variable that DWARF tells of; where it does not say where
    that is, as of per-hart variables, (name, file:line)."""
    with open(path, "rb") as file:
        elf = ELFFile(file)
        if not elf.has_dwarf_info():
            return
        dwarf = elf.get_dwarf_info(relocate_dwarf_sections=False)
        for unit in dwarf.iter_CUs():
            for die in unit.iter_DIEs():
                if die.tag != "DW_TAG_variable" or "DW_AT_declaration" in die.attributes:
                    continue
                place = declaration(die)
                key = static_address(dwarf, die) or name_of(die)
                if key and place:
                    yield key, place


def name_of(die):
    """The name of a variable that has no place in a function's frame."""
    location, name = die.attributes.get("DW_AT_location"), die.attributes.get("DW_AT_name")
    return name.value.decode() if name and (not location or per_hart(location)) else None


def per_hart(location):
    """Whether a location ends in DW_OP_form_tls_address, or GNU's for it."""
    return location.form == "DW_FORM_exprloc" and location.value[-1:] in ([0x9b], [0xe0])


def static_address(dwarf, die):
    """The address of a variable at one: DW_OP_addr or DW_OP_addrx."""
    location = die.attributes.get("DW_AT_location")
    if not location or location.form != "DW_FORM_exprloc" or per_hart(location):
        return None
    expression = bytes(location.value)
    if len(expression) == 9 and expression[0] == 0x03:
        return int.from_bytes(expression[1:], "little")
    if len(expression) >= 2 and expression[0] == 0xa1:
        return dwarf.get_addr(die.cu, uleb128(expression[1:]))
    return None


def uleb128(data):
    """The number that bytes begin with, seven bits in each but the last with its high bit set."""
    value = 0
    for place, byte in enumerate(data):
        value |= (byte & 0x7f) << 7 * place
        if not byte & 0x80:
            break
    return value


def declaration(die):
    """file:line of a variable; what it leaves out, the declaration that it completes has."""
    file = line = None
    while die:
        if line is None and "DW_AT_decl_line" in die.attributes:
            line = die.attributes["DW_AT_decl_line"].value
        if file is None and "DW_AT_decl_file" in die.attributes:
            file = file_name(die.cu, die.attributes["DW_AT_decl_file"].value)
        link = next((name for name in ("DW_AT_specification", "DW_AT_abstract_origin")
                     if name in die.attributes), None)
        die = link and die.get_DIE_from_attribute(link)
    return f"{file}:{line}" if file and line else None


def file_name(unit, number):
    """A file by its number in the line table of a unit."""
    # What clang writes for each file's MD5, and pyelftools 0.29 does not know.
    unit.structs.Dwarf_dw_form.setdefault(
        "DW_FORM_data16", Array(16, unit.structs.Dwarf_uint8("")))
    lines = unit.dwarfinfo.line_program_for_CU(unit)
    if not lines:
        return None
    older = lines.header["version"] < 5
    files, folders = lines.header["file_entry"], lines.header["include_directory"]
    if not 0 <= number - older < len(files):
        return None
    entry = files[number - older]
    folder = folders[entry.dir_index - older] if entry.dir_index >= older else b""
    return short(os.path.join(folder.decode(), entry.name.decode()))


def short(path):
    """A path as it is told: from the folder that make runs in."""
    here = os.path.relpath(path)
    return path if here.startswith("..") else here
