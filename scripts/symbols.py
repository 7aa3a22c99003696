#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Names of all that a kernel's image holds, also of what boot sheds: molt.symbols.

symbols.py ELF  write them: which build, where the image lies, then for each name
                address, bytes, class, t for code or d for data, name
"""
import bisect
import re
import sys
from collections import namedtuple

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

Symbol = namedtuple("Symbol", "address size life kind name")
Names = namedtuple("Names", "build begin end symbols")

PARTS = ("text", "rodata", "data", "bss")
# The compiler's own labels, and the linker script's bounds.
NO_NAME = re.compile(r"[.$]|$|__\w+_(begin|end)$")


def build_of(elf, bounds):
    """The build as a panic prints it."""
    place = bounds["__build_id"]
    for segment in elf.iter_segments():
        if segment["p_type"] == "PT_LOAD" and 0 <= place - segment["p_vaddr"] < segment["p_filesz"]:
            at = place - segment["p_vaddr"]
            return int.from_bytes(segment.data()[at:at + 8], "little")
    raise ValueError("it has no build id")


def read_elf(file):
    """Names of a linked kernel."""
    elf = ELFFile(file)
    symbols = list(elf.get_section_by_name(".symtab").iter_symbols())
    bounds = {s.name: s["st_value"] for s in symbols if s.name.startswith("__")}
    begin, end = bounds["__image_begin"], bounds["__image_end"]
    lives = [(bounds[f"__{life}_{part}_begin"], bounds[f"__{life}_{part}_end"], life)
             for life in ("memblock", "meminit") for part in PARTS]
    lives += [(bounds["__init_begin"], bounds["__init_end"], "init"), (begin, end, "resident")]
    best = {}
    for symbol in symbols:
        info, place = symbol["st_info"], symbol["st_value"]
        if info["type"] == "STT_TLS" or not begin <= place < end or NO_NAME.match(symbol.name):
            continue
        section = elf.get_section(symbol["st_shndx"]) \
            if isinstance(symbol["st_shndx"], int) else None
        code = section is not None and bool(section["sh_flags"] & 4)
        rank = (info["type"] not in ("STT_FUNC", "STT_OBJECT"), -symbol["st_size"],
                info["bind"] != "STB_GLOBAL", symbol.name)
        life = next(life for low, high, life in lives if low <= place < high)
        named = Symbol(place, symbol["st_size"], life, "t" if code else "d", symbol.name)
        best[place] = min((rank, named), best.get(place, (rank, named)))
    return Names(build_of(elf, bounds), begin, end,
                 [named for _, (_, named) in sorted(best.items())])


def write(names, file):
    file.write(f"build {names.build:016x}\nimage {names.begin:016x} {names.end:016x}\n")
    for symbol in names.symbols:
        file.write("{:016x} {} {} {} {}\n".format(*symbol))


def read(file):
    """Names as write() left them; ValueError where it is something else."""
    head = file.readline().split(), file.readline().split()
    if [words[:1] for words in head] != [["build"], ["image"]] or len(head[1]) != 3:
        raise ValueError("not a list of symbols")
    symbols = []
    for line in file:
        address, size, life, kind, name = line.split()
        symbols.append(Symbol(int(address, 16), int(size), life, kind, name))
    return Names(int(head[0][1], 16), int(head[1][1], 16), int(head[1][2], 16), symbols)


def symbol_at(names, address):
    """The symbol that `address` lies in, or the last one before; None where there is none."""
    index = bisect.bisect_right(names.symbols, (address + 1,)) - 1
    return names.symbols[index] if index >= 0 and address < names.end else None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], "rb") as file:
            names = read_elf(file)
    except (OSError, ELFError, KeyError, ValueError) as error:
        sys.exit(f"symbols: {sys.argv[1]}: {error!r}")
    write(names, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
