# SPDX-License-Identifier: BSD-2-Clause
"""The relocations of RISC-V: which of them name a target, and whether the bytes agree.

psABI 1.0, chapter 8.4. The linker has applied those of a linked file, and may have made
others of them (relaxation). That it tells of them rightly is not believed: the address
that the instruction or the word really holds is taken apart and compared.
"""
import struct

from lifetimes.elf64 import TLS

# Mark a place, or tell of a low half: its high half names the target.
NONE, PCREL_LO12_I, PCREL_LO12_S, ALIGN, RELAX = 0, 24, 25, 43, 51
# Count from tp: the target is the running hart's copy, which lives as long as the hart.
TPREL = frozenset((29, 30, 31, 32, 49, 50))
SILENT = TPREL | {NONE, PCREL_LO12_I, PCREL_LO12_S, ALIGN, RELAX}

WORD32, WORD64, BRANCH, JAL, CALL, CALL_PLT, PCREL_HI20 = 1, 2, 16, 17, 18, 19, 23
RVC_BRANCH, RVC_JUMP, PCREL32 = 44, 45, 57
ADD = {33: 1, 34: 2, 35: 4, 36: 8, 54: 1, 55: 2, 56: 4}  # and SET: bytes
SUB = {37: 1, 38: 2, 39: 4, 40: 8}
# HI20 and LO12, GOT, RVC_LUI, GPREL, the six bits of SUB6 and SET6.
OTHERS = frozenset((20, 26, 27, 28, 46, 47, 48, 52, 53))
NAMING = frozenset((WORD32, WORD64, BRANCH, JAL, CALL, CALL_PLT, PCREL_HI20, RVC_BRANCH,
                    RVC_JUMP, PCREL32, *ADD, *SUB)) | OTHERS


def naming(elf):
    """The relocations of what is loaded that name a target; ValueError for an unknown one."""
    for relocation in elf.relocations():
        kind = relocation.kind
        if kind in NAMING:
            yield relocation
        elif kind not in SILENT:
            raise ValueError(f"{elf.path}: relocation {kind} at {relocation.section.name}+"
                             f"{relocation.offset:#x} is unknown to this checker")


def target(relocation):
    """The address that it names in a linked file."""
    return relocation.symbol.value + relocation.addend


def bits(word, *fields):
    """A signed number out of an instruction: fields (lowest bit, bits, place), the sign last."""
    value, top = 0, 0
    for low, count, place in fields:
        value |= (word >> low & (1 << count) - 1) << place
        top = max(top, place + count)
    return value - (value >> top - 1 << top)


def _jump(word):
    return bits(word, (21, 10, 1), (20, 1, 11), (12, 8, 12), (31, 1, 20))


def _branch(word):
    return bits(word, (8, 4, 1), (25, 6, 5), (7, 1, 11), (31, 1, 12))


def _short_jump(word):
    return bits(word, (3, 3, 1), (11, 1, 4), (2, 1, 5), (7, 1, 6), (6, 1, 7), (9, 2, 8),
                (8, 1, 10), (12, 1, 11))


def _short_branch(word):
    return bits(word, (3, 2, 1), (10, 2, 3), (2, 1, 5), (5, 2, 6), (12, 1, 8))


IMMEDIATE = {JAL: _jump, BRANCH: _branch, RVC_JUMP: _short_jump, RVC_BRANCH: _short_branch}


def _low_load(word):
    return bits(word, (20, 12, 0))


def _low_store(word):
    return bits(word, (7, 5, 0), (25, 7, 5))


LOW = {PCREL_LO12_I: _low_load, PCREL_LO12_S: _low_store}


def held(kind, data, offset, place):
    """What is held for a relocation of `kind` at `offset` of `data`, which lies at `place`.

    An address, or the upper part of one; None for a kind that is not taken apart.
    """
    if kind == WORD64:
        return struct.unpack_from("<Q", data, offset)[0]
    if kind == WORD32:
        return struct.unpack_from("<I", data, offset)[0]
    if kind == PCREL32:
        return place + struct.unpack_from("<i", data, offset)[0]
    if kind in (CALL, CALL_PLT):
        high, low = struct.unpack_from("<iI", data, offset)
        return place + (high & ~0xfff) + bits(low, (20, 12, 0))
    if kind == PCREL_HI20:
        return place + (struct.unpack_from("<i", data, offset)[0] & ~0xfff)
    if kind in (RVC_JUMP, RVC_BRANCH):
        return place + IMMEDIATE[kind](struct.unpack_from("<H", data, offset)[0])
    if kind in IMMEDIATE:
        return place + IMMEDIATE[kind](struct.unpack_from("<I", data, offset)[0])
    return None


def disagreements(elf):
    """Complaints about relocations that name another target than the linked bytes."""
    sums, contents, high = {}, {}, {}
    for relocation in naming(elf):
        section, offset, kind, symbol, _ = relocation
        wanted, place = target(relocation), section.address + offset
        # A weak symbol that nobody defines is 0, which a jump need not reach.
        if not symbol.place or symbol.kind == TLS:
            continue
        if section.index not in contents:
            contents[section.index] = elf.contents(section)
        data = contents[section.index]
        if kind in ADD or kind in SUB:
            sign = 1 if kind in ADD else -1
            size, value = sums.get((section.index, offset), (0, 0))
            sums[section.index, offset] = (ADD.get(kind) or SUB[kind], value + sign * wanted)
            continue
        found = held(kind, data, offset, place)
        if kind == PCREL_HI20:
            high[place] = wanted
            if -0x800 <= wanted - found < 0x800:
                continue
        if found not in (None, wanted):
            yield (f"{section.name}+{offset:#x}: relocation {kind} names {wanted:#x}, "
                   f"the bytes say {found:#x}")
    for (index, offset), (size, value) in sums.items():
        found = int.from_bytes(contents[index][offset:offset + size], "little")
        if found != value & (1 << 8 * size) - 1:
            yield (f"{elf.sections[index].name}+{offset:#x}: relocations add up to {value:#x}, "
                   f"the bytes say {found:#x}")
    yield from low_halves(elf, contents, high)


def low_halves(elf, contents, high):
    """The same of pairs' low halves; `high`: {place of a high half: what the pair names}."""
    for section, offset, kind, symbol, addend in elf.relocations():
        wanted = high.get(symbol.value)
        if kind in LOW and wanted is not None and not addend:
            word, = struct.unpack_from("<I", contents[section.index], offset)
            found, wanted = LOW[kind](word), wanted - symbol.value
            if (found - wanted) & 0xfff:
                yield (f"{section.name}+{offset:#x}: relocation {kind} names the low half of "
                       f"{wanted:#x}, the bytes say {found:#x}")
