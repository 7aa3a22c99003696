# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's `info mem`: which pages are mapped where, with which rights, and W^X of it."""
import re
from typing import NamedTuple

from suite import expect

PAGE = 4096
# virtual, physical, size, and the flags r w x u g a d, a '-' for each that is not set.
LINE = re.compile(r"^([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}) ([r-][w-][x-][u-][g-][a-][d-])$")


class Mapping(NamedTuple):
    virtual: int
    physical: int
    size: int
    flags: str

    def __str__(self):
        return f"{self.virtual:x} -> {self.physical:x}, {self.size:x} bytes, {self.flags}"

    @property
    def rights(self):
        return self.flags[:3]

    def overlap(self, begin, end):
        """The physical part of it that lies in [begin, end), as a pair; empty: None."""
        low, high = max(begin, self.physical), min(end, self.physical + self.size)
        return (low, high) if low < high else None


def parse(text):
    """All mappings in the monitor's answer; there must be some, and no line left over."""
    mappings = []
    for line in text.replace("\r", "").splitlines():
        found = LINE.match(line)
        if found:
            mappings.append(Mapping(*(int(word, 16) for word in found.groups()[:3]), found[4]))
        else:
            expect(not re.match(r"[0-9a-f]{16} ", line), f"info mem: not understood: {line!r}")
    expect(mappings, f"info mem lists nothing:\n{text}")
    return mappings


def check_write_xor_execute(mappings):
    """No page is writable anywhere and executable anywhere, by physical address."""
    writable = [mapping for mapping in mappings if "w" in mapping.flags]
    for code in (mapping for mapping in mappings if "x" in mapping.flags):
        for data in writable:
            both = data.overlap(code.physical, code.physical + code.size)
            expect(not both, f"writable and executable:\n  {code}\n  {data}")


def check_not_mapped(mappings, begin, end):
    """Nothing of the physical range is mapped anywhere."""
    for mapping in mappings:
        expect(not mapping.overlap(begin, end), f"[{begin:x}, {end:x}) is mapped: {mapping}")


def rights_at(mappings, begin, end):
    """The rights of each page of a virtual range: a set; '' stands for not mapped."""
    found = set()
    for page in range(begin, end, PAGE):
        rights = [mapping.rights for mapping in mappings
                  if mapping.virtual <= page < mapping.virtual + mapping.size]
        expect(len(rights) <= 1, f"{page:x} is listed twice")
        found.update(rights or [""])
    return found


def rights_of(mappings, begin, end, but=None):
    """The rights with which each page of a physical range is mapped: a set of sets.

    Mappings at virtual addresses from `but` on are left out of account.
    """
    found = set()
    for page in range(begin, end, PAGE):
        found.add(frozenset(mapping.rights for mapping in mappings
                            if mapping.overlap(page, page + PAGE)
                            and (but is None or mapping.virtual < but)))
    return found
