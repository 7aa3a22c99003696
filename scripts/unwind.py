#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""How each function leaves its frame, for the kernel's own use (arch/riscv/unwind_tables.c).

unwind.py table ELF  write, as assembly, the tables of the code that ELF has, by its .debug_frame
unwind.py check ELF  fail unless the tables linked into ELF are those of its code
"""
import bisect
import struct
import sys
from collections import namedtuple

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

import frames
from kallsyms import Kernel

# Of the code in `code`; the table's bounds are __start_unwind_NAME and __stop_.
Table = namedtuple("Table", "name code section")
TABLES = (Table("resident", ".text", ".unwind"), Table("init", ".init.text", ".init.unwind"))

RA, SP, FP = 1, 2, 8  # x1, x2, x8, as DWARF numbers them (psABI)
WORD = 8
UNIT = 2  # bytes of the shortest instruction

# Of an instruction: the caller's stack begins `offset` words above sp, or above fp. ra and fp
# lie so many words below that; 0: they are still in their registers.
Rule = namedtuple("Rule", "base offset ra fp")
UNKNOWN = Rule(SP, 0, 0xff, 0)  # no compiler says: the trace ends


def words(offset):
    if offset % WORD or not 0 <= offset < WORD * 0x8000:
        raise ValueError(f"an offset of {offset} bytes in a frame")
    return offset // WORD


def below(row, register):
    """How many words below the frame's begin `row` has saved a register; 0: it has not."""
    place = words(-row.saved.get(register, 0))
    if place > 0xfe:
        raise ValueError(f"x{register} is saved {place} words below its frame's begin")
    return place


def rule_of(row):
    if row.base not in (SP, FP):
        raise ValueError(f"a frame that begins neither at sp nor at fp: {row}")
    return Rule(row.base, words(row.offset), below(row, RA), below(row, FP))


class Frames:
    """The rules of a kernel's code."""

    def __init__(self, path):
        self.kernel = Kernel(path)
        with open(path, "rb") as file:
            elf = ELFFile(file)
            self.sizes = {s.name: s["sh_size"] for s in elf.iter_sections()}
            section = elf.get_section_by_name(".debug_frame")
            if section is None:
                raise ValueError("it has no .debug_frame")
            self.functions = list(frames.functions(section.data()))

    def rules(self, code):
        """[(offset in section `code`, Rule)] ascending: each holds up to the next."""
        _, begin = self.kernel.sections[code]
        # Functions that were not linked lie elsewhere, at 0. Code that no compiler made has none.
        starts = sorted({0, *(offset for offset, _ in self.kernel.functions(code))})
        rules = dict.fromkeys(starts, UNKNOWN)
        for start, size, rows in self.functions:
            if not begin <= start < begin + self.sizes[code]:
                continue
            # Names within a function's code are no functions.
            for offset in starts[bisect.bisect_right(starts, start - begin):
                                 bisect.bisect_left(starts, start - begin + size)]:
                rules.pop(offset, None)
            rules.update((pc - begin, rule_of(row)) for pc, row in rows)
        changes, last = [], None
        for offset, rule in sorted(rules.items()):
            if rule != last:
                changes.append((offset, rule))
            last = rule
        return changes

    def linked(self, table):
        """The table in the kernel, in the form of rules(), read as the kernel does."""
        data = self.kernel.bytes_between(f"unwind_{table.name}")
        count, kinds = struct.unpack_from("<HH", data)
        rules = []
        for index in range(kinds):
            base, ra, fp = struct.unpack_from("<HBB", data, 4 + 4 * index)
            rules.append(Rule(FP if base & 1 else SP, base >> 1, ra, fp))
        distances = struct.unpack_from(f"<{count}H", data, 4 + 4 * kinds)
        which = data[4 + 4 * kinds + 2 * count:][:count]
        found, offset = [], 0
        for distance, index in zip(distances, which):
            offset += UNIT * distance
            found.append((offset, rules[index]))
        return found


def assembly(table, changes):
    kinds = sorted({rule for _, rule in changes})
    offsets = [0, *(offset for offset, _ in changes)]
    distances = [after - before for before, after in zip(offsets, offsets[1:])]
    if len(kinds) > 0x100 or len(changes) > 0xffff:
        raise ValueError(f"{table.code} has {len(kinds)} kinds of frames, {len(changes)} places")
    if any(distance % UNIT or distance > UNIT * 0xffff for distance in distances):
        raise ValueError(f"{table.code}: a place that {UNIT} bytes do not count")
    return "\n".join([f'.section {table.section}, "a"', ".balign 4",
                      f".half {len(changes)}, {len(kinds)}",
                      *(f".half {rule.offset << 1 | (rule.base == FP)}\n.byte {rule.ra}, {rule.fp}"
                        for rule in kinds),
                      *(f".half {distance // UNIT:#x}" for distance in distances),
                      *(f".byte {kinds.index(rule)}" for _, rule in changes), ""])


def check(kernel):
    """Complaints about the linked tables."""
    for table in TABLES:
        linked, real = kernel.linked(table), kernel.rules(table.code)
        for offset, rule in sorted(set(linked) ^ set(real)):
            yield "{} table: at {:#x} {} is {}".format(
                table.name, offset, rule,
                "not in it" if (offset, rule) in real else "not this kernel's")
        if not real or linked != sorted(linked):
            yield f"{table.name} table: empty, or not in ascending order"


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("table", "check"):
        sys.exit(__doc__)
    try:
        kernel = Frames(sys.argv[2])
        if sys.argv[1] == "table":
            sys.stdout.write("".join(assembly(table, kernel.rules(table.code))
                                     for table in TABLES))
            return 0
        complaints = list(check(kernel))
    except (OSError, ELFError, KeyError, ValueError, IndexError, struct.error,
            StopIteration) as error:
        sys.exit(f"unwind: {sys.argv[2]}: {error!r}")
    for complaint in complaints[:20]:
        print(f"unwind: {complaint}", file=sys.stderr)
    if complaints:
        print("unwind: the table is not that of the code", file=sys.stderr)
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
