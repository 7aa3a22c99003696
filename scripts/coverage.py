#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which lines and branches of the firmware map's code the unit tests reach.

coverage.py --out FOLDER FLAVOUR/TEST...   build these host tests with gcov, run them, judge
coverage.py --self-test                    see the judge find a line that is planted

Each line that no test reaches, whole or in a branch, stands in test/coverage.txt with the
reason; a reason for a line that is reached, or gone, is out of date. Both are errors, and so is to fall short of
the goals below. Random tests are left out: what counts must be reached in every run.
"""
import argparse
import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
REASONS = os.path.join(ROOT, "test", "coverage.txt")
LINES_GOAL, BRANCHES_GOAL = 97.0, 90.0

# Which files are judged, by the tests of which flavours: the first pattern that fits.
JUDGED = [*((f"mm/memblock_{part}.c", ["memblock", "memblock-names"]) for part in ("debug", "tell")),
          ("mm/memblock*.c", ["memblock-numa-hotplug", "memblock-numa", "memblock",
                               "memblock-names"]),
          *((pattern, ["fdt"]) for pattern in (
              "lib/fdt*.c", "lib/parse.c", "mm/fdt_*.c", "mm/claim.c", "mm/limit.c",
              "mm/map_room.c", "mm/reserved.c", "core/fdt_boot.c", "drivers/fdt_*.c"))]

# Sanitizers have branches of their own, and optimizing moves lines.
CFLAGS = "-std=gnu11 -g -O0 --coverage -fno-strict-aliasing -fno-common -Iinclude"
SECONDS = 300


class Line(NamedTuple):
    """A line of a source file: `branches` holds how often each was taken."""
    number: int
    function: str
    count: int
    branches: list


class Wrong(Exception):
    """What is to be reported, line by line."""


def command(*argv, cwd=ROOT, env=None):
    try:
        done = subprocess.run(["timeout", "-k", "5", str(SECONDS), *argv], cwd=cwd, check=False,
                              env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except FileNotFoundError as missing:
        raise Wrong(f"{missing.filename} is missing") from None
    if done.returncode:
        tail = done.stdout.decode("utf-8", "replace")[-3000:]
        raise Wrong(f"{' '.join(argv)}: status {done.returncode}\n{tail}")
    return done.stdout


def lines_of(notes, source):
    """gcov's figures for `source`, by the object whose .gcno file is `notes`."""
    with tempfile.TemporaryDirectory(prefix="molt-gcov-") as folder:
        text = command("gcov", "--json-format", "--branch-probabilities", "--stdout", notes,
                       cwd=folder, env=dict(os.environ, LC_ALL="C"))
    files = json.loads(text)["files"]
    found = [file for file in files if os.path.normpath(file["file"]) == source]
    if not found:
        raise Wrong(f"{source}: nothing of it is in {notes}")
    return [Line(line["line_number"], line.get("function_name", ""), line["count"],
                 [branch["count"] for branch in line["branches"]])
            for line in found[0]["lines"]]


def better(one, other):
    """A line in two flavours: both counts, or that which misses least where they differ."""
    if len(one.branches) == len(other.branches):
        branches = [a + b for a, b in zip(one.branches, other.branches)]
        return one._replace(count=one.count + other.count, branches=branches)
    return min(one, other, key=lambda line: (not line.count, line.branches.count(0)))


def merge(flavours):
    """[Line] of one source, of those of each flavour that it is built in."""
    merged = {}
    for lines in flavours:
        for line in lines:
            known = merged.get(line.number)
            merged[line.number] = better(known, line) if known else line
    return [merged[number] for number in sorted(merged)]


def judged_sources(root, judged):
    """{source: flavours} of all the files that there are."""
    sources = {}
    for pattern, flavours in judged:
        for path in sorted(glob.glob(os.path.join(root, pattern))):
            sources.setdefault(os.path.relpath(path, root), flavours)
    return sources


def read_reasons(path):
    """{"FILE: FUNCTION: TEXT": reason}. A reason is indented below its lines."""
    reasons, waiting = {}, []
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if not line or line.startswith("#"):
                continue
            if not line.startswith("\t"):
                waiting.append(line)
                continue
            for name in waiting:
                reasons[name] = line.strip()
            waiting = []
    if waiting:
        raise Wrong(f"{path}: no reason below: {waiting[0]}")
    return reasons


def name_of(root, source, line):
    """How a line is called: not by its number, which changes with every line above it."""
    with open(os.path.join(root, source), encoding="utf-8") as file:
        text = file.read().splitlines()[line.number - 1].strip()
    return f"{source}: {line.function}: {text}"


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def print_figures(figures):
    """{source: [Line]} as a table, and in all. Returns the percentages of lines and branches."""
    row = "{:32} {:>5} of {:>5}  {:>6.2f} % {:>5} of {:>5}  {:>6.2f} %"
    total = [0, 0, 0, 0]
    print(f"{'':32} {'lines':>24} {'branches':>24}")
    for source, lines in figures.items():
        branches = [count for line in lines for count in line.branches]
        counts = [sum(line.count > 0 for line in lines), len(lines),
                  sum(count > 0 for count in branches), len(branches)]
        total = [a + b for a, b in zip(total, counts)]
        print(row.format(source, counts[0], counts[1], percent(*counts[:2]), counts[2],
                         counts[3], percent(*counts[2:])))
    print(row.format("all", total[0], total[1], percent(*total[:2]), total[2], total[3],
                     percent(*total[2:])))
    return percent(*total[:2]), percent(*total[2:])


def missing(line):
    """What no test reaches of it, or None."""
    if not line.count:
        return "reached"
    missed = line.branches.count(0)
    return f"{missed} of {len(line.branches)} branches taken" if missed else None


def judge(root, figures, reasons, goals=(LINES_GOAL, BRANCHES_GOAL)):
    """Print the figures; returns what is wrong."""
    lines_reached, branches_reached = print_figures(figures)
    missed = set()
    wrong = []
    for source, lines in figures.items():
        for line in lines:
            what = missing(line)
            if not what:
                continue
            name = name_of(root, source, line)
            missed.add(name)
            if name not in reasons:
                wrong.append(f"{source}:{line.number}: {what} by no test, and test/coverage.txt "
                             f"has no reason:\n{name}")
    wrong += [f"test/coverage.txt: out of date, that is reached or gone: {name}"
              for name in reasons if name not in missed]
    if lines_reached < goals[0]:
        wrong.append(f"lines: {lines_reached:.2f} %, less than {goals[0]} %")
    if branches_reached < goals[1]:
        wrong.append(f"branches: {branches_reached:.2f} %, less than {goals[1]} %")
    return wrong


def build_and_run(folder, programs):
    """Run each test program in a build of its own, whose counts start at 0."""
    shutil.rmtree(folder, ignore_errors=True)
    paths = [os.path.join(folder, "host", program) for program in programs]
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "O")}
    command("make", "-j2", f"O={folder}", "HOSTCC=gcc", f"host-cflags={CFLAGS}", *paths,
            env=environment)
    for path in paths:
        command(path)


def cover(folder, programs):
    build_and_run(folder, programs)
    figures = {}
    for source, flavours in judged_sources(ROOT, JUDGED).items():
        notes = [os.path.join(folder, "host", flavour, source.replace(".c", ".gcno"))
                 for flavour in flavours]
        notes = [os.path.abspath(path) for path in notes if os.path.exists(path)]
        if not notes:
            raise Wrong(f"{source}: no test of {' or '.join(flavours)} is built of it")
        figures[source] = merge(lines_of(path, source) for path in notes)
    return judge(ROOT, figures, read_reasons(REASONS))


PLANTED = """int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return 1;
	return 0;
}
"""


def self_test():
    """A program with one line that is not reached, judged with and without a reason."""
    line, branch = "planted.c: main: return 1;", "planted.c: main: if (argc > 1)"
    planted = {line: "planted", branch: "planted"}
    with tempfile.TemporaryDirectory(prefix="molt-coverage-") as folder:
        with open(os.path.join(folder, "planted.c"), "w", encoding="utf-8") as file:
            file.write(PLANTED)
        command("gcc", "--coverage", "-O0", "-c", "planted.c", cwd=folder)
        command("gcc", "--coverage", "planted.o", "-o", "planted", cwd=folder)
        command("./planted", cwd=folder)
        figures = {"planted.c": lines_of(os.path.join(folder, "planted.gcno"), "planted.c")}

        def outcome(reasons, goals=(0, 0)):
            with contextlib.redirect_stdout(None):
                return judge(folder, figures, reasons, goals)
        cases = [(outcome(planted), ""),
                 (outcome({branch: "planted"}), "planted.c:5: reached by no test"),
                 (outcome({line: "planted"}), "planted.c:4: 1 of 2 branches taken by no test"),
                 (outcome({**planted, "planted.c: main: return 0;": "no"}), "out of date"),
                 (outcome(planted, (97, 0)), "lines: 75.00 %"),
                 (outcome(planted, (0, 90)), "branches: 50.00 %")]
    return [f"self test: {found}, where {wanted or 'nothing'} was planted"
            for found, wanted in cases
            if len(found) != bool(wanted) or not all(wanted in text for text in found)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("program", nargs="*")
    given = parser.parse_args()
    if not given.self_test and not (given.out and given.program):
        parser.error("--out FOLDER and the tests, or --self-test")
    try:
        wrong = self_test() if given.self_test else cover(given.out, given.program)
    except Wrong as error:
        wrong = [str(error)]
    for text in wrong:
        print(f"coverage: {text}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
