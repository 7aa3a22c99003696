# SPDX-License-Identifier: BSD-2-Clause
"""The museum (docs/bugs.md): each planted mistake is found, and named by who should find it."""
import os
import re
import shutil
import tempfile
from typing import NamedTuple

import qemu
from judge import check_failure, judged
from suite import BUILD, ROOT, command, expect, expect_equal, locked, make, test

FOLDER = os.path.join(BUILD, "bugs")


class Bug(NamedTuple):
    """Who finds it says `named`: the build, or a boot with so many harts."""
    name: str
    named: str
    smp: int = 1
    options: tuple = ()
    at_build: bool = False


BUGS = [
    Bug("resident_calls_init",
        r"^lifetimes: bugs/resident_calls_init.c:\d+: bug_plant_after_molt\(\) is resident and "
        r"refers to params_early\(\), which is init", at_build=True),
    Bug("stale_extable",
        r"^lifetimes: .*: the exception table is resident and refers to is_there\(\), which is "
        r"init \(bugs/stale_extable.c:\d+\)", at_build=True),
    Bug("leaked_reservation",
        r"^panic: memblock: \[\w+, \w+\) is reserved for nobody at the hand-over"),
    Bug("overlapping_reservation",
        r"^panic: memblock: reserved\[0\] \[\w+-\w+\] overlaps reserved\[1\]"),
    Bug("table_freed_early", r"^panic: memblock: the table of reserved, \[\w+-\w+\], is not reserved"),
    Bug("memblock_too_late",
        r"^memblock: memblock_alloc\(\) refused: .* called from bug_plant_at_boot\+0x"),
    Bug("initrd_freed_twice", r"^panic: zone_release\(.*: memory that is in the zones already",
        options=("-initrd", os.path.join(ROOT, "README.md"))),
    Bug("wrong_order", r"^panic: page_free\(\w+, order 0\) from \w+: .*another order$"),
    Bug("freed_by_two_harts", r"^panic: page_free\(\w+, order 9\) from \w+: .*free already", smp=2),
    Bug("missing_fence",
        r"^panic: missing sfence.vma on this hart: the mapping of \w+ was changed from \w+"),
    Bug("wx_mapping", r"^panic: page tables: code is writable: \w+ -> \w+, level 0"),
    Bug("init_pointer_kept",
        r"^dangling: object in slab \w+, offset \w+, at \w+: points into init code, "
        r"bug_plant_at_boot\+0x0$"),
    Bug("hart_in_window", r"^panic: hart 1 is still in the window", smp=2),
]


def configured(name, out):
    """Make the reference configuration with the mistake `name` the one of build folder `out`."""
    with open(os.path.join(ROOT, "configs", "qemu_virt_defconfig"), encoding="utf-8") as file:
        wanted = file.read() + f"CONFIG_BUGS=y\nCONFIG_BUG_{name.upper()}=y\n"
    with tempfile.NamedTemporaryFile("w", suffix="_defconfig") as file:
        file.write(wanted)
        file.flush()
        command("env", f"KCONFIG_CONFIG={out}/.config", "/usr/bin/python3", "scripts/kconfig.py",
                "defconfig", file.name)
    with open(os.path.join(out, ".config"), encoding="utf-8") as file:
        expect(f"CONFIG_BUG_{name.upper()}=y" in file.read().splitlines(), "it is not planted")


@test(*((bug.name,) for bug in BUGS))
def found(name):
    """One folder for all, so that each builds little more than its own file."""
    bug, = (bug for bug in BUGS if bug.name == name)
    with tempfile.TemporaryDirectory() as own:
        with locked(FOLDER):
            os.makedirs(FOLDER, exist_ok=True)
            configured(name, FOLDER)
            if bug.at_build:
                text = make(FOLDER, status=2)
                expect(re.search(bug.named, text, re.MULTILINE), f"not said: {bug.named}\n{text}")
                return
            make(FOLDER)
            kernel = shutil.copy(os.path.join(FOLDER, "Image"), own)
        with judged(qemu.boot(kernel, "128M", bug.smp, "", extra=bug.options)) as run:
            check_failure(run, bug.named)


@test()
def all_are_shown():
    """Kconfig's choice, the sources, these tests and the stories name the same mistakes."""
    names = {bug.name for bug in BUGS}

    def read(*path):
        with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
            return file.read()

    choice = read("bugs", "Kconfig").partition("\nchoice")[2].partition("\nendchoice")[0]
    expect_equal({name.lower() for name in re.findall(r"^config BUG_(\w+)", choice, re.MULTILINE)},
                 names, "Kconfig")
    expect_equal({file[:-2] for file in os.listdir(os.path.join(ROOT, "bugs"))
                  if file.endswith((".c", ".S"))}, names, "sources")
    expect_equal(set(re.findall(r"^## .*\(`BUG_(\w+)`\)$", read("docs", "bugs.md"), re.MULTILINE)),
                 {name.upper() for name in names}, "docs/bugs.md")
