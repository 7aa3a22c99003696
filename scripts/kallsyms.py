#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Names of functions, for the kernel's own use (lib/kallsyms.c).

kallsyms.py table ELF  write, as assembly, the tables of the functions that ELF has
kallsyms.py keep ELF   the same, for tables that stay when boot is over
kallsyms.py check ELF  fail unless the tables linked into ELF name its functions rightly
"""
import itertools
import re
import struct
import sys
from collections import namedtuple

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

# The functions of `code`, counted from its begin; the table's bounds are __kallsyms_NAME_*.
Table = namedtuple("Table", "name code section")
TABLES = (Table("resident", ".text", ".memblock.kallsyms"),
          Table("init", ".init.text", ".init.kallsyms"))
KEPT = tuple(table._replace(section=f".kallsyms.{table.name}") for table in TABLES)

NAMES_MAX = 1 << 16  # bytes: a u16 says where a name begins
UNIT = 2  # bytes of the shortest instruction: a u16 counts them from one function to the next
DISTANCE_MAX = UNIT * 0xffff

# The compiler's own labels, and the linker script's bounds.
NO_FUNCTION = re.compile(r"[.$]|__\w+_(begin|end)$")


class Kernel:
    def __init__(self, path):
        with open(path, "rb") as file:
            elf = ELFFile(file)
            self.sections = {section.name: (index, section["sh_addr"])
                             for index, section in enumerate(elf.iter_sections())}
            self.segments = [(segment["p_vaddr"], segment.data())
                             for segment in elf.iter_segments() if segment["p_type"] == "PT_LOAD"]
            self.symbols = list(elf.get_section_by_name(".symtab").iter_symbols())

    def functions(self, code):
        """[(offset in section `code`, name)], ascending; of several at a place the best."""
        index, begin = self.sections[code]
        best = {}
        for symbol in self.symbols:
            kind, binding = symbol["st_info"]["type"], symbol["st_info"]["bind"]
            if (symbol["st_shndx"] != index or kind not in ("STT_FUNC", "STT_NOTYPE")
                    or not symbol.name or NO_FUNCTION.match(symbol.name)):
                continue
            rank = (kind != "STT_FUNC", binding != "STB_GLOBAL", symbol.name)
            offset = symbol["st_value"] - begin
            best[offset] = min(rank, best.get(offset, rank))
        return [(offset, rank[-1]) for offset, rank in sorted(best.items())]

    def bytes_between(self, bounds):
        """What is stored from the symbol __start_`bounds` to __stop_`bounds`."""
        begin, end = (next(s["st_value"] for s in self.symbols if s.name == f"__{which}_{bounds}")
                      for which in ("start", "stop"))
        for start, data in self.segments:
            if start <= begin < start + len(data):
                return data[begin - start:end - start]
        raise ValueError(f"{bounds} lies in no segment")

    def linked_table(self, table):
        """The table in the kernel, in the form of functions(), read as lib/kallsyms.c does."""
        data = self.bytes_between(f"kallsyms_{table.name}")
        count, = struct.unpack_from("<H", data)
        starts = itertools.accumulate(struct.unpack_from(f"<{count}H", data, 2))
        places = struct.unpack_from(f"<{count}H", data, 2 + 2 * count)
        text = data[2 + 4 * count:]
        return [(UNIT * start, text[place:].split(b"\0")[0].decode("ascii", "backslashreplace"))
                for start, place in zip(starts, places)]


def assembly(table, functions):
    names = sorted({name for _, name in functions})
    places, end = {}, 0
    for name in names:
        places[name] = end
        end += len(name) + 1
    if end > NAMES_MAX:
        raise ValueError(f"the names of {table.code} take {end} bytes, over {NAMES_MAX}")
    offsets = [0, *(offset for offset, _ in functions)]
    distances = [after - before for before, after in zip(offsets, offsets[1:])]
    if any(distance % UNIT or distance > DISTANCE_MAX for distance in distances):
        raise ValueError(f"{table.code} has a function that {UNIT} bytes do not count")
    return "\n".join([f'.section {table.section}, "a"', ".balign 2", f".half {len(functions)}",
                      *(f".half {distance // UNIT:#x}" for distance in distances),
                      *(f".half {places[name]}" for _, name in functions),
                      *(f'.asciz "{name}"' for name in names), ""])


def check(kernel):
    """Complaints about the linked tables."""
    for table in TABLES:
        linked, real = kernel.linked_table(table), kernel.functions(table.code)
        for entry in sorted(set(linked) ^ set(real)):
            yield "{} table: {} at {:#x} is {}".format(
                table.name, entry[1], entry[0],
                "not in it" if entry in real else "no function of this kernel")
        if not real or len(linked) != len(set(linked)) or linked != sorted(linked):
            yield f"{table.name} table: empty, or not in ascending order"


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("table", "keep", "check"):
        sys.exit(__doc__)
    try:
        kernel = Kernel(sys.argv[2])
        if sys.argv[1] != "check":
            sys.stdout.write("".join(assembly(table, kernel.functions(table.code))
                                     for table in (KEPT if sys.argv[1] == "keep" else TABLES)))
            return 0
        complaints = list(check(kernel))
    except (OSError, ELFError, KeyError, ValueError, struct.error, StopIteration) as error:
        sys.exit(f"kallsyms: {sys.argv[2]}: {error!r}")
    for complaint in complaints[:20]:
        print(f"kallsyms: {complaint}", file=sys.stderr)
    if complaints:
        print("kallsyms: the table has moved what it names", file=sys.stderr)
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
