# SPDX-License-Identifier: BSD-2-Clause
"""Tests that are programs of their own: the host's unit tests, and the checkers."""
import json
import os
import re

from suite import BUILD, CORNERS, PYTHON, command, expect, locked, make, test


@test()
def host_unit_tests():
    """memblock, the allocator, parameters and FDT reading, under ASan and UBSan."""
    folder = os.path.join(BUILD, "host")
    with locked(folder):
        text = make(folder, "host-check", seconds=1500)
    counts = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.MULTILINE)
    expect(counts, f"no test reported anything:\n{text[-2000:]}")
    for passed, failed in counts:
        expect(int(passed) > 0 and int(failed) == 0, f"{passed} passed, {failed} failed")


@test()
def layers():
    """No #include points up."""
    command(PYTHON, "scripts/check_layers.py")


@test()
def layers_self_test():
    command(PYTHON, "scripts/check_layers.py", "--self-test")


def footprint_script(*arguments):
    """It builds the corners in folders of its own, where no two may build at a time."""
    with locked(os.path.join(BUILD, "footprint")):
        return command(PYTHON, "scripts/footprint.py", *arguments, seconds=500)


@test()
def map_file():
    """Each input section lies where its class says, in the four corners."""
    footprint_script("--check-map")


@test()
def footprint():
    """The table's figures as JSON; that the books agree is checked by the script."""
    text = footprint_script("--format", "json")
    figures = json.loads(text[text.index("{"):])
    for corner in CORNERS:
        expect(corner in json.dumps(figures), f"{corner} is missing")


@test()
def coverage():
    """The unit tests reach what they must of memblock and of the FDT reading."""
    folder = os.path.join(BUILD, "coverage")
    with locked(folder):
        text = make(folder, "coverage")
    expect(re.search(r"^all .* %", text, re.MULTILINE), text[-2000:])


@test()
def coverage_self_test():
    command(PYTHON, "scripts/coverage.py", "--self-test")
