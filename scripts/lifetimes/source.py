# SPDX-License-Identifier: BSD-2-Clause
"""Functions, files and lines of what is to be reported; DWARF is read for that alone."""
import os
import re
import subprocess
import tempfile
from collections import defaultdict, namedtuple
from contextlib import contextmanager

from elftools.elf.elffile import ELFFile

from lifetimes import settle
from lifetimes.elf64 import SHF_EXEC
from lifetimes.relocations import naming, target

# A function that an instruction is of, from the innermost that was inlined outwards.
Frame = namedtuple("Frame", "function file line")
FRAME = re.compile(r"(.*):(\d+|\?)(?: \(.*\))?$")


def is_code(end):
    return bool(end.section and end.section.flags & SHF_EXEC)


class Source:
    def __init__(self, addr2line):
        self._tool = addr2line
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
            place = self._variable(end) or (not end.elf.relocatable and self._user(end))
            if place:
                return place
        if end.elf.relocatable:
            return f"{short(end.elf.path)}({end.section.name})"
        file = end.symbol and end.symbol.file
        return file or (f"{end.section.name}+{end.address - end.section.address:#x}"
                        if end.section else "the linker script")

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
        done = subprocess.run(command, input="".join(f"{a:#x}\n" for a in addresses), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
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
        if not end.symbol:
            return None
        if end.elf.path not in self._variables:
            with self._readable(end.elf) as path:
                self._variables[end.elf.path] = dict(variables(path))
        base = settle.address(end.section) if end.elf.relocatable else 0
        return self._variables[end.elf.path].get(base + end.symbol.value)

    def _user(self, end):
        """file:line of the code that uses a constant or table without a name."""
        path = end.elf.path
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
    """(address, file:line) of each variable that DWARF tells of."""
    with open(path, "rb") as file:
        elf = ELFFile(file)
        if not elf.has_dwarf_info():
            return
        dwarf = elf.get_dwarf_info(relocate_dwarf_sections=False)
        for unit in dwarf.iter_CUs():
            lines = dwarf.line_program_for_CU(unit)
            for die in unit.iter_DIEs():
                where = die.attributes.get("DW_AT_location")
                if die.tag != "DW_TAG_variable" or not where or where.form != "DW_FORM_exprloc":
                    continue
                address = static_address(dwarf, unit, bytes(where.value))
                declared = declaration(die)
                if address and declared and lines:
                    name = file_name(lines.header, declared[0])
                    yield address, f"{name}:{declared[1]}"


def static_address(dwarf, unit, expression):
    """The address in DW_OP_addr or DW_OP_addrx."""
    if len(expression) == 9 and expression[0] == 0x03:
        return int.from_bytes(expression[1:], "little")
    if len(expression) >= 2 and expression[0] == 0xa1:
        index = sum((byte & 0x7f) << 7 * place for place, byte in enumerate(expression[1:]))
        return dwarf.get_addr(unit, index)
    return None


def declaration(die):
    """(file, line) of a variable; what it leaves out, the declaration that it completes has."""
    found = {}
    while die and len(found) < 2:
        for which in ("DW_AT_decl_file", "DW_AT_decl_line"):
            if which in die.attributes:
                found.setdefault(which, die.attributes[which].value)
        link = next((name for name in ("DW_AT_specification", "DW_AT_abstract_origin")
                     if name in die.attributes), None)
        die = link and die.get_DIE_from_attribute(link)
    return tuple(found[name] for name in sorted(found)) if len(found) == 2 else None


def file_name(header, number):
    index = number if header["version"] >= 5 else number - 1
    if not 0 <= index < len(header["file_entry"]):
        return "?"
    entry = header["file_entry"][index]
    folders, name = header["include_directory"], entry.name.decode()
    index = entry.dir_index if header["version"] >= 5 else entry.dir_index - 1
    folder = folders[index] if 0 <= index < len(folders) else b""
    return short(os.path.join(folder.decode(), name))


def short(path):
    """A path as it is told: from the folder that make runs in."""
    here = os.path.relpath(path)
    return path if here.startswith("..") else here
