#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What lives how long, in each corner: bytes by class, file and symbol, and what could be shed.

Built in build/footprint.
"""
import argparse
import json
import os
import sys

import corners
from check_lifetimes import read_classes
from lifetimes import elf64, references, report
from lifetimes.classes import Bounds
from lifetimes.source import ADDR2LINE, Source

FOLDER = corners.ROOT / "build" / "footprint"


def read(kernel, addr2line):
    """The report of a kernel that has been built."""
    folder = kernel.folder
    elf = elf64.File(folder / "molt.relocs.elf")
    bounds = Bounds(elf)
    objects = references.Objects(read_classes(folder / "molt.objects"), elf, bounds)
    found = [*references.in_linked(elf, bounds, objects), *objects.references()]
    return report.make(elf, bounds, kernel, Source(addr2line, objects.files), found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--addr2line", default=ADDR2LINE)
    parser.add_argument("--configs", help="names of configs/, or files, in place of the corners",
                        default=" ".join(corner.name for corner in corners.CORNERS))
    arguments = parser.parse_args()
    try:
        configs = corners.chosen(arguments.configs)
        os.chdir(corners.ROOT)
        if not configs:
            raise corners.Failure("CONFIGS= names none")
        with corners.locked(FOLDER):
            reports = {}
            for name, source in configs:
                kernel = corners.build(corners.Corner(name, None, None), FOLDER, source)
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
