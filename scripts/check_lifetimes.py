#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""No reference from a longer life to a shorter one (docs/lifetimes.md).

check_lifetimes.py [--addr2line=TOOL] KERNEL [OBJECT...]

KERNEL is linked with --emit-relocs, of OBJECTs. Says each fault with file and line of both
ends; status 1 where there is one, 2 where a file cannot be read.
"""
import argparse
import sys

from lifetimes import check, declared, elf64, references, relocations
from lifetimes.classes import Bounds
from lifetimes.source import Source


def complaints(elf, objects, source):
    """Everything that is wrong with a kernel, a line each."""
    bounds = Bounds(elf)
    for disagreement in relocations.disagreements(elf):
        yield f"{elf.path}: {disagreement}"
    found = [*references.in_linked(elf, bounds),
             *references.Objects(objects, elf, bounds).references()]
    faults, stale, _ = check.judge(found, declared.read(elf), source)
    for fault in faults:
        yield check.message(fault, source)
    for declaration in stale:
        yield (f"{declaration.place}: {declaration.caller} does not refer to "
               f"{declaration.callee}, or may: take this LIFETIME_REFERENCE away")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--addr2line", default="riscv64-unknown-elf-addr2line")
    parser.add_argument("kernel")
    parser.add_argument("objects", nargs="*")
    arguments = parser.parse_args()
    try:
        elf = elf64.File(arguments.kernel)
        found = list(complaints(elf, arguments.objects, Source(arguments.addr2line)))
    except (OSError, ValueError) as error:
        print(f"lifetimes: {error}", file=sys.stderr)
        return 2
    for complaint in found:
        print(f"lifetimes: {complaint}", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
