# SPDX-License-Identifier: BSD-2-Clause
"""make gdb: symbols on both sides of the MMU's switch, and commands that tell the truth."""
import collections
import json
import os
import re
import tempfile

import qemu
from suite import (ROOT, Once, built, command, expect, expect_equal, make, need,
                   test)
from toolchain_test import COMPILERS, kernel

LOAD, LINK = 0x80200000, 0xffffffffc0000000
STAGES = ["entry", "memblock", "mapped", "zones", "running", "molted"]
STOPS = ["early_map", "boot_main", *STAGES[1:], "allocated"]


def folder_of(config, compiler):
    name, *symbols = config.split("+")
    if compiler == "gcc" and not symbols:
        return built(config)
    return kernel((name, compiler, tuple(symbols)))


@Once
def session(case):
    """(the stops of gdb_stops.py, what the kernel printed) of a boot under make gdb."""
    config, compiler, harts = case
    need("gdb-multiarch")
    out = folder_of(config, compiler)
    with tempfile.TemporaryDirectory(prefix="molt-gdb-") as folder:
        stops, console = os.path.join(folder, "stops"), os.path.join(folder, "console")
        text = command("env", f"MOLT_STOPS={stops}", "make", "gdb", f"O={out}",
                       COMPILERS[compiler], f"SMP={harts}", "APPEND=quiet report=json",
                       f"QEMU_ARGS=-serial file:{console}",
                       f"GDB_ARGS=-batch -x {ROOT}/test/qemu/gdb_stops.py")
        expect(os.path.exists(stops), f"gdb did not come to the end:\n{text}")
        with open(stops, encoding="utf-8") as file:
            found = json.load(file)
        with open(console, encoding="utf-8", errors="replace") as file:
            run = qemu.Run(["make", "gdb"], 0, file.read())
    expect_equal(run.status, 0, "the kernel's closing line")
    expect_equal([stop["stop"] for stop in found], STOPS, "stops")
    return {stop["stop"]: stop for stop in found}, run


def numbers(line):
    return [int(word) for word in line.split() if word.isdigit()]


def check_places(stops):
    early, late = stops["early_map"], stops["boot_main"]
    expect_equal((early["function"], early["satp"]), ("early_map", 0), "before the switch")
    expect(LOAD <= early["pc"] < LOAD + (2 << 20), f"early_map() at {early['pc']:#x}")
    expect_equal(late["function"], "boot_main", "after the switch")
    expect(late["satp"] and late["pc"] % (1 << 64) >= LINK, f"boot_main() at {late['pc']:#x}")


def check_stages(stops, run):
    """What was recorded up to each stage is what the kernel printed at the end."""
    told = [[stage["name"], stage["instret"], stage["free"]] for stage in run.all("stage")]
    for reached, name in enumerate(STAGES[1:], start=2):
        lines = stops[name]["commands"]["stages"].splitlines()
        expect_equal([[line.split()[0], *numbers(line)] for line in lines[1:-1]], told[:reached], f"molt stages at {name}")
        expect_equal(lines[-1], f"now: {name}, translated", "the last line")
    expect("now: entry, translated" in stops["boot_main"]["commands"]["stages"], "no stage yet")
    expect("now: entry, at physical addresses" in stops["early_map"]["commands"]["stages"],
           "not said that the MMU is off")


RANGE = re.compile(r"^  0x\w+-0x\w+ +(\d+) (\w*)", re.MULTILINE)


def check_memblock(stops, run, kept):
    for stop in "early_map", "boot_main":
        expect("has not been read yet" in stops[stop]["commands"]["memblock"],
               f"molt memblock at {stop}")
    for stage in STAGES[1:5]:
        text = stops[stage]["commands"]["memblock"]
        ledger = run.one("ledger", stage=stage)
        memory, reserved = text.split("reserved:")
        expect_equal(sum(int(size) for size, _ in RANGE.findall(memory)), ledger["ram"],
                     f"RAM by molt memblock at {stage}")
        held = collections.Counter()
        for size, owner in RANGE.findall(reserved):
            held[owner] += int(size)
        # What the hand-over cuts off stays free in memblock.
        owners = {name: size for name, size in ledger["owners"].items()
                  if size and name not in ("free", "unusable")}
        expect_equal(dict(held), owners, f"reserved at {stage}")
        expect_equal("frozen" in text, stage in STAGES[3:], f"frozen at {stage}")
    text = stops["molted"]["commands"]["memblock"]
    expect_equal("frozen" in text, kept, "memblock after the molt")
    expect_equal("memblock is gone" in text, not kept, "memblock after the molt")


def check_zones(stops, run):
    for stop in [*STOPS[:4]]:
        expect("have nothing yet" in stops[stop]["commands"]["zones"], f"molt zones at {stop}")
    for stage in STAGES[3:]:
        rows = [line.split() for line in stops[stage]["commands"]["zones"].splitlines()[1:]]
        owners = run.one("ledger", stage=stage)["owners"]
        expect_equal(sum(int(row[3]) for row in rows), owners["free"] + owners["cma"],
                     f"free at {stage}")
    expect_equal([[int(row[0]), row[1], int(row[2]), int(row[3])] for row in rows],
                 [[zone["node"], zone["name"], zone["bytes"], zone["free"]]
                  for zone in run.all("zone")], "molt zones at the end")


def says(stop, page, *wanted):
    text = stop["commands"][f"page {page}"]
    for words in wanted:
        expect(words in text, f"molt page {page} at {stop['stop']} does not say {words!r}:\n{text}")


def check_pages(stops, debug):
    for stage in STAGES[1:]:
        stop = stops[stage]
        says(stop, "&__text_begin", f"page {LOAD:#x}", "owner: text, of the image")
        says(stop, "0x80200000", f"page {LOAD:#x}", "owner: text, of the image")
        says(stop, "&stage_now", "owner: data, of the image")
        for page in "&__init_begin", "&__early_tables_begin":
            says(stop, page, "page: free" if stage == "molted" else "owner: init, of the image")
        if stage in STAGES[1:5]:
            says(stop, stop["fdt"], "owner: fdt")
            says(stop, "0x80000000", "owner: firmware (mmode_resv0@80000000)")
        if stage in STAGES[3:]:
            says(stop, "&__text_begin", "zone: DMA32 of node 0", "page: absent")
    says(stops["molted"], stops["molted"]["fdt"], "page: free")
    says(stops["early_map"], "&__init_begin", "owner: init, of the image")
    says(stops["early_map"], "0x80000000", "page: not known: memblock is empty")
    stop = stops["allocated"]
    text = "\n".join(stop["commands"].values())
    expect(f"page: allocated, order {stop['order']}" in text
           or f"block: allocated, of a run of order {stop['order']}" in text,
           f"not said to be allocated, order {stop['order']}:\n{text}")
    expect_equal("last: held: by " in text, debug, "PAGE_OWNER tells who has it")


@test(("qemu_virt", "gcc", 1), ("keep_hotplug", "gcc", 2), ("debug", "gcc", 1),
      ("qemu_virt", "clang", 1), ("debug", "clang", 1), ("qemu_virt+LTO", "gcc", 1))
def each_stage(config, compiler, harts):
    """Every command at every stage says what the kernel itself reports at the end."""
    stops, run = session((config, compiler, harts))
    check_places(stops)
    check_stages(stops, run)
    check_memblock(stops, run, kept=config.startswith("keep"))
    check_zones(stops, run)
    check_pages(stops, debug=config == "debug")


@test()
def commands_without_a_machine():
    """Help comes anywhere; the rest says what is missing, and what is asked wrongly is refused."""
    elf = os.path.join(built("qemu_virt"), "molt.elf")
    for words, wanted in (("help", "molt page ADDR"), ("stages", "no machine is connected"),
                          ("zone", "molt stages | memblock | zones | page ADDR | help"),
                          ("page", "molt stages | memblock | zones | page ADDR | help")):
        text = command("gdb-multiarch", "-q", "-nx", "-batch", "-x", "scripts/gdb/molt.py",
                       "-ex", f"python print(gdb.execute('molt {words}', to_string=True))", elf,
                       status=0 if words in ("help", "stages") else 1)
        expect(wanted in text, f"molt {words} does not say {wanted!r}:\n{text}")


@test()
def ends_with_gdb():
    """No QEMU is left behind, and gdb's status is the command's."""
    with tempfile.TemporaryDirectory(prefix="molt-gdb-") as folder:
        pid = os.path.join(folder, "pid")
        text = make(built("qemu_virt"), "gdb", f"QEMU_ARGS=-pidfile {pid} -serial null",
                    "GDB_ARGS=-batch -ex 'quit 3'", status=2)
        expect("Error 3" in text, f"not gdb's status:\n{text}")
        with open(pid, encoding="utf-8") as file:
            expect(not os.path.exists(f"/proc/{file.read().strip()}"), "QEMU still runs")
        text = make(built("qemu_virt"), "gdb", "GDB_ARGS=-batch -ex 'molt page no_such'", status=2)
        expect('molt page no_such: No symbol "no_such" in current context.' in text
               and "Exception" not in text, text)
        text = make(built("qemu_virt"), "gdb", "GDB=no-such-gdb", status=2)
    expect("no-such-gdb is missing: ./bootstrap installs gdb-multiarch" in text, text)
