#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""No reference from a longer life to a shorter one (docs/lifetimes.md).

check_lifetimes.py [--addr2line=TOOL] KERNEL OBJECTS

KERNEL is linked with --emit-relocs. OBJECTS lists what it is made of, a line each: a class as
in the folders' Makefiles, and a path. Says each fault with file and line of both ends; status 1
where there is one, 2 where a file cannot be read.
"""
import argparse
import struct
import sys

from elftools.common.exceptions import ELFError
from elftools.construct import ConstructError

from lifetimes import check, declared, elf64, pieces, references, relocations
from lifetimes.classes import CLASSES, Bounds
from lifetimes.source import ADDR2LINE, Source

# What comes of tables that lead out of their file.
DAMAGED = (ELFError, ConstructError, struct.error, LookupError, ArithmeticError, AttributeError,
           AssertionError, MemoryError)


def complaints(elf, classes, source):
    """Everything that is wrong with a kernel, a line each."""
    bounds = Bounds(elf)
    objects = references.Objects(classes, elf, bounds)
    source.objects = objects.files
    for disagreement in relocations.disagreements(elf):
        yield f"{elf.path}: {disagreement}"
    yield from pieces.complaints(objects, classes, elf, bounds)
    if not any(elf.relocations()):
        raise ValueError(f"{elf.path} has no relocations: it is to be linked with --emit-relocs")
    for end in references.to_nothing(elf, bounds):
        yield (f"{source.place(end)}: {check.what(end)} is {end.life} and refers to what is not in "
               "the kernel: mark it __exit, too, or let that stay")
    found = [*references.in_linked(elf, bounds, objects), *objects.references()]
    faults, stale, _ = check.judge(found, declared.read(elf), source)
    for fault in faults:
        yield check.message(fault, source)
    for declaration in stale:
        yield (f"{declaration.place}: {declaration.caller} does not refer to "
               f"{declaration.callee}, or may: take this LIFETIME_REFERENCE away")


def read_classes(path):
    """{path of an object: its class}; ValueError for a line that says something else."""
    classes = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if len(words) != 2 or words[0] not in ("obj", *CLASSES):
                raise ValueError(f"{path}: no class and path: {line.strip()}")
            classes[words[1]] = "resident" if words[0] == "obj" else words[0]
    return classes


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--addr2line", default=ADDR2LINE)
    parser.add_argument("kernel")
    parser.add_argument("objects")
    arguments = parser.parse_args()
    try:
        elf = elf64.File(arguments.kernel)
        found = list(complaints(elf, read_classes(arguments.objects),
                                Source(arguments.addr2line)))
    except (OSError, ValueError) as error:
        print(f"lifetimes: {error}", file=sys.stderr)
        return 2
    except DAMAGED as error:
        print(f"lifetimes: {arguments.kernel} is damaged: {error!r}", file=sys.stderr)
        return 2
    for complaint in found:
        print(f"lifetimes: {complaint}", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
