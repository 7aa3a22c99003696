# SPDX-License-Identifier: BSD-2-Clause
"""References that the source vouches for: LIFETIME_REFERENCE (include/molt/init.h)."""
import os
import re
from collections import namedtuple

SECTION = ".lifetime_references"


class Declared(namedtuple("Declared", "caller callee reason place")):
    """A caller is known by its name and by the file that declares it: others may have namesakes."""

    @property
    def file(self):
        return os.path.normpath(self.place.rpartition(":")[0])


# What the compiler adds to the name of a function that it made of another.
MADE = re.compile(r"\.(?:constprop|isra|part|cold|lto_priv|llvm|\d+)(?:\..*)?$")


def read(elf):
    """The declarations that are linked into a kernel; ValueError for a damaged record."""
    section = next((s for s in elf.sections if s.name == SECTION), None)
    if not section:
        return []
    words = elf.contents(section).decode("utf-8", "replace").split("\0")
    if words.pop() or len(words) % 4:
        raise ValueError(f"{elf.path}: {SECTION} does not hold four strings for each declaration")
    return [Declared(words[at + 1], callee, words[at], words[at + 3])
            for at in range(0, len(words), 4) for callee in re.split(r"\s*,\s*", words[at + 2])]


def plain(name):
    """A name as the source has it; clang puts a function's before those of its statics."""
    return MADE.sub("", name).rsplit(".", 1)[-1]
