#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What lives how long, in each corner: bytes by class, file and symbol, and what could be shed.

lifetimes_report.py [--format=text|json] [CONFIG...]

CONFIG is one of configs/ (default: the four corners), built in build/footprint.
"""
import argparse
import json
import os
import sys

import corners
from check_lifetimes import read_classes
from lifetimes import elf64, references, report
from lifetimes.classes import Bounds
from lifetimes.source import Source

FOLDER = corners.ROOT / "build" / "footprint"


def read(kernel, addr2line):
    """The report of a kernel that has been built."""
    folder = kernel.folder
    elf = elf64.File(folder / "molt.relocs.elf")
    bounds = Bounds(elf)
    objects = references.Objects(read_classes(folder / "molt.objects"), elf, bounds)
    found = [*references.in_linked(elf, bounds), *objects.references()]
    return report.make(elf, bounds, kernel, Source(addr2line, objects.files), found)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--addr2line", default="llvm-addr2line-14")
    parser.add_argument("config", nargs="*")
    arguments = parser.parse_args()
    names = arguments.config or [corner.name for corner in corners.CORNERS]
    os.chdir(corners.ROOT)
    try:
        with corners.locked(FOLDER):
            reports = {}
            for name in names:
                kernel = corners.build(corners.Corner(name, None, None), FOLDER)
                reports[name] = read(kernel, arguments.addr2line)
    except (corners.Failure, OSError, ValueError) as error:
        sys.exit(f"lifetimes: {error}")
    if arguments.format == "json":
        print(json.dumps({name: report.as_json(made) for name, made in reports.items()}, indent=1))
        return
    for name, made in reports.items():
        print(f"== {name}", *report.as_text(made), "", sep="\n")


if __name__ == "__main__":
    main()
