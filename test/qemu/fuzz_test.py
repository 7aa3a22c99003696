# SPDX-License-Identifier: BSD-2-Clause
"""The fuzz targets, briefly: `make fuzz` takes its time."""
import os

from suite import BUILD, PYTHON, Once, command, expect, locked, make, test

TARGETS = [("bootargs",), ("cpio",), ("fdt",), ("fdt_tree",), ("reserved",)]
FOLDER = os.path.join(BUILD, "fuzz")


@Once
def programs(goal):
    """The folder of the targets that `goal` builds."""
    with locked(FOLDER):
        make(FOLDER, goal)
    return os.path.join(FOLDER, "host", {"fuzz-programs": "fuzz"}.get(goal, goal))


def fuzz(goal, target, runs, **options):
    return command(PYTHON, "test/fuzz/run.py", "--programs", programs(goal), "--runs", str(runs),
                   "--seed", "1", target, **options)


@test(*TARGETS)
def finds_nothing(target):
    """The committed seeds, all that was found once, and some thousand children of theirs."""
    text = fuzz("fuzz-programs", target, 5000)
    expect(text.startswith(f"ok    {target}: 5,000 runs"), text)


@test(*TARGETS)
def finds_what_is_planted(target):
    """A mistake in one file of the kernel, where no seed leads; the input shows it again."""
    text = fuzz("fuzz-planted", target, 500000, status=1)
    expect(f"FOUND {target}:" in text and "finding: " in text, text)
    found = text.split("again:")[1].split()[:2]
    again = command(*found, status=77)
    expect("finding: " in again, again)


@test()
def refuses_what_it_cannot_run():
    text = command("make", "fuzz", f"O={FOLDER}", "TARGET=none", "TIME=1", status=2)
    expect("no such target" in text, text)
    text = command("make", "fuzz", f"O={FOLDER}", "TIME=0", status=2)
    expect("more than 0" in text, text)
