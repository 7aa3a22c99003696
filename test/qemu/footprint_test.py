# SPDX-License-Identifier: BSD-2-Clause
"""make footprint: its formats, and configurations of one's own choice."""
import csv
import io
import os
import re
import tempfile

from suite import BUILD, PYTHON, ROOT, Once, built, command, expect, expect_equal, locked, test

RAM = 128 << 20


def footprint(*arguments, status=0):
    with locked(os.path.join(BUILD, "footprint")):
        return command(PYTHON, "scripts/footprint.py", *arguments, status=status, seconds=500)


@Once
def other_config(_):
    """The path of a configuration that is in no folder of Molt's."""
    path = os.path.relpath(os.path.join(BUILD, "tiny_meminfo.config"), ROOT)
    with open(os.path.join(built("tiny"), ".config"), encoding="utf-8") as file:
        text = file.read().replace("# CONFIG_MEMINFO is not set", "CONFIG_MEMINFO=y")
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
        file.write(text)
    return path


@Once
def compared(form):
    """What is printed of the smallest configuration, and of a file that differs from it."""
    path = other_config(None)
    return path.replace("/", "_"), footprint("--configs", f"tiny {path}", "--format", form)


@test()
def as_csv():
    """Numbers and nothing else; the parts add up, and the last column is the difference."""
    name, text = compared("csv")
    rows = list(csv.reader(io.StringIO(text[text.index("configuration,"):])))
    expect_equal(rows[0], ["configuration", "tiny", name, f"{name} - tiny"], "the first row")
    expect_equal({len(row) for row in rows}, {4}, "cells in a row")
    names = [row[0] for row in rows]
    expect_equal(len(set(names)), len(names), "each row's name once")
    figures = {row[0]: row[1:] for row in rows}
    expect_equal(figures["RAM"], [str(RAM), str(RAM), "0"], "RAM")
    for row in rows[3:]:
        if not row[0].endswith("after boot"):
            expect_equal(round(float(row[2]) - float(row[1]), 4), float(row[3]), row[0])
    parts = [row for row in names if row.startswith("lost to the kernel: ") and "%" not in row]
    for column in 0, 1:
        expect_equal(sum(int(figures[part][column]) for part in parts),
                     int(figures["lost to the kernel"][column]), "lost to the kernel")
    expect(int(figures["text to data, unrounded"][2]) > 0, "MEMINFO costs nothing")


@test()
def as_markdown():
    name, text = compared("md")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    expect_equal(lines[:2], [f"| configuration | tiny | {name} |", "| --- | ---: | ---: |"],
                 "the heading")
    expect(f"| RAM | {RAM:,} | {RAM:,} |" in lines, "no row of RAM")
    for table in re.split(r"\n\n", text[text.index("| conf"):]):
        widths = {line.count("|") for line in table.splitlines() if line.startswith("|")}
        expect(len(widths) <= 1, f"a table of several widths:\n{table}")
    expect(f"\n{name} against tiny\n" in text, "the two are not compared")


@test()
def as_table():
    name, text = compared("table")
    expect(re.search(rf"^RAM +{RAM:,} +{RAM:,}$", text, re.MULTILINE), "no row of RAM")
    expect(f"\n{name} against tiny\n" in text, "the two are not compared")
    expect(re.search(r"^ +\+[\d,]+  text, rodata and data$", text, re.MULTILINE)
           or " +0  text, rodata and data" in text, "no sum of the names")


@test()
def of_clang():
    """lld's map has the names, and the books agree."""
    folder = os.path.join(BUILD, "footprint-clang")
    with locked(folder):
        text = command("env", "LLVM=1", PYTHON, "scripts/footprint.py", "--build-folder", folder,
                       "--configs", f"tiny {other_config(None)}")
    expect(re.search(r"^ +\+\d+  caches_print +resident +mm/caches_print\.o$", text, re.MULTILINE),
           f"no names from lld's map:\n{text}")


@test(("one", "tiny", "two or more are compared"),
      ("none", "", "two or more are compared"),
      ("unknown", "tiny no_such", "'no_such' is no file, and none of configs/: bench"),
      ("twice", "tiny tiny_defconfig", "names one twice"))
def refuses(_what, configs, wanted):
    text = command("make", "footprint", f"CONFIGS={configs}", status=2)
    expect(wanted in text and "Traceback" not in text, text)


@test()
def refuses_what_it_cannot_print():
    text = command("make", "footprint", "FORMAT=xml", status=2)
    expect("invalid choice: 'xml' (choose from 'table', 'md', 'csv', 'json')" in text, text)


@test()
def refuses_what_reports_nothing():
    with tempfile.TemporaryDirectory(prefix="molt-footprint-") as folder:
        path = os.path.join(folder, "mute")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# CONFIG_REPORT_JSON is not set\n")
        text = footprint("--configs", f"tiny {path}", status=1)
    expect("REPORT_JSON is off" in text, text)
