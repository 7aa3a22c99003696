# SPDX-License-Identifier: BSD-2-Clause
"""Contiguous areas: lent to what can be moved, owner `cma` while they are free."""
import itertools
import tempfile

from broken_tree_test import boot_blob
from devicetree import FIRMWARE, compiled, memory_node, source, with_memory, with_reserved
from judge import ZONES, check_ledgers, check_self_checks, check_zones, judged
from suite import CORNERS, bytes_of, expect, expect_equal, test

MIB = 1 << 20
RAM, TOP = 0x80000000, 0x88000000


def area(name, *ranges, more="reusable;"):
    cells = " ".join(f"0 {base:#x} 0 {size:#x}" for base, size in ranges)
    return f"{name} {{ {more} reg = <{cells}>; }};"


def booted(areas, config="qemu_virt", memory=None):
    with tempfile.TemporaryDirectory() as folder:
        text = with_reserved(source(folder), FIRMWARE, *areas).replace(
            "chosen {", 'chosen {\n\t\tbootargs = "report=json";', 1)
        if memory:
            text = with_memory(text, *memory)
        return boot_blob(compiled(folder, text), config)


def check(run, cma, count):
    """
    All checks passed, which lend all of the `count` areas and have them back from beneath
    what they are lent to, unless it is pinned. `cma`: bytes of each node's.
    """
    expect(run.passed, "the run did not pass")
    check_ledgers(run, bytes_of("128M"))
    check_zones(run)
    check_self_checks(run)
    for ledger in run.all("ledger"):
        expect_equal(ledger["owners"]["cma"], sum(cma.values()), f"cma at {ledger['stage']}")
    expect_equal({zone["node"]: zone["bytes"] for zone in run.all("zone", name=ZONES[2])}, cma,
                 "zones")
    taken = run.one("check", name="contig")
    expect_equal(taken["areas"], count, "areas that were had back")
    lent = min(taken["pages"], cma.get(0, 0) // 4096)  # the boot hart's node comes first
    expect(taken["moved"] >= lent, f"{taken['moved']} pages were moved, {lent} were lent")


@test(*itertools.product(CORNERS, ["one", "three"]))
def areas(config, count):
    """Beside each other, and one that takes the last block of RAM."""
    wanted = [area("pool@84000000", (0x84000000, 16 * MIB), more="reusable; linux,cma-default;")]
    if count == "three":
        wanted += [area("pool@85000000", (0x85000000, 2 * MIB)),
                   area("pool@87e00000", (0x87e00000, 2 * MIB))]
    with judged(booted(wanted, config)) as run:
        check(run, {0: (16 if count == "one" else 20) * MIB}, len(wanted))
        owners = run.one("ledger", stage="molted")["owners"]
        expect_equal(owners["reserved"], 0, "reserved")


@test(*zip(["qemu_virt", "keep_hotplug"]))
def an_area_in_each_node(config):
    """They touch where the nodes do."""
    wanted = [area("pool@82c00000", (0x82c00000, 4 * MIB)),
              area("pool@83000000", (0x83000000, 6 * MIB))]
    memory = [memory_node(RAM, 0x3000000, "numa-node-id = <0>;"),
              memory_node(0x83000000, 0x5000000, "numa-node-id = <1>;")]
    with judged(booted(wanted, config, memory)) as run:
        check(run, {0: 4 * MIB, 1: 6 * MIB}, 2)


@test(("two ranges", ((0x85000000, 2 * MIB), (0x86000000, 0x3000)), 0x203000),
      ("two ranges of blocks", ((0x85000000, 2 * MIB), (0x86000000, 2 * MIB)), 4 * MIB),
      ("unaligned", ((0x85001000, 2 * MIB),), 2 * MIB))
def not_lent(what, ranges, size):
    """What is not one range of whole blocks stays its device's alone, and all of it."""
    with judged(booted([area("pool@85000000", *ranges)])) as run:
        check(run, {}, 0)
        expect("kept for its device alone" in run.text, f"no word of it: {what}")
        expect_equal(run.one("ledger", stage="molted")["owners"]["reserved"], size, "reserved")
